package io.countersign.governance.people;

import io.countersign.governance.shared.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The erasable part of a person, for the person and for administrators.
 *
 * @param username null when erased, as the names are
 * @param linkExpiresAt until when a one-time link works; null where there is none
 * @param lockedUntil null unless too many passwords were wrong
 */
public record Account(
        UserId person,
        Standing standing,
        @Nullable String username,
        @Nullable String displayName,
        @Nullable String email,
        @Nullable Instant linkExpiresAt,
        @Nullable Instant lockedUntil,
        Instant createdAt) {}
