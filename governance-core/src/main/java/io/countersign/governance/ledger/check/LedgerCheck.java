package io.countersign.governance.ledger.check;

import io.countersign.governance.database.DatabaseAccess;
import io.countersign.governance.keys.KeyFolder;
import io.countersign.governance.ledger.GuardRecords;
import io.countersign.governance.ledger.LedgerFault;
import io.countersign.governance.ledger.WriterKeys;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.governance.readmodel.ReadModelComparison;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the whole ledger, beside a running application or without one. Nothing in the database
 * is believed: rows are hashed anew, the tree is built anew from them, and what comes out is
 * compared with tiles, checkpoints and what the guard outside the database has signed.
 *
 * <p>Memory does not grow with the events. One that was cancelled is resumed where it was; only one
 * that reached the end is a verification.
 */
public final class LedgerCheck {
    private final Target target;
    private final Clock clock;
    private final Consumer<Progress> report;
    private final BooleanSupplier cancelled;
    private final DataSource database;
    private final Findings findings = new Findings();
    private final List<String> unchecked = new ArrayList<>();
    private final long startedNanos = System.nanoTime();
    private long read;

    /**
     * What is checked and with what.
     *
     * @param keys to compare read models; null where they are not to be
     * @param writers the keys events may have been written with
     * @param signer the signer's folder with guard and log key; null where it is not at hand
     */
    public record Target(
            DatabaseAccess access,
            @Nullable KeyFolder keys,
            WriterKeys writers,
            @Nullable Path signer) {}

    /**
     * How far it is.
     *
     * @param what is being checked, for people
     * @param done of {@code total}, in positions or rows
     */
    public record Progress(String what, long done, long total, Duration elapsed) {}

    private LedgerCheck(
            Target target, Clock clock, Consumer<Progress> report, BooleanSupplier cancelled) {
        this.target = target;
        this.clock = clock;
        this.report = report;
        this.cancelled = cancelled;
        this.database = target.access().appSource();
    }

    /** Ends the run; what was reached is in the state file. */
    static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final long size;

