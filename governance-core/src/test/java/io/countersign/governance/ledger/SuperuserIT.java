package io.countersign.governance.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.countersign.governance.eventstore.WriterKey;
import io.countersign.governance.ledger.check.CheckResult;
import io.countersign.governance.ledger.check.Finding;
import io.countersign.governance.ledger.check.Finding.Kind;
import io.countersign.governance.ledger.check.LedgerCheck;
import io.countersign.testing.TestDatabase;
import io.countersign.testing.TestEvents;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a superuser of the database can do to it, and who says so: the check, the guard, or whoever
 * holds a receipt. Each attack has a database and a signer's folder of its own.
 */
class SuperuserIT {
    private static final List<String> TABLES =
            List.of("event", "log_leaf", "log_entry", "log_tile", "log_checkpoint");
    private static final int EVENTS = 600;

    /**
     * The history that all of them begin with: two full tiles and a partial one, six signatures.
     */
    private static final TestDatabase PRISTINE = TestDatabase.fresh();

    private static final Path PRISTINE_FOLDER = TestLedger.folder();

    private final TestDatabase database = PRISTINE.copy();
    private final Path folder = TestLedger.copy(PRISTINE_FOLDER);
    private final TestEvents events = new TestEvents(database);
    private final TestLedger ledger = new TestLedger(database, folder, events);

    @BeforeAll
    static void six_signatures() {
        var events = new TestEvents(PRISTINE);
        var ledger = new TestLedger(PRISTINE, PRISTINE_FOLDER, events);
        for (var round = 0; round < 6; round++) {
            for (var stream = 0; stream < 5; stream++) {
                events.append("stream-" + stream, EVENTS / 30);
            }
            // Once for the log to begin, once to take the events in.
            ledger.turn().turn();
        }
        assertThat(ledger.ledger().newest().orElseThrow().size()).isEqualTo(EVENTS);
        ((HikariDataSource) PRISTINE.app()).close();
    }

    /** As superuser, with whatever holds a superuser back out of the way, and put back after. */
    private void attack(String... statements) {
        attack(database, statements);
    }

