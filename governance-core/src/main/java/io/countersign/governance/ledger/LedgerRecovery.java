package io.countersign.governance.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.Frontier;
import io.countersign.governance.ledger.tlog.Merkle;
import io.countersign.governance.ledger.tlog.Note;
import io.countersign.governance.ledger.tlog.SignerKey;
import io.countersign.governance.ledger.tlog.Unverified;
import io.countersign.governance.ledger.tlog.VerifierKey;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What a person does when the ledger has stopped or its keys change: the commands behind the
 * runbooks of {@code docs/ledger.md}. Those that change the log want the application stopped.
 */
public final class LedgerRecovery {
    private static final int BATCH = 5_000;

    private final @Nullable DataSource owner;
    private final SignerFolder folder;
    private final Clock clock;

    private LedgerRecovery(@Nullable DataSource owner, Path folder, Clock clock) {
        this.owner = owner;
        this.clock = clock;
        this.folder = new SignerFolder(folder);
    }

    /** For what needs the signer's folder alone. */
    public static LedgerRecovery ofFolder(Path folder, Clock clock) {
        return new LedgerRecovery(null, folder, clock);
    }

    /**
     * For all of it.
     *
     * @param owner of the database's tables
     * @param folder of the signer
     */
    public static LedgerRecovery of(DataSource owner, Path folder, Clock clock) {
        return new LedgerRecovery(owner, folder, clock);
    }

    /**
     * The signer as its folder shows it.
     *
     * @param size that was signed last
     * @param note the checkpoint signed last, without cosignatures; null before the first
     * @param keys it signs with
     * @param halted why it has stopped; null where it has not
     */
    public record SignerState(
            int epoch,
            String origin,
            long size,
            @Nullable String note,
            List<VerifierKey> keys,
            @Nullable LedgerFault halted) {}

    /**
     * Reads the signer's folder; the application must not be running.
     *
     * @throws LedgerFault where guard or key are missing or damaged
     */
    public SignerState signer() {
        try (var guard = Guard.open(folder.path())) {
            var state = guard.state();
            return new SignerState(
                    state.epoch(),
                    state.origin(),
                    state.size(),
                    guard.note(),
                    folder.keys(state.origin()).stream().map(SignerKey::verifier).toList(),
                    folder.halted());
        }
    }

    /** Why the signer has stopped; null where it has not. The application may be running. */
    public @Nullable LedgerFault halted() {
        return folder.halted();
    }

    /**
     * Lets the signer go on after its reason to stop was removed. It compares everything again and
     * stops again where anything does not agree.
     */
    public void resume() {
        folder.resume();
    }

    /**
     * Makes the key that is to follow. From then on both sign, so that those who verify have time
     * to take the new one into their policies.
     */
    public VerifierKey announceKey(String reason) {
        said(reason);
        var origin = origin();
        var key = folder.announce(origin).verifier();
        note(
                NotedOperation.Kind.KEY_ANNOUNCED,
                key.text(),
                reason,
                origin,
                Map.of("key", key.text()));
        return key;
    }

    /** The key that was announced signs alone from now on. */
    public VerifierKey retireKey(String reason) {
        said(reason);
        var origin = origin();
        var retired = folder.keys(origin).getFirst().verifier();
        folder.retire(origin);
        var key = folder.keys(origin).getFirst().verifier();
        note(
                NotedOperation.Kind.KEY_RETIRED,
                retired.text(),
                reason,
                origin,
                Map.of("key", retired.text(), "successor", key.text()));
        return key;
    }

    /**
     * Lets the signer go on without events that were acknowledged on this host and are gone from
     * the database before a checkpoint covered them; which these are goes on record.
     *
     * @param reason what happened to them, for everybody to read for ever
     * @return those that are gone; empty where none is, and then nothing is done
     * @throws IllegalStateException where the application is running
     */
    public List<Acknowledged.Lost> acceptLoss(String reason) {
        said(reason);
        return withApplicationStopped((connection, tables) -> {
            var origin = tables.tree(false).orElseThrow(LedgerRecovery::noLog).origin();
            var lost = forgetLost(connection, origin, reason);
            if (!lost.isEmpty()) {
                folder.resume();
            }
            return lost;
        });
    }

