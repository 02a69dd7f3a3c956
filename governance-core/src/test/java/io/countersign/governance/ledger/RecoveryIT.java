package io.countersign.governance.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.ledger.LedgerFault.Kind;
import io.countersign.governance.ledger.check.Finding;
import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.Merkle;
import io.countersign.governance.ledger.tlog.Note;
import io.countersign.governance.ledger.tlog.SignerKey;
import io.countersign.governance.ledger.tlog.TileArithmetic;
import io.countersign.governance.ledger.tlog.TlogProof;
import io.countersign.governance.ledger.tlog.Unverified;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.testing.FaultyDataSource;
import io.countersign.testing.FaultyDataSource.Fault;
import io.countersign.testing.TestDatabase;
import io.countersign.testing.TestEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * When the ledger has stopped, or its keys change: what a person does then, and what comes of it.
 */
class RecoveryIT {
    private static final String ORIGIN = "log.example/test";

    private final TestDatabase database = TestDatabase.fresh();
    private final Path folder = TestLedger.folder();
    private final TestEvents events = new TestEvents(database);
    private final Map<Long, Hash> signed = new HashMap<>();
    private TestLedger ledger = new TestLedger(database, folder, events);
    private int streams;

    /** So many more events, signed and published. */
    private Ledger.Published grown(int count) {
        events.append("stream-" + streams++, count);
        // Once for the log to begin, once to take the events in.
        ledger.turn().turn();
        assertThat(ledger.fault()).isNull();
        return ledger.ledger().newest().orElseThrow();
    }

    /** The process is another one, and takes its turn. */
    private TestLedger restarted() {
        ledger = new TestLedger(database, folder, events);
        return ledger.turn();
    }

    private static void stopped(TestLedger ledger, Kind kind) {
        assertThat(ledger.fault()).extracting(LedgerFault::kind).isEqualTo(kind);
    }

    private static JdbcClient owner(TestDatabase database) {
        return JdbcClient.create(database.owner());
    }

