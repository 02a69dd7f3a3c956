package io.countersign.governance.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.UserId;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * One AES-256 key per person, in the table {@code person_key}, each wrapped under the key folder's
 * {@code personal.key} and bound to its person. Destroying a person's key makes every word sealed
 * under it unreadable, in every event, copy and export; what the events hold never changes, so
 * proofs hold.
 *
 * <p>Statements join the caller's transaction. Keys are remembered for {@link #REMEMBERED}, which
 * is how long another node may still read after a destruction that it has not heard of: {@link
 * #forget}. A database backup taken before the destruction still holds the wrapped key, until that
 * backup is deleted.
 */
public final class PersonalKeyring implements PersonalSeal {
    static final Duration REMEMBERED = Duration.ofSeconds(60);
    static final int REMEMBERED_PERSONS = 10_000;

    private static final String PREFIX = "v1.";

    /** Stands for {@link PersonalText#ERASED} said again about somebody whose key is gone. */
    private static final String SEALED_ERASED = "v1.erased";

    private final JdbcClient jdbc;
    private final KeyFolder folder;
    private final Clock clock;
    private final Map<UserId, Remembered> remembered =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<UserId, Remembered> eldest) {
                    return size() > REMEMBERED_PERSONS;
                }
            };

    public PersonalKeyring(JdbcClient jdbc, KeyFolder folder, Clock clock) {
        this.jdbc = jdbc;
        this.folder = folder;
        this.clock = clock;
    }

    /** Gives the person a key. Who has one keeps it; who had one never gets another. */
    public void create(UserId person) {
        var wrapped =
                AesGcm.seal(folder.personal(), PrivateFiles.random(32), wrappingBound(person));
        jdbc.sql(
                        """
                        insert into person_key (person_id, wrapped, created_at)
                        values (?, ?, ?) on conflict do nothing
                        """)
                .params(person.value(), wrapped, Timestamp.from(clock.instant()))
                .update();
    }

    /**
     * Erases the person: all words sealed under the key read as {@link PersonalText#ERASED}, for
     * ever. Doing it twice changes nothing; a person who never had a key can never get one after.
     */
    public void destroy(UserId person) {
        jdbc.sql(
                        """
                        insert into person_key (person_id, created_at, destroyed_at)
                        values (:person, :now, :now)
                        on conflict (person_id) do update
                        set wrapped = null, destroyed_at = excluded.destroyed_at
                        where person_key.destroyed_at is null
                        """)
                .param("person", person.value())
                .param("now", Timestamp.from(clock.instant()))
                .update();
        forget(person);
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            // somebody may have read it in between, when it still was there for others
            TransactionSynchronizationManager.registerSynchronization(
                    new TransactionSynchronization() {
                        @Override
                        public void afterCommit() {
                            forget(person);
                        }
                    });
        }
    }

    /** The next to need the key looks whether it still is there. */
    public void forget(UserId person) {
        synchronized (remembered) {
            remembered.remove(person);
        }
    }

    /**
     * {@inheritDoc} A person without a key gets one.
     *
     * @return {@code v1.} and unpadded base64url of nonce, ciphertext and tag, bound to the person
     * @throws CommandRefused {@code person.erased} when the key is destroyed and there are words
     */
    @Override
    public String seal(UserId person, String text) {
        var known = find(person);
        if (known == null) {
            create(person);
            known = find(person);
        }
        if (known == null) {
            throw new IllegalStateException("the key of " + person + " vanished while in use");
        }
        if (known.isEmpty()) {
            if (text.equals(PersonalText.ERASED)) {
                return SEALED_ERASED;
            }
            throw new CommandRefused(
                    Refusal.conflict(
                                    "person.erased",
                                    "The personal data of "
                                            + person
                                            + " has been erased for good; nothing new can be"
                                            + " recorded in that person's words.")
                            .with("person", person.value()));
        }
        var sealed = AesGcm.seal(known.get(), text.getBytes(UTF_8), bound(person));
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException when it was altered, moved from another person, or its key is
     *     missing without having been destroyed
     */
    @Override
    public String open(UserId person, String sealed) {
        if (sealed.equals(SEALED_ERASED)) {
            return PersonalText.ERASED;
        }
        var known = find(person);
        if (known == null) {
            throw new IllegalStateException(
                    "There are words of %s, but there is no key, nor was one destroyed: the table person_key lost a row. Restore it from a backup."
                            .formatted(person));
        }
        if (known.isEmpty()) {
            return PersonalText.ERASED;
        }
        try {
            if (!sealed.startsWith(PREFIX)) {
                throw new IllegalArgumentException("no " + PREFIX + " in front");
            }
            var bytes = Base64.getUrlDecoder().decode(sealed.substring(PREFIX.length()));
            return new String(AesGcm.open(known.get(), bytes, bound(person)), UTF_8);
        } catch (AEADBadTagException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "Words of %s were altered, or sealed under another key: %s"
                            .formatted(person, abbreviated(sealed)),
                    e);
        }
    }

    /** The key; empty when destroyed; null when there never was one. */
    private @Nullable Optional<SecretKey> find(UserId person) {
        var now = clock.instant();
        synchronized (remembered) {
            var entry = remembered.get(person);
            if (entry != null
                    && Duration.between(entry.since, now).abs().compareTo(REMEMBERED) < 0) {
                return entry.key;
            }
        }
        var row =
                jdbc.sql(
                                """
                                select wrapped,
                                       coalesce(xmin = pg_current_xact_id_if_assigned()::xid, false)
                                from person_key where person_id = ?
                                """)
                        .param(person.value())
                        .query((r, _) -> new Row(r.getBytes(1), r.getBoolean(2)))
                        .optional();
        if (row.isEmpty()) {
            return null;
        }
        var key = Optional.ofNullable(row.get().wrapped).map(wrapped -> unwrap(person, wrapped));
        // What this very transaction wrote may still be rolled back: never to be remembered.
        if (!row.get().ownWrite) {
            synchronized (remembered) {
                remembered.put(person, new Remembered(key, now));
            }
        }
        return key;
    }

    private SecretKey unwrap(UserId person, byte[] wrapped) {
        try {
            return new SecretKeySpec(
                    AesGcm.open(folder.personal(), wrapped, wrappingBound(person)), "AES");
        } catch (AEADBadTagException e) {
            throw new IllegalStateException(
                    "The key of %s does not open with personal.key in %s: either it was altered in the database, or that file is not the one it was made with. Restore that file from its copy."
                            .formatted(person, folder),
                    e);
        }
    }

    private static byte[] bound(UserId person) {
        return person.value().getBytes(UTF_8);
    }

    /** Apart from {@link #bound}, so that a wrapped key never passes for a text. */
    private static byte[] wrappingBound(UserId person) {
        return ("countersign person key\n" + person.value()).getBytes(UTF_8);
    }

    private static String abbreviated(String sealed) {
        return sealed.length() > 24 ? sealed.substring(0, 24) + "…" : sealed;
    }

    private record Remembered(Optional<SecretKey> key, Instant since) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(byte @Nullable [] wrapped, boolean ownWrite) {}
}