    private List<Acknowledged.Lost> forgetLost(Connection connection, String origin, String reason)
            throws SQLException {
        try (var acknowledged = new Acknowledged(folder.path())) {
            var lost = acknowledged.lost(connection);
            if (!lost.isEmpty()) {
                var events =
                        lost.stream()
                                .map(each ->
                                        "%s %d %s"
                                                .formatted(
                                                        each.eventId(),
                                                        each.sequenceNumber(),
                                                        each.stream()))
                                .collect(Collectors.joining("\n"));
                note(
                        NotedOperation.Kind.LOSS_ACCEPTED,
                        events,
                        reason,
                        origin,
                        Map.of("events", events));
                acknowledged.forget(lost);
            }
            return lost;
        }
    }

    private static void said(String reason) {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("say what happened");
        }
    }

    private void note(
            NotedOperation.Kind kind,
            String what,
            String reason,
            String origin,
            Map<String, String> texts) {
        NotedOperation.of(kind, what, clock.instant(), reason, origin, texts).note(folder.path());
    }

    /** The application may be running and hold the guard, so the key says it. */
    private String origin() {
        return folder.origin();
    }

    /**
     * Makes the guard again after it was lost or damaged, from a checkpoint that somebody outside
     * the database kept: a witness, an auditor's bundle, a copy. Every event is read and hashed up
     * to it, and further up to the newest published checkpoint that bears the log's own signature.
     *
     * @param kept the signed note
     * @param reason why the guard is made again, for everybody to read for ever
     * @return the size the guard is at now
     * @throws LedgerFault where the database says otherwise than the checkpoint
     * @throws Unverified where the note is not signed by one of the log's keys
     */
    public long adoptGuard(byte[] kept, String reason) {
        said(reason);
        return withApplicationStopped((_, tables) -> {
            var tree = tables.tree(false).orElseThrow(LedgerRecovery::noLog);
            var keys = folder.verifiers(tree.origin());
            var note = Note.parse(kept);
            var checkpoint = Checkpoint.open(note, keys);
            var frontier = recomputed(tables, tree, Frontier.EMPTY, checkpoint);
            var newest = tables.newest(tree.epoch()).orElse(null);
            if (newest != null && newest.size() > checkpoint.size()) {
                note = Note.parse(newest.note());
                checkpoint = Checkpoint.open(note, keys);
                frontier = recomputed(tables, tree, frontier, checkpoint);
            }
            var own =
                    note.signatures().stream()
                            .filter(signature -> keys.stream().anyMatch(key -> key.made(signature)))
                            .toList();
            Guard.begin(
                            folder.path(),
                            new Guard.State(tree.epoch(), tree.origin(), tables.system(), frontier),
                            new Note(note.text(), own).toString())
                    .close();
            note(
                    NotedOperation.Kind.GUARD_ADOPTED,
                    clock.instant() + note.text(),
                    reason,
                    tree.origin(),
                    Map.of(
                            "epoch",
                            Integer.toString(tree.epoch()),
                            "checkpoint",
                            new String(kept, UTF_8),
                            "size",
                            Long.toString(frontier.size())));
            folder.resume();
            return frontier.size();
        });
    }

    private static Frontier recomputed(
            LedgerTables tables, LedgerTables.Tree tree, Frontier from, Checkpoint checkpoint)
            throws SQLException {
        var frontier = from;
        var logId = tree.logId();
        while (frontier.size() < checkpoint.size()) {
            var to = Math.min(checkpoint.size(), frontier.size() + BATCH);
            var rows = tables.rows(tree.epoch(), frontier.size(), to);
            if (rows.size() != to - frontier.size()) {
                throw new LedgerFault(
                        LedgerFault.Kind.ROLLED_BACK,
                        "The checkpoint is of %d events, but the database has only %d."
                                .formatted(checkpoint.size(), frontier.size() + rows.size()));
            }
            for (var placed : rows) {
                frontier =
                        frontier.append(
                                Merkle.leaf(
                                        LedgerEntry.of(
                                                LedgerEntry.commitment(logId, placed.row()))));
            }
        }
        if (!frontier.root().equals(checkpoint.root())) {
            throw new LedgerFault(
                    LedgerFault.Kind.REWRITTEN,
                    "The events in the database do not lead to the checkpoint of size %d: its root is %s, theirs %s."
                            .formatted(checkpoint.size(), checkpoint.root(), frontier.root()));
        }
        return frontier;
    }

    /**
     * What a new epoch is called.
     *
     * @param key the new one; whoever verifies must be told of it otherwise
     */
    public record Begun(int epoch, String origin, VerifierKey key) {}

    /**
     * Ends the log and begins another over the events that are there, when the old one cannot go
     * on: after an older backup, in another cluster, after a stolen key. Every entry of the new one
     * is bound to the last checkpoint of the old one, so what was lost in between stays provable.
     * Events that have no position yet get one. Where it was interrupted it is called again, and
     * goes on.
     *
     * @param statement what happened, for everybody to read for ever
     * @throws IllegalArgumentException where that is blank
     * @throws IllegalStateException where the application is running, or nothing was signed that a
     *     new epoch could be bound to
     * @throws LedgerFault where guard or key are missing or damaged
     */
    public Begun newEpoch(String statement) {
        said(statement);
        return withApplicationStopped((connection, tables) -> {
            Guard.State last;
            String note;
            try (var guard = Guard.open(folder.path())) {
                last = guard.state();
                note = guard.note();
            }
            if (folder.isToTurnOver(last.origin())) {
                return turnedOver(connection, tables, last.epoch(), last.origin());
            }
            var tree = tables.tree(true).orElse(null);
            if (note == null && (tree == null || tree.epoch() < last.epoch())) {
                // Rolled back to before an epoch that had not signed: the one before it did.
                note = Guard.newest(folder.path()).map(GuardRecords.Signed::note).orElse(null);
            }
            if (note == null) {
                throw new IllegalStateException(
                        "The log %s has signed nothing yet, so there is nothing to go on from."
                                .formatted(last.origin()));
            }
            var begun = tree != null && tree.epoch() > last.epoch();
            if (tree != null && begun && !Arrays.equals(tree.predecessor(), note.getBytes(UTF_8))) {
                throw new LedgerFault(
                        LedgerFault.Kind.REWRITTEN,
                        "The database is in epoch %d already, which did not begin here."
                                .formatted(tree.epoch()));
            }
            var epoch = last.epoch() + 1;
            var origin = base(last) + "/" + epoch;
            var key = folder.prepare(origin);
            var system = tables.system();
            if (!begun) {
                tables.begin(epoch, origin, key.verifier().text(), note.getBytes(UTF_8), statement);
                tables.sequenceTheRest(system);
                connection.commit();
            }
            Guard.begin(folder.path(), epoch, origin, system).close();
            return turnedOver(connection, tables, epoch, origin);
        });
    }

    /** The last step, once the guard is in the new epoch. */
    private Begun turnedOver(Connection connection, LedgerTables tables, int epoch, String origin)
            throws SQLException {
        var tree = tables.tree(epoch).orElseThrow(LedgerRecovery::noLog);
        // What a restored database has lost is what the epoch is about.
        var unused = forgetLost(connection, origin, Objects.requireNonNull(tree.statement()));
        note(
                NotedOperation.Kind.EPOCH_BEGUN,
                origin,
                Objects.requireNonNull(tree.statement()),
                origin,
                Map.of(
                        "epoch",
                        Integer.toString(epoch),
                        "key",
                        tree.keys(),
                        "checkpoint",
                        new String(Objects.requireNonNull(tree.predecessor()), UTF_8)));
        folder.turnOver(origin);
        folder.resume();
        return new Begun(epoch, origin, folder.keys(origin).getFirst().verifier());
    }

    private static String base(Guard.State last) {
        var suffix = "/" + last.epoch();
        return last.epoch() > 1 && last.origin().endsWith(suffix)
                ? last.origin().substring(0, last.origin().length() - suffix.length())
                : last.origin();
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(Connection connection, LedgerTables tables) throws SQLException;
    }

    private <T> T withApplicationStopped(Work<T> work) {
        if (owner == null) {
            throw new IllegalStateException("this needs the database");
        }
        try (var connection = owner.getConnection()) {
            var tables = new LedgerTables(connection);
            for (var lock : List.of(Signer.SIGNER_LOCK, Integration.LEADER_LOCK)) {
                if (!tables.flag("select pg_try_advisory_lock(" + lock + ")")) {
                    throw new IllegalStateException(
                            "The application is running. Stop it on every host, then try again.");
                }
            }
            connection.setAutoCommit(false);
            return work.with(connection, tables); // closing takes back what is not committed
        } catch (SQLException e) {
            throw new IllegalStateException("the database: " + e.getMessage(), e);
        }
    }

    private static LedgerFault noLog() {
        return new LedgerFault(LedgerFault.Kind.ROLLED_BACK, "There is no log in this database.");
    }
}