    private void attack(String... statements) {
        try (var connection = database.superuser();
                var statement = connection.createStatement()) {
            statement.execute("alter table event disable trigger user");
            for (var each : statements) {
                statement.execute(each);
            }
            for (var trigger : List.of("event_is_append_only", "event_is_stamped")) {
                statement.execute("alter table event enable always trigger " + trigger);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void changed(long position) {
        attack(
                "update event set payload = set_bit(payload, 9, 1 - get_bit(payload, 9)) where global_index = (select global_index from log_leaf where position = %d)"
                        .formatted(position));
    }

    private static List<Path> guards(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder, "guard-*.log")) {
            var found = new java.util.ArrayList<Path>();
            files.forEach(found::add);
            return found;
        }
    }

    private void guardLost() throws IOException {
        for (var file : guards(folder)) {
            Files.delete(file);
        }
    }

    private void guardDamaged() throws IOException {
        var file = guards(folder).getLast();
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    /** No note that ever left a guard or was published has another root than one of its size. */
    private void noSecondRoot() {
        GuardRecords.all(folder).forEachRemaining(each -> root(each.size(), each.root()));
        owner(database)
                .sql("select note from log_checkpoint where epoch = 1")
                .query((row, _) -> Checkpoint.parse(Note.parse(row.getBytes(1)).text()))
                .list()
                .forEach(each -> root(each.size(), each.root()));
    }

    private void root(long size, Hash root) {
        assertThat(signed.merge(size, root, (first, _) -> first))
                .as("the root signed at size %d", size)
                .isEqualTo(root);
    }

    private static void verifies(Ledger.Receipt receipt, Ledger ledger) {
        var read = TlogProof.parse(receipt.proof().bytes());
        var accepted = read.verify(Merkle.leaf(receipt.entry()), ledger.policy().orElseThrow());
        assertThat(accepted.checkpoint()).isEqualTo(receipt.checkpoint().checkpoint());
    }

    @Test
    void
            an_older_database_beneath_a_newer_guard_stops_the_signer_until_there_is_a_reason_to_go_on() {
        grown(5);
        var older = database.copy();
        grown(3);

        var restored = new TestLedger(older, folder, new TestEvents(older)).turn();
        stopped(restored, Kind.ROLLED_BACK);
        assertThat(restored.ledger().newest().orElseThrow().size()).isEqualTo(5);

        var restarted = new TestLedger(older, folder, new TestEvents(older));
        stopped(restarted, Kind.ROLLED_BACK);
        assertThat(restarted.ledger().newest().orElseThrow().size()).isEqualTo(5);
        assertThat(restarted.status().alarms())
                .anyMatch(alarm -> alarm.contains("signed 8 events, the database has 5"));

        restarted.recovery().resume();
        assertThat(restarted.recovery().halted()).isNull();
        restarted.turn();
        stopped(restarted, Kind.ROLLED_BACK);
        assertThat(restarted.recovery().halted()).isNotNull();
    }

    @Test
    void a_new_epoch_is_bound_to_the_last_checkpoint_of_the_one_before_and_signs_on() {
        grown(5);
        var older = database.copy();
        var last = grown(3);
        var restored = new TestLedger(older, folder, new TestEvents(older)).turn();
        stopped(restored, Kind.ROLLED_BACK);
        var others = new TestEvents(older);
        var waiting = others.append("committed-and-never-sequenced", 2);

        var begun = restored.recovery().newEpoch("Tuesday's backup was restored on Wednesday.");

        assertThat(begun.epoch()).isEqualTo(2);
        assertThat(begun.origin()).isEqualTo(ORIGIN + "/2");
        var next = new TestLedger(older, folder, others);
        assertThat(next.fault()).isNull();
        assertThat(
                        owner(older)
                                .sql("select statement from log_tree where epoch = 2")
                                .query()
                                .singleValue())
                .isEqualTo("Tuesday's backup was restored on Wednesday.");
        assertThat(
                        owner(older)
                                .sql(
                                        "select count(*) from event e left join log_leaf l using (global_index) where l.position is null")
                                .query()
                                .singleValue())
                .as("events without a position")
                .isEqualTo(0L);

        // Nothing of it is signed yet, and whoever asks is told so.
        assertThat(next.ledger().newest()).isEmpty();
        assertThat(next.ledger().receipt(waiting.getFirst())).isEmpty();
        assertThat(next.ledger().firstCovering(0)).isEmpty();
        assertThat(next.ledger().tile(TileArithmetic.tileOf(0, 0, 1))).isEmpty();
        assertThat(next.ledger().consistency(1, 5)).isEmpty();
        assertThat(next.ledger().events(List.of(0L)).getFirst().commitment()).isNull();
        assertThat(next.status().newest()).isNull();
        // The old log ends with what it signed last, and proves what is left of it.
        assertThat(next.ledger().published(1).orElseThrow().note()).isEqualTo(last.note());
        assertThat(next.ledger().tile(1, TileArithmetic.tileOf(0, 0, 5))).isPresent();
        assertThat(next.ledger().tile(1, TileArithmetic.tileOf(0, 0, 8))).isEmpty();
        assertThat(next.ledger().consistency(1, 1, 5)).isPresent();
        assertThat(next.ledger().consistency(1, 1, 8)).isEmpty();
        assertThat(next.ledger().receipt(waiting.getFirst(), 1)).isEmpty();
        assertThat(next.ledger().published(3)).isEmpty();

        next.turn();
        assertThat(next.fault()).isNull();
        var newest = next.ledger().newest().orElseThrow();
        assertThat(newest.epoch()).isEqualTo(2);
        assertThat(newest.origin()).isEqualTo(begun.origin());
        assertThat(newest.size()).isEqualTo(7);
        var predecessor = next.ledger().predecessor().orElseThrow();
        assertThat(Note.parse(predecessor)).isEqualTo(last.note());
        assertThat(newest.logId().bytes())
                .isEqualTo(LedgerEntry.logId(begun.origin(), predecessor));
        for (var id : waiting) {
            var receipt = next.ledger().receipt(id).orElseThrow();
            assertThat(receipt.checkpoint().epoch()).isEqualTo(2);
            verifies(receipt, next.ledger());
            var placed = next.ledger().events(List.of(receipt.position())).getFirst();
            assertThat(receipt.entry())
                    .isEqualTo(
                            LedgerEntry.of(
                                    LedgerEntry.commitment(
                                            LedgerEntry.logId(begun.origin(), predecessor),
                                            placed.row())));
        }
        assertThat(newest.note().verify(List.of(begun.key()))).containsExactly(begun.key());

        others.append("afterwards", 4);
        next.turn();
        assertThat(next.fault()).isNull();
        assertThat(next.ledger().newest().orElseThrow().size()).isEqualTo(11);
        assertThat(next.ledger().published(1).orElseThrow().note()).isEqualTo(last.note());
        assertThat(next.check().findings()).isEmpty();
    }

    @Test
    void an_epoch_that_has_ended_is_read_and_proven_by_its_own_files_and_keys() throws Exception {
        var id = events.append("in-both", 260).get(3);
        ledger.turn().turn();
        var before = ledger.ledger().newest().orElseThrow();
        var files = Map.of(1, ledger.ledger().tile(TileArithmetic.tileOf(0, 0, 256)).orElseThrow());
        var receipt = ledger.ledger().receipt(id).orElseThrow().proof().bytes();
        ledger.recovery().announceKey("A drill.");
        var last = grown(2);
        var keys = ledger.ledger().epoch(1).orElseThrow().keys();
        assertThat(keys).hasSize(2);

        var begun = ledger.recovery().newEpoch("A drill.");
        restarted();
        var later = events.append("only-in-the-second", 1).getFirst();
        ledger.turn();

        var epochs = ledger.ledger().epochs();
        assertThat(epochs).extracting(Ledger.Epoch::number).containsExactly(1, 2);
        assertThat(epochs).extracting(Ledger.Epoch::ended).containsExactly(true, false);
        assertThat(epochs.getFirst().last()).isEqualTo(last);
        assertThat(epochs.getLast().statement()).isEqualTo("A drill.");
        assertThat(epochs.getFirst().keys()).isEqualTo(keys);
        assertThat(epochs.getLast().keys()).containsExactly(begun.key());

        // The same bytes at the same path, for whoever cached them and whoever did not.
        var tile = TileArithmetic.tileOf(0, 0, 256);
        assertThat(ledger.ledger().tile(1, tile)).contains(files.get(1));
        assertThat(ledger.ledger().tile(2, tile).orElseThrow()).isNotEqualTo(files.get(1));
        assertThat(ledger.ledger().receipt(id, 1).orElseThrow().proof().bytes()).isEqualTo(receipt);
        var old = TlogProof.parse(receipt);
        assertThat(
                        old.verify(
                                        Merkle.leaf(
                                                ledger.ledger()
                                                        .receipt(id, 1)
                                                        .orElseThrow()
                                                        .entry()),
                                        ledger.ledger().policy(1).orElseThrow())
                                .checkpoint())
                .isEqualTo(before.checkpoint());
        verifies(ledger.ledger().receipt(id).orElseThrow(), ledger.ledger());
        assertThat(ledger.ledger().receipt(later, 1)).isEmpty();
        assertThat(ledger.ledger().receipt(later, 2)).isPresent();
        assertThat(ledger.ledger().receipt(id, 3)).isEmpty();
        var consistent = ledger.ledger().consistency(1, before.size(), last.size()).orElseThrow();
        assertThat(consistent.proves(before.root(), last.root())).isTrue();

        // The public keys are on the signer's host too, for a check that believes no database.
        assertThat(GuardRecords.keys(folder, ORIGIN)).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(GuardRecords.keys(folder, begun.origin())).containsExactly(begun.key());
        assertThat(ledger.check().findings()).isEmpty();
        assertThat(Files.readString(folder.resolve("log-past.vkeys")))
                .doesNotContain("PRIVATE")
                .contains(keys.getFirst().text());
    }

    @Test
    void an_epoch_that_signed_without_publishing_ends_with_what_it_signed() {
        var published = grown(3);
        var id = events.append("signed-last", 2).getLast();
        ledger.turn().turn();
        var signed = ledger.ledger().newest().orElseThrow();
        assertThat(signed.size()).isEqualTo(5);
        var unused = ledger.recovery().newEpoch("A drill.");
        attack(
                "alter table log_checkpoint disable trigger user",
                "delete from log_checkpoint where size = 5",
                "alter table log_checkpoint enable always trigger log_checkpoint_is_append_only");

        var end = ledger.ledger().published(1).orElseThrow();
        assertThat(end.size()).isEqualTo(5);
        assertThat(end.root()).isEqualTo(signed.root());
        assertThat(ledger.ledger().receipt(id, 1).orElseThrow().checkpoint()).isEqualTo(end);
        assertThat(
                        ledger.ledger()
                                .consistency(1, published.size(), 5)
                                .orElseThrow()
                                .proves(published.root(), signed.root()))
                .isTrue();
    }

    /** The server has noticed that the session which held the locks is gone. */
    private void released() {
        var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (owner(database)
                        .sql(
                                """
                                select count(*) from pg_locks l join pg_database d on d.oid = l.database
                                 where l.locktype = 'advisory' and d.datname = current_database()
                                """)
                        .query(Long.class)
                        .single()
                > 0) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
        }
    }

    @Test
    void wherever_the_database_is_lost_while_an_epoch_begins_it_is_begun_once_when_asked_again() {
        grown(2);
        var faulty = new FaultyDataSource(database.owner());
        var epoch = 1;
        var failed = 0;
        for (var fault : Fault.values()) {
            var hit = true;
            for (var step = 1L; hit; step++) {
                assertThat(step).as("it ends").isLessThan(100);
                faulty.arm(fault, step);
                try {
                    var unused =
                            LedgerRecovery.of(faulty, folder, Clock.systemUTC())
                                    .newEpoch("A drill.");
                } catch (RuntimeException lost) {
                    var unused = Thread.interrupted();
                    failed++;
                    released();
                    assertThat(ledger.recovery().newEpoch("A drill.").epoch())
                            .as("%s at step %d: %s", fault, step, lost)
                            .isEqualTo(epoch + 1);
                }
                var unused = Thread.interrupted();
                hit = faulty.steps() >= step;
                epoch++;
                released();
                restarted();
                assertThat(ledger.fault()).as("%s at step %d", fault, step).isNull();
                var newest = ledger.ledger().newest().orElseThrow();
                assertThat(newest.epoch()).isEqualTo(epoch);
                assertThat(newest.origin()).isEqualTo(ORIGIN + "/" + epoch);
                assertThat(newest.size()).isEqualTo(2);
            }
        }
        assertThat(failed).isGreaterThan(15);
    }

    @Test
    void a_crash_after_the_guard_has_begun_the_epoch_is_mended_by_asking_again() throws Exception {
        grown(5);
        var before = TestLedger.copy(folder);
        var begun = ledger.recovery().newEpoch("A drill.");
        Files.move(folder.resolve("log.key"), folder.resolve("log-epoch.key"));
        Files.copy(before.resolve("log.key"), folder.resolve("log.key"));

        assertThat(ledger.recovery().newEpoch("A drill.")).isEqualTo(begun);
        assertThat(restarted().fault()).isNull();
        assertThat(ledger.ledger().newest().orElseThrow().epoch()).isEqualTo(2);
    }

    @Test
    void a_database_from_before_an_epoch_that_signed_nothing_is_gone_on_with_in_another() {
        var last = grown(5);
        var older = database.copy();
        var unused = ledger.recovery().newEpoch("A drill.");

        var restored = new TestLedger(older, folder, new TestEvents(older)).turn();
        stopped(restored, Kind.ROLLED_BACK);
        assertThat(restored.recovery().newEpoch("And then it was restored.").epoch()).isEqualTo(3);
        var next = new TestLedger(older, folder, new TestEvents(older)).turn();
        assertThat(next.fault()).isNull();
        assertThat(next.ledger().newest().orElseThrow().origin()).isEqualTo(ORIGIN + "/3");
        assertThat(Note.parse(next.ledger().predecessor().orElseThrow())).isEqualTo(last.note());
    }

    @Test
    void without_its_key_the_log_ends_and_goes_on_in_a_new_epoch() throws Exception {
        grown(5);
        Files.delete(folder.resolve("log.key"));
        events.append("unsigned", 2);
        stopped(restarted(), Kind.GUARD_LOST);
        assertThat(ledger.fault()).hasMessageContaining("The key is lost");

        var unused = ledger.recovery().newEpoch("The key was lost with its disk.");
        restarted();
        assertThat(ledger.fault()).isNull();
        assertThat(ledger.ledger().newest().orElseThrow().size()).isEqualTo(7);
    }

    @Test
    void an_epoch_that_has_signed_nothing_is_not_followed_by_another() {
        grown(5);
        var unused = ledger.recovery().newEpoch("A drill.");

        assertThatThrownBy(() -> ledger.recovery().newEpoch("A drill."))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(ORIGIN + "/2 has signed nothing yet");
    }

    @Test
    void nothing_that_changes_the_log_is_done_while_the_application_runs() {
        grown(5);
        var kept = ledger.ledger().newest().orElseThrow().note().bytes();
        var id = events.append("running", 1).getFirst();
        ledger.start();
        try {
            assertThat(ledger.ledger().await(id, Duration.ofSeconds(20))).isPresent();
            assertThatThrownBy(() -> ledger.recovery().newEpoch("A drill."))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Stop it on every host");
            assertThatThrownBy(() -> ledger.recovery().adoptGuard(kept, "A drill."))
                    .hasMessageContaining("Stop it on every host");
        } finally {
            ledger.stop();
        }
        assertThat(ledger.ledger().newest().orElseThrow().epoch()).isEqualTo(1);
    }

    @Test
    void an_epoch_is_not_begun_without_words() {
        grown(5);

        assertThatThrownBy(() -> ledger.recovery().newEpoch(" \n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("say what happened");
        assertThat(restarted().fault()).isNull();
    }

    /** All that is there comes from a cluster with later transaction ids, and another name. */
    private void restoredElsewhere() throws IOException {
        Guard.State state;
        String note;
        try (var guard = Guard.open(folder)) {
            state = guard.state();
            note = guard.note();
        }
        guardLost();
        Guard.begin(
                        folder,
                        new Guard.State(state.epoch(), state.origin(), 1, state.frontier()),
                        note)
                .close();
        attack(
                "update event set tx_id = (tx_id::text::bigint + 500)::text::xid8",
                "update log_state set system_identifier = 1, last_tx_id = (last_tx_id::text::bigint + 500)::text::xid8");
    }

    @Test
    void in_another_cluster_nothing_is_sequenced_or_signed_until_a_new_epoch_begins()
            throws Exception {
        grown(5);
        restoredElsewhere();
        var waiting = events.append("written-there", 2);

        ledger = new TestLedger(database, folder, events);
        ledger.once();
        assertThat(ledger.sequencer().stopped()).contains("cluster 1, and this is cluster");
        assertThat(owner(database).sql("select size from log_state").query().singleValue())
                .isEqualTo(5L);
        stopped(ledger, Kind.OTHER_DATABASE);

        var unused = ledger.recovery().newEpoch("We have moved to another machine.");
        restarted();
        assertThat(ledger.sequencer().stopped()).isNull();
        assertThat(ledger.fault()).isNull();
        assertThat(ledger.ledger().newest().orElseThrow().size()).isEqualTo(7);
        for (var id : waiting) {
            verifies(ledger.ledger().receipt(id).orElseThrow(), ledger.ledger());
        }
        assertThat(ledger.status().oldestUnsequenced()).isNull();
        assertThat(grown(3).size()).isEqualTo(10);
    }

    @Test
    void when_another_clusters_transaction_ids_are_reached_no_event_gets_a_second_position()
            throws Exception {
        grown(5);
        restoredElsewhere();
        var unused = ledger.recovery().newEpoch("We have moved to another machine.");

        var reached =
                owner(database)
                        .sql("select max(tx_id::text::bigint) from event")
                        .query(Long.class)
                        .single();
        while (owner(database)
                        .sql("select pg_current_xact_id()::text::bigint")
                        .query(Long.class)
                        .single()
                <= reached) {
            // Each asking takes one.
        }
        restarted();
        assertThat(grown(3).size()).isEqualTo(8);
        assertThat(
                        ledger.check().findings().stream()
                                .filter(f -> f.words().contains("has no position")))
                .isEmpty();
    }

    @Test
    void an_event_put_among_those_from_before_the_epoch_gets_no_position_and_is_named() {
        owner(database)
                .sql("select nextval(pg_get_serial_sequence('event', 'global_index'))")
                .query()
                .singleValue();
        grown(5);
        var unused = ledger.recovery().newEpoch("A drill.");
        restarted();
        events.append("slipped-in", 1);
        attack(
                "update event set global_index = (select min(global_index) - 1 from event) where aggregate_identifier = 'project:slipped-in'");

        ledger.once();
        assertThat(ledger.ledger().newest().orElseThrow().size()).isEqualTo(5);
        assertThat(ledger.check().findings())
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.kind()).isEqualTo(Finding.Kind.EVENT_NEVER_SEQUENCED);
                    assertThat(found.words()).contains("project:slipped-in");
                });
    }

