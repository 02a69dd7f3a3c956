package io.countersign.governance.ledger;

import io.countersign.governance.eventstore.Acknowledgements;
import io.countersign.governance.eventstore.Sequencer;
import io.countersign.governance.eventstore.TestSequencer;
import io.countersign.governance.ledger.check.CheckResult;
import io.countersign.governance.ledger.check.LedgerCheck;
import io.countersign.testing.TestDatabase;
import io.countersign.testing.TestEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A whole ledger of a test's own: sequencer, tree and signer, in turns or as threads. */
public final class TestLedger {
    /** All answers are waited for, and who failed is asked again the next time. */
    private static final Witnesses.Pace AT_ONCE =
            new Witnesses.Pace(
                    Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ZERO, Duration.ZERO);

    private final TestDatabase database;
    private final Path folder;
    private final WriterKeys writers;
    private final Sequencer sequencer;
    private final Integration integration;
    private final Witnesses witnesses;
    private final Signer signer;
    private final Acknowledged acknowledged;
    private final Ledger ledger;

    /**
     * @param source what they get their connections from
     * @param folder the signer's
     */
    public TestLedger(TestDatabase database, DataSource source, Path folder, TestEvents events) {
        this(database, source, folder, events, null, AT_ONCE);
    }

    private TestLedger(
            TestDatabase database,
            DataSource source,
            Path folder,
            TestEvents events,
            @Nullable Path policy,
            Witnesses.Pace pace) {
        this.database = database;
        this.folder = folder;
        this.writers = new WriterKeys(() -> List.of(events.key()));
        this.sequencer = TestSequencer.of(source);
        this.integration = new Integration(source, writers, sequencer);
        var settings =
                new LedgerSettings(folder, true, "log.example/test", policy, Duration.ofMillis(5));
        this.witnesses = new Witnesses(settings, source, pace);
        this.acknowledged = new Acknowledged(settings, source);
        this.signer =
                new Signer(
                        source, settings, integration, witnesses, acknowledged, Clock.systemUTC());
        this.ledger = new Ledger(database.app(), witnesses, signer);
    }

    public TestLedger(TestDatabase database, Path folder, TestEvents events) {
        this(database, database.app(), folder, events);
    }

    /** One that asks witnesses: those of a policy file. */
    static TestLedger witnessed(
            TestDatabase database, Path folder, TestEvents events, Path policy) {
        return new TestLedger(database, database.app(), folder, events, policy, AT_ONCE);
    }

    /** The same at another pace. */
    static TestLedger witnessed(
            TestDatabase database,
            Path folder,
            TestEvents events,
            Path policy,
            Witnesses.Pace pace) {
        return new TestLedger(database, database.app(), folder, events, policy, pace);
    }

    /** A signer's folder that nobody else uses. */
    public static Path folder() {
        try {
            return Files.createTempDirectory("signer").resolve("ledger");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All of a signer's folder once more, as a thief or a second host would have it. */
    public static Path copy(Path folder) {
        var copy = folder();
        try {
            Files.createDirectory(
                    copy,
                    java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
                            java.nio.file.attribute.PosixFilePermissions.fromString("rwx------")));
            try (var files = Files.list(folder)) {
                for (var file : files.toList()) {
                    Files.copy(
                            file,
                            copy.resolve(file.getFileName()),
                            java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** This instance has told somebody that these events had happened. */
    public void acknowledge(List<String> eventIds) {
        acknowledged.committed(
                JdbcClient.create(database.app())
                        .sql(
                                "select event_identifier, aggregate_identifier, sequence_number, writer_mac from event where event_identifier = any (?)")
                        .param(eventIds.toArray(String[]::new))
                        .query((row, _) ->
                                new Acknowledgements.Stored(
                                        row.getString(1),
                                        row.getString(2),
                                        row.getLong(3),
                                        row.getBytes(4)))
                        .list());
    }

    /** As if a key had been announced beside a running product. */
    public static void noted(Path folder, String key) {
        NotedOperation.of(
                        NotedOperation.Kind.KEY_ANNOUNCED,
                        key,
                        Clock.systemUTC().instant(),
                        "A drill.",
                        "log.example",
                        java.util.Map.of("key", key))
                .note(folder);
    }

    /** One turn of each: what was committed before is sequenced, in the tree, signed, published. */
    public TestLedger turn() {
        sequence();
        integrate();
        sign();
        return this;
    }

    /** The same, come what may: whether anything was sequenced is not looked at. */
    public void once() {
        TestSequencer.turn(sequencer);
        integrate();
        sign();
    }

    /** All that is committed: the server's own transactions may hold it up for a moment. */
    public void sequence() {
        var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        do {
            TestSequencer.turn(sequencer);
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not sequenced in time");
            }
        } while (waiting());
    }

    private boolean waiting() {
        return JdbcClient.create(database.app())
                .sql(
                        """
                        select exists (select from event e, log_state s
                                        where (e.tx_id, e.global_index)
                                              > (s.last_tx_id, s.last_global_index)
                                          and e.global_index > s.settled_global_index)
                        """)
                .query(Boolean.class)
                .single();
    }

    public void integrate() {
        integration.turn();
    }

    public void sign() {
        signer.turn();
    }

    public void start() {
        sequencer.start();
        integration.start();
        signer.start();
    }

    public void stop() {
        signer.stop();
        integration.stop();
        sequencer.stop();
    }

    /** What the signer has stopped for; null while it signs. */
    public @Nullable LedgerFault fault() {
        return signer.fault();
    }

    public Acknowledged acknowledged() {
        return acknowledged;
    }

    public Sequencer sequencer() {
        return sequencer;
    }

    public Ledger ledger() {
        return ledger;
    }

    List<Witnesses.View> witnesses() {
        return witnesses.views();
    }

    public LedgerStatus.View status() {
        return new LedgerStatus(
                        database.app(), signer, witnesses, ledger, acknowledged, Clock.systemUTC())
                .now();
    }

    public LedgerRecovery recovery() {
        return LedgerRecovery.of(database.owner(), folder, Clock.systemUTC());
    }

    public Path signerFolder() {
        return folder;
    }

    public LedgerCheck.Target target() {
        return new LedgerCheck.Target(database.access(), null, writers, folder);
    }

    public CheckResult check() {
        return LedgerCheck.run(target(), Clock.systemUTC(), null, false, _ -> {}, () -> false);
    }
}
