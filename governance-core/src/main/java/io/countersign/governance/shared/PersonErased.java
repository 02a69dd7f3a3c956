package io.countersign.governance.shared;

/**
 * An event with which a person's key is gone: whatever is in memory in that person's words must go
 * too, on every node that reads it.
 */
public interface PersonErased {
    UserId person();
}
