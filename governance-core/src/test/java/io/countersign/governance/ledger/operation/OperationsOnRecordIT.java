package io.countersign.governance.ledger.operation;

import static io.countersign.testing.People.ENGINEER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.ledger.LedgerSettings;
import io.countersign.governance.ledger.NotedOperation;
import io.countersign.governance.ledger.TestLedger;
import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.Note;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.testing.CoreTest;
import io.countersign.testing.TestDatabase;
import io.countersign.testing.TestEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@CoreTest
class OperationsOnRecordIT {
    @Autowired Commands commands;
    @Autowired LedgerSettings settings;
    @Autowired JdbcClient db;

    /** Of another log, so that this context's goes on. */
    private final TestDatabase database = TestDatabase.fresh();

    private final TestLedger other =
            new TestLedger(database, TestLedger.folder(), new TestEvents(database));

    private record Stored(String name, String payload, String metadata) {}

    private List<Stored> recorded(OperationsOnRecord records) {
        var before =
                db.sql("select coalesce(max(global_index), -1) from event")
                        .query(Long.class)
                        .single();
        records.tick();
        return db.sql(
                        """
                        select payload_type as name, convert_from(payload, 'UTF8') as payload,
                               convert_from(meta_data, 'UTF8') as metadata
                          from event where global_index > ? and payload_type like 'ledger.%-%'
                           and payload_type <> 'ledger.stream-heads-recorded' order by global_index
                        """)
                .param(before)
                .query((row, _) -> new Stored(row.getString(1), row.getString(2), row.getString(3)))
                .list();
    }

    private OperationsOnRecord records() {
        return new OperationsOnRecord(
                new LedgerSettings(other.signerFolder(), true, null, null, Duration.ZERO),
                commands);
    }

    @Test
    void what_an_operator_did_from_the_command_line_becomes_events_of_the_ledger_once() {
        new TestEvents(database).append("some", 3);
        other.turn().turn();
        var last = other.ledger().newest().orElseThrow();
        var recovery = other.recovery();
        var key = recovery.announceKey("Yearly <change>.");
        assertThat(recovery.announceKey("Asked again.")).isEqualTo(key);
        recovery.retireKey("Yearly change, done.");
        var begun = recovery.newEpoch("A drill.");
        assertThat(NotedOperation.all(other.signerFolder())).isNotEmpty();

        var events = recorded(records());

        assertThat(events)
                .extracting(Stored::name)
                .containsExactly(
                        "ledger.key-announced", "ledger.key-retired", "ledger.epoch-begun");
        assertThat(events)
                .allSatisfy(event -> {
                    assertThat(event.metadata()).contains("COMMAND_LINE");
                    assertThat(event.payload())
                            .contains("\"account\":\"" + System.getProperty("user.name"));
                });
        assertThat(events.get(0).payload()).contains("Yearly <change>.", key.text());
        assertThat(events.get(1).payload()).contains("\"successor\":\"" + key.text());
        assertThat(events.get(2).payload())
                .contains("\"epoch\":2", begun.origin(), "A drill.", begun.key().text())
                .contains("\"predecessor\":\"" + last.origin() + "\"")
                .contains("\"predecessorSize\":3", last.root().hex());
        assertThat(NotedOperation.all(other.signerFolder())).isEmpty();
        assertThat(recorded(records())).isEmpty();
    }

    @Test
    void a_guard_that_was_made_again_is_on_record_with_the_checkpoint_it_was_made_from()
            throws Exception {
        new TestEvents(database).append("some", 4);
        other.turn().turn();
        var kept = other.ledger().newest().orElseThrow();
        try (var files = java.nio.file.Files.list(other.signerFolder())) {
            for (var file : files.filter(f -> f.toString().contains("guard-")).toList()) {
                java.nio.file.Files.delete(file);
            }
        }
        other.recovery().adoptGuard(kept.note().bytes(), "The disk broke.");

        assertThat(recorded(records()))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.name()).isEqualTo("ledger.guard-adopted");
                    assertThat(event.payload())
                            .contains("\"checkpointSize\":4", kept.root().hex(), "The disk broke.");
                });
        assertThat(Checkpoint.parse(Note.parse(kept.note().bytes()).text()).size()).isEqualTo(4);
    }

    @Test
    void nobody_else_puts_an_operation_on_record() {
        var forged =
                new OperationCommand.Record(
                        new OperationEvent.KeyRetired(
                                "0123456789abcdef",
                                "o",
                                "k",
                                "s",
                                "none",
                                "mallory",
                                Instant.EPOCH));
        assertThatThrownBy(() -> commands.send(forged, ENGINEER))
                .isInstanceOf(CommandRefused.class)
                .hasMessageContaining("nobody else");
    }

    @Test
    void a_reason_is_asked_for() {
        assertThatThrownBy(() -> other.recovery().announceKey(" "))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_running_product_records_what_is_noted_in_its_folder() {
        var id = "product-" + System.nanoTime();
        TestLedger.noted(settings.folder(), id);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(
                                        db.sql(
                                                        "select count(*) from event where payload_type = 'ledger.key-announced' and convert_from(payload, 'UTF8') like ?")
                                                .param("%" + id + "%")
                                                .query(Long.class)
                                                .single())
                                .isEqualTo(1));
    }
}