    private static void attack(TestDatabase victim, String... statements) {
        try (var connection = victim.superuser();
                var statement = connection.createStatement()) {
            statement.execute("set session_replication_role = replica");
            for (var table : TABLES) {
                statement.execute("alter table %s disable trigger user".formatted(table));
            }
            for (var each : statements) {
                statement.execute(each);
            }
            for (var table : TABLES) {
                statement.execute(
                        "alter table %1$s enable always trigger %1$s_is_append_only"
                                .formatted(table));
            }
            statement.execute("alter table event enable always trigger event_is_stamped");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String at(long position) {
        return "(select global_index from log_leaf where position = %d)".formatted(position);
    }

    private static void says(CheckResult result, Kind kind, long position) {
        assertThat(result.findings())
                .anySatisfy(found -> {
                    assertThat(found.kind()).isEqualTo(kind);
                    assertThat(found.position()).isEqualTo(position);
                    assertThat(found.words()).contains(Long.toString(position));
                });
        assertThat(result.whole()).isTrue();
    }

    private void halted(LedgerFault.Kind kind) {
        var before = ledger.ledger().newest();
        ledger.turn();
        assertStopped(ledger, kind);
        assertThat(ledger.ledger().newest()).as("what is served").isEqualTo(before);
        // Once stopped it stays so, whatever the database says then.
        ledger.turn();
        assertStopped(ledger, kind);
    }

    private static void assertStopped(TestLedger ledger, LedgerFault.Kind kind) {
        assertThat(ledger.fault()).extracting(LedgerFault::kind).isEqualTo(kind);
    }

    @Test
    void of_an_untouched_database_nothing_is_said() {
        var result = ledger.check();

        assertThat(result.findings()).isEmpty();
        assertThat(result.whole()).isTrue();
        assertThat(result.size()).isEqualTo(EVENTS);
        assertThat(result.root()).isEqualTo(ledger.ledger().newest().orElseThrow().root());
    }

    @Test
    void one_bit_of_a_payload_is_changed() {
        attack(
                "update event set payload = set_bit(payload, 9, 1 - get_bit(payload, 9)) where global_index = "
                        + at(300));

        var result = ledger.check();
        says(result, Kind.ROW_CHANGED, 300);
        says(result, Kind.MAC_STATE, 300);
        assertThat(result.total()).as("and nothing else").isEqualTo(2);
    }

    @Test
    void one_bit_of_the_metadata_is_changed() {
        attack(
                "update event set meta_data = set_bit(meta_data, 9, 1 - get_bit(meta_data, 9)) where global_index = "
                        + at(599));

        var result = ledger.check();
        says(result, Kind.ROW_CHANGED, 599);
        says(result, Kind.MAC_STATE, 599);
    }

    @Test
    void any_other_column_is_changed() {
        var changes =
                List.of(
                        "event_identifier = 'other'",
                        "type = 'model'",
                        "aggregate_identifier = 'project:other'",
                        "sequence_number = sequence_number + 1000",
                        "time_stamp = '2026-01-01T00:00:00.000Z'",
                        "payload_type = 'project.renamed'",
                        "payload_revision = '2'",
                        "salt = sha256(salt)",
                        "writer_key_id = 'other'",
                        "writer_mac = sha256(writer_mac)",
                        "tx_id = '7'::xid8",
                        "recorded_at = recorded_at + interval '1 microsecond'");
        for (var i = 0; i < changes.size(); i++) {
            attack(
                    "update event set %s where global_index = %s"
                            .formatted(changes.get(i), at(40L * i)));
        }
        attack(
                "update log_leaf set position_time = position_time + interval '1 microsecond' where position = 500");
        attack("update log_entry set mac_state = 1 where position = 510");

        var result = ledger.check();
        for (var i = 0; i < changes.size(); i++) {
            says(result, Kind.ROW_CHANGED, 40L * i);
        }
        says(result, Kind.ROW_CHANGED, 500);
        says(result, Kind.ROW_CHANGED, 510);
    }

    @Test
    void an_event_in_the_middle_is_deleted() {
        attack("delete from event where global_index = " + at(250));

        var result = ledger.check();
        says(result, Kind.EVENT_GONE, 250);
        assertThat(result.has(Kind.STREAM_HOLE)).isTrue();
        assertThat(result.has(Kind.TILE_WRONG)).isFalse();
    }

    @Test
    void an_event_in_the_middle_is_deleted_with_its_position_and_entry() {
        attack(
                "delete from event where global_index = " + at(250),
                "delete from log_leaf where position = 250",
                "delete from log_entry where position = 250");

        var result = ledger.check();
        says(result, Kind.POSITION_MISSING, 250);
        assertThat(result.has(Kind.TREE_WRONG)).isTrue();
    }

    @Test
    void the_newest_event_is_deleted_after_it_was_signed() {
        attack("delete from event where global_index = " + at(EVENTS - 1));

        says(ledger.check(), Kind.EVENT_GONE, EVENTS - 1);
    }

    @Test
    void the_newest_event_is_deleted_between_its_place_in_the_tree_and_the_signature() {
        events.append("short", 1);
        ledger.sequence();
        ledger.integrate();
        attack("delete from event where global_index = " + at(EVENTS));

        halted(LedgerFault.Kind.EVENT_GONE);
    }

    @Test
    void the_newest_event_is_changed_between_its_place_in_the_tree_and_the_signature() {
        events.append("short", 1);
        ledger.sequence();
        ledger.integrate();
        attack(
                "update event set payload = set_bit(payload, 9, 1 - get_bit(payload, 9)) where global_index = "
                        + at(EVENTS));

        halted(LedgerFault.Kind.ROW_CHANGED);
    }

    @Test
    void an_event_without_a_position_yet_is_deleted_and_its_receipt_is_held() {
        var receipt = events.append("receipt", 2).getLast();
        attack("delete from event where event_identifier = '%s'".formatted(receipt));
        ledger.turn();

        assertThat(ledger.ledger().await(receipt, Duration.ofMillis(200)))
                .as("whoever waits for it sees that it never came")
                .isEmpty();
        events.append("receipt", 1);
        ledger.turn();
        assertThat(ledger.check().findings())
                .anySatisfy(found -> {
                    assertThat(found.kind()).isEqualTo(Kind.STREAM_HOLE);
                    assertThat(found.words()).contains("project:receipt");
                });
    }

    @Test
    void the_tail_that_was_just_acknowledged_is_deleted_before_a_checkpoint_covers_it() {
        var ids = events.append("acknowledged", 3);
        ledger.acknowledge(ids);
        attack(
                "delete from event where event_identifier in ('%s', '%s')"
                        .formatted(ids.get(1), ids.get(2)));

        halted(LedgerFault.Kind.EVENT_GONE);
        assertThat(ledger.fault())
                .hasMessageContaining(ids.get(1))
                .hasMessageContaining("number 1 of project:acknowledged")
                .hasMessageContaining("nor are 1 others");
    }

    @Test
    void the_tail_that_was_just_acknowledged_is_deleted_with_its_place_in_the_tree() {
        ledger.integrate();
        JdbcClient.create(database.owner())
                .sql("create table kept_tree as table log_tree")
                .update();
        JdbcClient.create(database.owner())
                .sql("create table kept_state as table log_state")
                .update();
        var ids = events.append("acknowledged", 2);
        ledger.acknowledge(ids);
        ledger.sequence();
        ledger.integrate();
        attack(
                "delete from event where event_identifier = '%s'".formatted(ids.get(1)),
                "delete from log_leaf where global_index not in (select global_index from event)",
                "delete from log_entry where position not in (select position from log_leaf)",
                "update log_state set size = size - 1",
                "update log_tree t set size = k.size, root = k.root, frontier = k.frontier from kept_tree k",
                "delete from log_entry where position >= (select size from log_tree)");

        ledger.sign();
        assertStopped(ledger, LedgerFault.Kind.EVENT_GONE);
        assertThat(ledger.fault()).hasMessageContaining(ids.get(1));
    }

    @Test
    void the_tail_that_was_just_acknowledged_is_another_now() {
        var ids = events.append("acknowledged", 1);
        ledger.acknowledge(ids);
        attack(
                "update event set writer_mac = set_bit(writer_mac, 3, 1 - get_bit(writer_mac, 3)) where event_identifier = '%s'"
                        .formatted(ids.getFirst()));

        halted(LedgerFault.Kind.ROW_CHANGED);
        assertThat(ledger.fault()).hasMessageContaining(ids.getFirst());
    }

    @Test
    void the_newest_events_are_deleted_with_all_that_speaks_of_them() throws Exception {
        var size =
                JdbcClient.create(database.owner())
                        .sql("select min(size) from log_checkpoint where size > 450")
                        .query(Long.class)
                        .single();
        String frontier;
        try (var connection = database.owner().getConnection()) {
            frontier =
                    java.util.HexFormat.of()
                            .formatHex(
                                    new io.countersign.governance.ledger.tlog.TileTree(
                                                    size, new LedgerTables(connection).tiles(1))
                                            .frontier()
                                            .bytes());
        }
        var tree = "(select root from log_checkpoint where size = %d)".formatted(size);
        attack(
                "delete from event where global_index in (select global_index from log_leaf where position >= %d)"
                        .formatted(size),
                "delete from log_leaf where position >= " + size,
                "delete from log_entry where position >= " + size,
                "delete from log_tile where (n + 1) * 256 > " + size,
                "update log_tree set size = %d, root = %s, frontier = '\\x%s'"
                        .formatted(size, tree, frontier),
                "delete from log_checkpoint where size > " + size,
                "update log_state set size = " + size);

        assertThat(ledger.check().has(Kind.ROLLED_BACK)).isTrue();
        halted(LedgerFault.Kind.ROLLED_BACK);
    }

    @Test
    void an_event_is_inserted_with_a_forged_mac_of_a_known_key() {
        forged(events.key().id());

        ledger.turn();
        says(ledger.check(), Kind.MAC_WRONG, EVENTS);
    }

    @Test
    void an_event_is_inserted_with_the_mac_of_an_unknown_key() {
        forged("0000000000000000");

        ledger.turn();
        says(ledger.check(), Kind.MAC_UNKNOWN_KEY, EVENTS);
    }

    private void forged(String keyId) {
        var written = TestEvents.written("forged", 0);
        try (var connection = database.superuser();
                var insert = connection.prepareStatement(TestEvents.INSERT)) {
            TestEvents.set(insert, written, keyId, new WriterKey(keyId, new byte[32]).mac(written));
            if (keyId.equals(events.key().id())) {
                insert.setBytes(12, new byte[32]);
            }
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void an_event_is_inserted_below_what_was_sequenced() {
        forged("0000000000000000");
        attack("update event set tx_id = '3'::xid8 where aggregate_identifier = 'project:forged'");
        ledger.turn();

        assertThat(ledger.check().findings())
                .anySatisfy(found -> {
                    assertThat(found.kind()).isEqualTo(Kind.EVENT_NEVER_SEQUENCED);
                    assertThat(found.words()).contains("project:forged");
                });
    }

    @Test
    void two_events_change_places() {
        attack(
                "create temp table two as select global_index, payload, meta_data, salt, writer_mac, event_identifier, time_stamp from event where global_index in (%s, %s)"
                        .formatted(at(100), at(101)),
                "update event set event_identifier = 'x' || event_identifier where global_index in (select global_index from two)",
                "update event e set payload = t.payload, meta_data = t.meta_data, salt = t.salt, writer_mac = t.writer_mac, event_identifier = t.event_identifier, time_stamp = t.time_stamp from two t where t.global_index <> e.global_index and e.global_index in (select global_index from two)");

        var result = ledger.check();
        says(result, Kind.ROW_CHANGED, 100);
        says(result, Kind.ROW_CHANGED, 101);
    }

    @Test
    void two_positions_change_places() {
        attack(
                "update log_leaf set position = 900000 where position = 100",
                "update log_leaf set position = 100 where position = 200",
                "update log_leaf set position = 200 where position = 900000");

        var result = ledger.check();
        says(result, Kind.ROW_MOVED, 100);
        says(result, Kind.ROW_MOVED, 200);
        assertThat(result.findings())
                .anySatisfy(found ->
                        assertThat(found.words())
                                .contains(
                                        "position 100 is the one the ledger committed to at position 200"));
    }

    @Test
    void positions_are_renumbered() {
        attack(
                "update log_leaf set position = position + 900000 where position >= 400",
                "update log_leaf set position = position - 899999 where position >= 900000");

        var result = ledger.check();
        says(result, Kind.POSITION_MISSING, 400);
        says(result, Kind.ROW_MOVED, 401);
        assertThat(result.has(Kind.STATE_WRONG)).isTrue();
    }

    @Test
    void a_row_its_entry_tile_and_roots_are_rewritten_but_no_checkpoint() {
        rewritten("log_entry", "log_tile");

        var result = ledger.check();
        assertThat(result.has(Kind.GUARD_DISAGREES)).isTrue();
        assertThat(result.findings())
                .anySatisfy(found -> {
                    assertThat(found.kind()).isEqualTo(Kind.GUARD_DISAGREES);
                    assertThat(found.words()).contains("Up to 100 events they agree");
                });
        assertThat(result.has(Kind.CHECKPOINT_WRONG)).isTrue();
        assertThat(result.has(Kind.ROW_CHANGED)).as("they fit each other").isFalse();
        halted(LedgerFault.Kind.REWRITTEN);
    }

    @Test
    void all_of_the_history_is_rewritten_and_signed_with_a_key_of_the_attackers() {
        rewritten("log_entry", "log_tile", "log_checkpoint");

        var result = ledger.check();
        assertThat(result.has(Kind.GUARD_DISAGREES)).isTrue();
        assertThat(result.has(Kind.CHECKPOINT_SIGNATURE)).isTrue();
        ledger.turn();
        assertStopped(ledger, LedgerFault.Kind.REWRITTEN);
    }

    @Test
    void without_the_guard_the_check_says_what_it_cannot_know() {
        rewritten("log_entry", "log_tile", "log_checkpoint");

        var result =
                LedgerCheck.run(
                        new LedgerCheck.Target(
                                database.access(), null, ledger.target().writers(), null),
                        Clock.systemUTC(),
                        null,
                        false,
                        _ -> {},
                        () -> false);
        assertThat(result.has(Kind.GUARD_DISAGREES)).isFalse();
        assertThat(result.unchecked())
                .anyMatch(words -> words.contains("guard is not on this host"));
    }

    /** Beginning with position 150, by the product's own means and with another signer. */
    private void rewritten(String... emptied) {
        attack(
                "update event set payload = set_bit(payload, 9, 1 - get_bit(payload, 9)) where global_index = "
                        + at(150));
        var mac = JdbcClient.create(database.owner());
        // The attacker does not have the writer's key; the MAC found when it was taken in is kept.
        var kept =
                mac.sql("select size, root, note, published_at from log_checkpoint order by size")
                        .query()
                        .listOfRows();
        attack(
                "create table kept as select * from log_checkpoint",
                "delete from log_entry",
                "delete from log_tile",
                "delete from log_checkpoint",
                "delete from log_tree");
        var attacker = new TestLedger(database, TestLedger.folder(), events);
        attacker.turn().turn();
        assertThat(attacker.fault()).isNull();
        if (!List.of(emptied).contains("log_checkpoint")) {
            attack("delete from log_checkpoint", "insert into log_checkpoint select * from kept");
        }
        attack("drop table kept");
        assertThat(kept).hasSize(6);
    }

    @Test
    void a_tile_is_changed() {
        attack(
                "update log_tile set hashes = set_byte(hashes, 64, 255 - get_byte(hashes, 64)) where level = 0 and n = 1");

        says(ledger.check(), Kind.TILE_WRONG, 258);
    }

    @Test
    void a_tile_and_its_root_are_taken_away_or_added() {
        attack(
                "delete from log_tile where n = 0",
                "update log_tile set root = sha256(root) where n = 1",
                "insert into log_tile select epoch, level, 2, root, hashes from log_tile where n = 1");

        var result = ledger.check();
        assertThat(result.has(Kind.TILE_MISSING)).isTrue();
        assertThat(result.has(Kind.TILE_WRONG)).isTrue();
        assertThat(result.has(Kind.TILE_EXTRA)).isTrue();
    }

    @Test
    void triggers_are_disabled() {
        JdbcClient.create(database.owner())
                .sql("alter table event disable trigger event_is_append_only")
                .update();

        assertThat(ledger.check().findings())
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.kind()).isEqualTo(Kind.TRIGGER);
                    assertThat(found.words())
                            .contains("event.event_is_append_only")
                            .contains("disabled");
                });
    }

    @Test
    void replica_mode_does_not_open_the_tables_and_is_named_where_it_is_set_for_all()
            throws Exception {
        try (var connection = database.superuser();
                var statement = connection.createStatement()) {
            statement.execute("set session_replication_role = replica");
            assertThatThrownBy(() -> statement.execute("update event set payload = ''"))
                    .hasMessageContaining("append only");
            // Foreign keys sleep in this mode: a position for an event there never was.
            statement.execute(
                    "insert into log_leaf select 600, 900000, max(position_time) from log_leaf");
            statement.execute(
                    "do $$ begin execute 'alter database ' || current_database() || ' set session_replication_role = replica'; end $$");
        }

        var result = ledger.check();
        assertThat(result.findings())
                .extracting(Finding::kind)
                .contains(Kind.STATE_WRONG, Kind.GRANT);
        assertThat(result.findings())
                .anySatisfy(
                        found -> assertThat(found.words()).contains("session_replication_role"));
    }

    @Test
    void yesterdays_database_is_put_beneath_todays_guard() {
        var yesterday = database.copy();
        events.append("today", 10);
        ledger.turn();
        assertThat(ledger.ledger().newest().orElseThrow().size()).isEqualTo(EVENTS + 10);

        var restored = new TestLedger(yesterday, folder, new TestEvents(yesterday));
        assertThat(restored.check().has(Kind.ROLLED_BACK)).isTrue();
        restored.turn();
        assertStopped(restored, LedgerFault.Kind.ROLLED_BACK);
        assertThat(restored.ledger().newest().orElseThrow().size()).isEqualTo(EVENTS);

        // and when it has grown past the signature, another history is not signed either
        new TestEvents(yesterday).append("another-day", 20);
        var grown = new TestLedger(yesterday, folder, new TestEvents(yesterday));
        new SignerFolder(folder).resume();
        grown.turn();
        assertStopped(grown, LedgerFault.Kind.REWRITTEN);
        assertThat(grown.check().has(Kind.GUARD_DISAGREES)).isTrue();
    }

    @Test
    void the_databases_clock_is_set_back() {
        attack("alter table event disable trigger event_is_stamped");
        events.append("back", 3);
        attack(
                "update event set recorded_at = recorded_at - interval '2 hours' where aggregate_identifier = 'project:back'");
        ledger.turn();

        says(ledger.check(), Kind.CLOCK_BACK, EVENTS);
    }

    @Test
    void the_applications_clock_is_set_back_and_positions_go_on() throws Exception {
        var written = TestEvents.written("back", 0);
        var earlier =
                new WriterKey.Written(
                        written.eventId(),
                        written.type(),
                        written.stream(),
                        written.sequenceNumber(),
                        "2020-01-01T00:00:00.000Z",
                        written.payloadType(),
                        null,
                        written.payload(),
                        written.metadata(),
                        written.salt());
        try (var connection = database.app().getConnection();
                var insert = connection.prepareStatement(TestEvents.INSERT)) {
            TestEvents.set(insert, earlier, events.key().id(), events.key().mac(earlier));
            insert.executeUpdate();
        }
        ledger.turn();

        var result = ledger.check();
        assertThat(result.findings()).isEmpty();
        assertThat(result.size()).isEqualTo(EVENTS + 1);

        attack(
                "update log_leaf set position_time = '2020-01-01T00:00:00Z' where position = "
                        + EVENTS);
        says(ledger.check(), Kind.TIME_BACK, EVENTS);
    }

    @Test
    void one_event_is_given_two_positions() {
        attack(
                "alter table log_leaf drop constraint log_leaf_global_index_key",
                "update log_leaf set global_index = %s where position = 300".formatted(at(299)));

        var result = ledger.check();
        assertThat(result.findings())
                .anySatisfy(found -> {
                    assertThat(found.kind()).isEqualTo(Kind.EVENT_TWICE);
                    assertThat(found.words()).contains("299, 300");
                });
        says(result, Kind.ROW_CHANGED, 300);
        assertThat(result.has(Kind.EVENT_NEVER_SEQUENCED)).isTrue();
        assertThat(result.has(Kind.SCHEMA)).isTrue();
    }
}