        Interrupted(long size) {
            super("cancelled", null, false, false);
            this.size = size;
        }
    }

    /**
     * Checks all of it.
     *
     * @param state the file to keep how far it is in; null for none. It is removed at the end
     * @param resume whether to go on from that file, where there is one and it fits
     * @param report told several times a second at most
     * @param cancelled asked between stretches
     * @throws IllegalStateException where the database cannot be read
     */
    public static CheckResult run(
            Target target,
            Clock clock,
            @Nullable Path state,
            boolean resume,
            Consumer<Progress> report,
            BooleanSupplier cancelled) {
        try {
            return new LedgerCheck(target, clock, report, cancelled).run(state, resume);
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "The database cannot be read any more: " + e.getMessage(), e);
        }
    }

    private CheckResult run(@Nullable Path file, boolean resume) throws SQLException {
        var began = clock.instant();
        var guard = guard();
        try (var connection = database.getConnection()) {
            var tables = new CheckedTables(connection);
            var system = tables.system();
            var trees = tables.trees();
            var saved = resume && file != null ? CheckState.read(file) : null;
            if (saved != null && !saved.fits(trees, system)) {
                unchecked.add(
                        "The check that was begun earlier was of another epoch or database; this one began anew.");
                saved = null;
            }
            if (saved != null) {
                began = saved.began();
                findings.restore(saved.findings(), saved.counts());
            }
            about(tables, trees, guard, system);
            var newest = trees.isEmpty() ? null : trees.getLast();
            Hash root = null;
            long size = 0;
            try {
                for (var tree : trees) {
                    if (saved != null && tree.epoch() < saved.epoch()) {
                        continue;
                    }
                    var here = saved != null && tree.epoch() == saved.epoch() ? saved : null;
                    var walk =
                            new TreeWalk(
                                    this,
                                    connection,
                                    tree,
                                    tree == newest,
                                    guard ? target.signer() : null,
                                    file == null
                                            ? null
                                            : new CheckState.Keeper(file, began, system),
                                    here);
                    walk.run();
                    root = walk.root();
                    size = walk.size();
                }
                var after = new EventWalk(this, connection, newest).run(size);
                findings.addAll(SchemaFingerprint.differences(connection, target.access()));
                var compared = readModels();
                if (file != null) {
                    CheckState.remove(file);
                }
                return result(began, newest, size, root, true, compared, after);
            } catch (Interrupted interrupted) {
                return result(
                        began,
                        newest,
                        interrupted.size < 0 ? size : interrupted.size,
                        null,
                        false,
                        false,
                        "It was cancelled; what comes after was not looked at.");
            }
        }
    }

    private CheckResult result(
            Instant began,
            CheckedTables.@Nullable Tree newest,
            long size,
            @Nullable Hash root,
            boolean whole,
            boolean compared,
            String after) {
        return new CheckResult(
                began,
                clock.instant(),
                elapsed(),
                newest == null ? 0 : newest.epoch(),
                size,
                root,
                whole,
                compared,
                read,
                findings.kept(),
                findings.counts(),
                unchecked,
                after);
    }

    /** Whether there is a guard to compare with. */
    private boolean guard() {
        var folder = target.signer();
        if (folder == null || !GuardRecords.exist(folder)) {
            unchecked.add(
                    "The signer's guard is not on this host: whether the history is the one that was signed is known only as far as the checkpoints in the database go, and these can be replaced together with it.");
            return false;
        }
        return true;
    }

    /** Whether guard and database are of one log and cluster, and which is ahead. */
    private void about(
            CheckedTables tables, List<CheckedTables.Tree> trees, boolean guard, long system)
            throws SQLException {
        var sequenced = tables.sequencedIn();
        if (sequenced != null && sequenced != system) {
            add(
                    Finding.of(
                            Finding.Kind.OTHER_DATABASE,
                            "The events were sequenced in the database cluster %d, and this is cluster %d.",
                            sequenced,
                            system));
        }
        if (!guard) {
            return;
        }
        try {
            var signed = GuardRecords.newest(signer()).orElse(null);
            var tree = trees.isEmpty() ? null : trees.getLast();
            if (signed == null) {
                return;
            }
            if (signed.system() != system) {
                add(
                        Finding.of(
                                Finding.Kind.OTHER_DATABASE,
                                "The guard signed in the database cluster %d, and this is cluster %d.",
                                signed.system(),
                                system));
            }
            if (tree == null
                    || tree.epoch() < signed.epoch()
                    || (tree.epoch() == signed.epoch() && tree.size() < signed.size())) {
                add(
                        Finding.of(
                                Finding.Kind.ROLLED_BACK,
                                "The guard has signed %d events in epoch %d; the database has %s. An older state of the database was put in place.",
                                signed.size(),
                                signed.epoch(),
                                tree == null
                                        ? "no log"
                                        : "%d in epoch %d".formatted(tree.size(), tree.epoch())));
            }
            if (tree != null
                    && tree.epoch() == signed.epoch()
                    && !tree.origin().equals(signed.origin())) {
                add(
                        Finding.of(
                                Finding.Kind.GUARD_DISAGREES,
                                "The guard signs the log %s, the database has the log %s.",
                                signed.origin(),
                                tree.origin()));
            }
        } catch (LedgerFault damaged) {
            add(Finding.of(Finding.Kind.GUARD_DAMAGED, "%s", damaged.words()));
        }
    }

    private boolean readModels() {
        var keys = target.keys();
        if (keys == null) {
            unchecked.add("Read models were not compared with a replay, as asked.");
            return false;
        }
        try {
            ReadModelComparison.run(
                            target.access(),
                            keys,
                            (done, total) ->
                                    progress("Replaying events for the read models", done, total),
                            cancelled)
                    .forEach(difference ->
                            add(Finding.of(Finding.Kind.READ_MODEL, "%s", difference.words())));
            return true;
        } catch (CancellationException e) {
            throw new Interrupted(-1);
        } catch (ReadModelComparison.Busy e) {
            unchecked.add(String.valueOf(e.getMessage()));
            return false;
        } catch (RuntimeException e) {
            add(
                    Finding.of(
                            Finding.Kind.REPLAY_FAILED,
                            "The read models could not be compared, since the events cannot be replayed: %s",
                            e.getMessage()));
            return false;
        }
    }

    /** The log's keys, past ones too; none where they are not at hand or unreadable. */
    List<VerifierKey> keys(String origin) {
        var folder = target.signer();
        if (folder != null && GuardRecords.exist(folder)) {
            try {
                return GuardRecords.keys(folder, origin);
            } catch (LedgerFault e) {
                unchecked.add(
                        "Signatures of checkpoints were not verified without the log's key: "
                                + e.words());
            }
        }
        return List.of();
    }

    private Path signer() {
        return java.util.Objects.requireNonNull(target.signer());
    }

    WriterKeys writers() {
        return target.writers();
    }

    Connection connect() throws SQLException {
        return database.getConnection();
    }

    Findings findings() {
        return findings;
    }

    void add(Finding finding) {
        findings.add(finding);
    }

    boolean cancelled() {
        return cancelled.getAsBoolean();
    }

    void read(long positions) {
        read += positions;
    }

    void progress(String what, long done, long total) {
        report.accept(new Progress(what, done, total, elapsed()));
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }
}
