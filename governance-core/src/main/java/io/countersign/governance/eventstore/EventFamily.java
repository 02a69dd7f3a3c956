package io.countersign.governance.eventstore;

/** Declares the events of one capability: the sealed interface above its event records. */
public record EventFamily(Class<?> root) {
    public EventFamily {
        if (!root.isSealed()) {
            throw new IllegalArgumentException(
                    root + " must be sealed, so that no event is missed");
        }
    }
}
