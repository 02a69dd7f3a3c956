package io.countersign.governance.people;

import io.countersign.governance.shared.UserId;

/** The keys that people's own words are sealed under; calls join the caller's transaction. */
public interface PersonalKeys {
    /** Gives the person a key, unless there is one. */
    void create(UserId person);

    /** Makes every word sealed under the person's key unreadable, for ever. */
    void destroy(UserId person);
}
