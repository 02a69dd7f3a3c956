package io.countersign.governance.ledger.heads;

import static io.countersign.testing.People.ENGINEER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.entry.StreamHead;
import io.countersign.governance.ledger.tlog.Merkle;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.testing.CoreTest;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@CoreTest
class StreamHeadsIT {
    private static final Duration LONG = Duration.ofSeconds(20);

    @Autowired Commands commands;
    @Autowired Ledger ledger;
    @Autowired StreamHeads heads;
    @Autowired StreamHeadsSchedule schedule;
    @Autowired JdbcClient db;
    @Autowired DataSource database;
    @Autowired Clock clock;

    private void included(String eventId) {
        assertThat(ledger.await(eventId, LONG)).isPresent();
    }

    private SubjectRef project(String id) {
        var sent =
                commands.send(
                        new ProjectCommand.Register(
                                new ProjectId(id), "n", "b", "p", "t", List.of("EU"), RiskTier.LOW),
                        ENGINEER);
        included(sent.eventIds().getLast());
        return ProjectCommand.ref(new ProjectId(id));
    }

    @Test
    void proves_which_event_of_a_stream_is_the_last() {
        var first = project("heads-one");
        var second = project("heads-two");

        var recorded = heads.covering(List.of(first, second), LONG);
        var proofs = heads.heads(recorded, List.of(second, first));

        assertThat(proofs)
                .extracting(StreamHeads.Head::stream)
                .containsExactly(first.toString(), second.toString());
        for (var proof : proofs) {
            var placed = ledger.events(List.of(proof.lastPosition())).getFirst();
            assertThat(placed.row().sequenceNumber()).isEqualTo(proof.lastSequence());
            assertThat(placed.position()).isLessThan(recorded.size());
            var leaf =
                    Merkle.leaf(
                            StreamHead.entry(
                                    LedgerEntry.derive(placed.row().salt(), LedgerEntry.Salt.HEAD),
                                    proof.stream(),
                                    proof.lastSequence(),
                                    proof.lastPosition()));
            assertThat(proof.inclusion().proves(leaf, recorded.root())).isTrue();
        }
        assertThat(recorded.position()).isGreaterThanOrEqualTo(recorded.size());
        assertThat(heads.positions(List.of(first), recorded.size())).hasSize(1);
    }

    @Test
    void the_first_record_that_covers_a_stream_stays_the_same() {
        var stream = project("heads-stay");
        var recorded = heads.covering(List.of(stream), LONG);
        project("heads-other");
        assertThat(heads.record()).isPresent();

        assertThat(heads.covering(List.of(stream), LONG)).isEqualTo(recorded);
    }

    @Test
    void all_who_ask_at_once_get_a_record() throws Exception {
        var stream = project("heads-at-once");
        try (var askers = Executors.newFixedThreadPool(6)) {
            var answers =
                    IntStream.range(0, 6)
                            .mapToObj(
                                    _ -> askers.submit(() -> heads.covering(List.of(stream), LONG)))
                            .toList();
            for (var answer : answers) {
                assertThat(heads.heads(answer.get(), List.of(stream))).hasSize(1);
            }
        }
    }

    @Test
    void records_nothing_while_nothing_happens_but_records() {
        project("heads-news");
        included(heads.record().orElseThrow());

        assertThat(heads.record()).isEmpty();
        project("heads-more-news");
        assertThat(heads.record()).isPresent();
    }

    @Test
    void the_schedule_records_once_an_hour_at_most() {
        project("heads-hourly");
        included(heads.record().orElseThrow());
        project("heads-hourly-again");
        var before = heads.newest();

        schedule.tick();

        assertThat(heads.newest()).isEqualTo(before);
    }

    @Test
    void the_schedule_records_when_an_hour_is_over_and_no_other_instance_is_at_it()
            throws SQLException {
        project("heads-due");
        included(heads.record().orElseThrow());
        project("heads-due-again");
        var before = heads.newest().orElseThrow();
        var later = Clock.offset(clock, StreamHeadsSchedule.EVERY.plusSeconds(1));
        var anHourLater = new StreamHeadsSchedule(database, heads, later);

        try (var other = database.getConnection();
                var statement = other.createStatement()) {
            statement.execute("select pg_advisory_lock(1129270867, 2)");
            anHourLater.tick();
            assertThat(heads.hasNews(before.size())).isTrue();
            statement.execute("select pg_advisory_unlock(1129270867, 2)");
        }
        assertThat(heads.newest()).contains(before);

        anHourLater.tick();

        var until = System.nanoTime() + LONG.toNanos();
        while (heads.newest().equals(Optional.of(before)) && System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        assertThat(heads.newest().orElseThrow().size()).isGreaterThan(before.size());
    }

    @Test
    void one_size_never_has_two_roots() {
        project("heads-root");
        var newest =
                ledger.await(heads.record().orElseThrow(), LONG)
                        .flatMap(_ -> heads.newest())
                        .orElseThrow();
        var again =
                new LedgerCommand.RecordStreamHeads(
                        newest.size(), newest.streams(), new Sha256(newest.root().hex()));
        assertThat(commands.send(again, Actor.system()).eventIds()).isEmpty();
        var other =
                new LedgerCommand.RecordStreamHeads(
                        newest.size(), newest.streams(), Sha256.of("other"));
        assertThatThrownBy(() -> commands.send(other, Actor.system()))
                .isInstanceOf(CommandRefused.class)
                .hasMessageContaining("Verify the whole ledger");
    }

    @Test
    void nobody_but_the_product_records_heads() {
        assertThatThrownBy(() ->
                        commands.send(
                                new LedgerCommand.RecordStreamHeads(3, 1, Sha256.of("x")),
                                ENGINEER))
                .isInstanceOf(CommandRefused.class)
                .hasMessageContaining("nobody else may");
    }

    @Test
    void a_stream_without_events_has_no_head() {
        assertThatThrownBy(() ->
                        heads.covering(List.of(new SubjectRef(SubjectKind.MODEL, "no.such")), LONG))
                .isInstanceOf(CommandRefused.class)
                .hasMessageContaining("model:no.such");
    }

    @Test
    void a_record_of_heads_is_in_the_audit_trail() {
        project("heads-audit");
        var recorded = heads.record().orElseThrow();
        included(recorded);
        var until = System.nanoTime() + LONG.toNanos();
        while (entries(recorded) == 0 && System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        assertThat(entries(recorded)).isOne();
    }

    private int entries(String eventId) {
        return db.sql(
                        "select count(*) from read_model.audit_entry where event_id = ? and subject_kind = 'ledger' and project_id is null")
                .param(eventId)
                .query(Integer.class)
                .single();
    }
}