    @Test
    void a_lost_guard_is_made_again_from_a_checkpoint_kept_outside() throws Exception {
        var kept = grown(5).note().bytes();
        grown(3);
        noSecondRoot();
        guardLost();
        events.append("meanwhile", 2);

        restarted();
        stopped(ledger, Kind.GUARD_LOST);
        assertThat(ledger.recovery().halted()).as("it may be brought back").isNull();
        assertThat(ledger.ledger().newest().orElseThrow().size()).isEqualTo(8);

        assertThat(ledger.recovery().adoptGuard(kept, "A drill.")).isEqualTo(8);
        assertThat(ledger.recovery().signer().size()).isEqualTo(8);
        restarted();
        assertThat(ledger.fault()).isNull();
        assertThat(ledger.ledger().newest().orElseThrow().size()).isEqualTo(10);
        noSecondRoot();
        assertThat(signed).containsOnlyKeys(5L, 8L, 10L);
    }

    @Test
    void a_guard_that_was_brought_back_is_all_it_takes() throws Exception {
        grown(5);
        var aside = TestLedger.copy(folder);
        guardLost();
        stopped(restarted(), Kind.GUARD_LOST);

        for (var file : guards(aside)) {
            Files.copy(
                    file,
                    folder.resolve(file.getFileName()),
                    java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
        ledger.turn();
        assertThat(ledger.fault()).isNull();
        assertThat(grown(2).size()).isEqualTo(7);
    }

    @Test
    void a_guard_is_not_made_from_a_checkpoint_that_the_database_does_not_lead_to()
            throws Exception {
        var early = grown(5).note().bytes();
        var kept = grown(3).note().bytes();
        guardLost();
        changed(6);

        assertFault(Kind.REWRITTEN, kept);
        // The events lead to this one, but not from there to what was published.
        assertFault(Kind.REWRITTEN, early);
        changed(6);
        changed(2);
        assertFault(Kind.REWRITTEN, early);
        assertThat(Guard.exists(folder)).isFalse();
        changed(2);
        assertThat(ledger.recovery().adoptGuard(early, "A drill.")).isEqualTo(8);
    }

    @Test
    void a_guard_is_not_made_where_the_database_is_older_than_the_checkpoint() throws Exception {
        grown(5);
        var older = database.copy();
        var kept = grown(3).note().bytes();
        guardLost();

        assertThatThrownBy(() ->
                        LedgerRecovery.of(older.owner(), folder, Clock.systemUTC())
                                .adoptGuard(kept, "A drill."))
                .isInstanceOfSatisfying(
                        LedgerFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(Kind.ROLLED_BACK))
                .hasMessageContaining("of 8 events, but the database has only 5");
        assertThat(Guard.exists(folder)).isFalse();
    }

    private void assertFault(Kind kind, byte[] kept) {
        assertThatThrownBy(() -> ledger.recovery().adoptGuard(kept, "A drill."))
                .isInstanceOfSatisfying(
                        LedgerFault.class, fault -> assertThat(fault.kind()).isEqualTo(kind));
    }

    @Test
    void a_guard_is_not_made_from_a_checkpoint_of_another_key() throws Exception {
        var newest = grown(5);
        guardLost();
        var forger = SignerKey.generate(ORIGIN, VerifierKey.Algorithm.ED25519, new SecureRandom());
        var forged = newest.checkpoint().sign(forger).bytes();

        assertThatThrownBy(() -> ledger.recovery().adoptGuard(forged, "A drill."))
                .isInstanceOf(Unverified.class)
                .hasMessageContaining("is not signed by its log");
        assertThat(Guard.exists(folder)).isFalse();
    }

    @Test
    void a_damaged_guard_stops_the_signer_and_is_made_again() throws Exception {
        var kept = grown(5).note().bytes();
        noSecondRoot();
        guardDamaged();

        stopped(restarted(), Kind.GUARD_DAMAGED);
        assertThat(ledger.recovery().halted()).isNotNull();
        assertThat(ledger.check().findings()).isNotEmpty();

        assertThat(ledger.recovery().adoptGuard(kept, "A drill.")).isEqualTo(5);
        restarted();
        assertThat(ledger.fault()).isNull();
        assertThat(grown(2).size()).isEqualTo(7);
        noSecondRoot();
        assertThat(ledger.check().findings()).isEmpty();
        assertThat(Files.list(folder).map(file -> file.getFileName().toString()))
                .contains("guard-000001.log.damaged");
    }

    @Test
    void a_guard_of_which_the_first_files_are_gone_is_followed_by_a_new_one() throws Exception {
        var kept = grown(5).note().bytes();
        Files.move(folder.resolve("guard-000001.log"), folder.resolve("guard-000002.log"));
        guardDamaged();

        assertThat(ledger.recovery().adoptGuard(kept, "A drill.")).isEqualTo(5);
        assertThat(ledger.recovery().signer().size()).isEqualTo(5);
        assertThat(Files.exists(folder.resolve("guard-000003.log"))).isTrue();
    }

    @Test
    void a_guard_that_is_well_is_not_replaced_by_an_older_checkpoint() {
        var kept = grown(5).note().bytes();
        grown(3);

        assertThatThrownBy(() -> ledger.recovery().adoptGuard(kept, "A drill."))
                .isInstanceOf(LedgerFault.class)
                .hasMessageContaining("has signed 8 events of epoch 1 already");
    }

    @Test
    void an_older_copy_of_the_guard_stops_the_signer_and_is_brought_up_to_what_was_published() {
        grown(5);
        var backup = TestLedger.copy(folder);
        var newest = grown(3);
        noSecondRoot();

        var restored = new TestLedger(database, backup, events).turn();
        stopped(restored, Kind.REWRITTEN);
        assertThat(restored.recovery().halted()).isNotNull();
        assertThat(GuardRecords.newest(backup).orElseThrow().size())
                .as("it signed nothing")
                .isEqualTo(5);
        // Nor does it where there is more to sign.
        events.append("more", 2);
        restored.recovery().resume();
        restored.turn();
        stopped(restored, Kind.REWRITTEN);

        assertThat(restored.recovery().adoptGuard(newest.note().bytes(), "A drill.")).isEqualTo(8);
        var next = new TestLedger(database, backup, events).turn();
        assertThat(next.fault()).isNull();
        assertThat(next.ledger().newest().orElseThrow().size()).isEqualTo(10);
        noSecondRoot();
    }

    @Test
    void while_the_key_changes_both_sign_and_what_the_old_one_signed_verifies_for_ever() {
        var id = events.append("before", 1).getFirst();
        var first = grown(4);
        var receipt = ledger.ledger().receipt(id).orElseThrow();
        var old = ledger.recovery().signer().keys().getFirst();

        var next = ledger.recovery().announceKey("A drill.");
        assertThat(ledger.recovery().announceKey("A drill.")).as("asked again").isEqualTo(next);
        var both = grown(3);
        assertThat(both.note().verify(List.of(old, next))).containsExactlyInAnyOrder(old, next);
        assertThat(both.note().signatures()).hasSize(2);

        assertThat(ledger.recovery().retireKey("A drill.")).isEqualTo(next);
        var alone = grown(2);
        assertThat(alone.note().signatures()).hasSize(1);
        assertThat(alone.note().verify(List.of(next))).containsExactly(next);
        assertThatThrownBy(() -> alone.note().verify(List.of(old))).isInstanceOf(Unverified.class);

        var policy = ledger.ledger().policy().orElseThrow();
        assertThat(policy.logs()).extracting(log -> log.key()).containsExactly(next, old);
        for (var note : List.of(first, both, alone)) {
            assertThat(policy.verify(note.note()).checkpoint()).isEqualTo(note.checkpoint());
        }
        verifies(receipt, ledger.ledger());
        assertThat(ledger.ledger().receipt(id).orElseThrow().proof()).isEqualTo(receipt.proof());
        assertThat(ledger.check().findings()).isEmpty();
        assertThatThrownBy(() -> ledger.recovery().retireKey("A drill."))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Announce one first");
    }

    @Test
    void a_guard_is_made_again_from_a_checkpoint_of_a_key_that_was_retired() throws Exception {
        var kept = grown(5).note().bytes();
        var unused = ledger.recovery().announceKey("A drill.");
        unused = ledger.recovery().retireKey("A drill.");
        guardLost();

        assertThat(ledger.recovery().adoptGuard(kept, "A drill.")).isEqualTo(5);
        restarted();
        assertThat(grown(2).size()).isEqualTo(7);
    }

    @Test
    void a_new_epoch_leaves_the_keys_of_the_one_before_behind() throws Exception {
        grown(5);
        var stolen = ledger.recovery().signer().keys().getFirst();
        var begun = ledger.recovery().newEpoch("The key was stolen.");
        restarted();

        assertThat(ledger.ledger().policy().orElseThrow().logs())
                .extracting(log -> log.key())
                .containsExactly(begun.key());
        assertThat(Files.readString(folder.resolve("log.key"), UTF_8))
                .doesNotContain(stolen.text());
    }
}
