package io.countersign.governance.eventstore;

import static io.countersign.testing.People.AUDITOR;
import static io.countersign.testing.People.ENGINEER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.dataset.Datasets;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.Projects;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Visibility;
import io.countersign.testing.CoreTest;
import io.countersign.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@CoreTest
class CommandsIT {
    @Autowired Commands commands;
    @Autowired Projects projects;
    @Autowired Datasets datasets;
    @Autowired ReadPosition positions;
    @Autowired AuditTrail trail;
    @Autowired JdbcClient db;
    @Autowired TestDatabase database;
    @Autowired WriterKey key;

    private static ProjectCommand.Register register(String id) {
        return new ProjectCommand.Register(
                new ProjectId(id),
                "Credit scoring",
                "Decide on small loans",
                "Rank applications for an officer",
                "Lending",
                List.of("EU"),
                RiskTier.HIGH);
    }

    private void shown(Commands.Sent sent) {
        positions.await(sent.eventIds().getLast(), Duration.ofSeconds(20));
    }

    @Test
    void what_a_command_did_is_shown_to_whoever_waits_for_it() {
        var sent = commands.send(register("shown-at-once"), ENGINEER);

        shown(sent);

        var row =
                projects.find(new ProjectId("shown-at-once"), positions.now(), Visibility.ALL)
                        .orElseThrow();
        assertThat(row.name()).isEqualTo("Credit scoring");
        assertThat(row.jurisdictions()).containsExactly("EU");
        assertThat(row.riskTier()).isEqualTo(RiskTier.HIGH);
    }

    @Test
    void every_event_carries_the_writers_mac_of_the_bytes_stored() {
        var sent = commands.send(register("with-a-mac"), ENGINEER);

        var mac =
                db.sql("select * from event where event_identifier = ?")
                        .param(sent.eventIds().getFirst())
                        .query((row, _) -> {
                            var written =
                                    new WriterKey.Written(
                                            row.getString("event_identifier"),
                                            row.getString("type"),
                                            row.getString("aggregate_identifier"),
                                            row.getLong("sequence_number"),
                                            row.getString("time_stamp"),
                                            row.getString("payload_type"),
                                            row.getString("payload_revision"),
                                            row.getBytes("payload"),
                                            row.getBytes("meta_data"),
                                            row.getBytes("salt"));
                            assertThat(row.getString("writer_key_id")).isEqualTo(key.id());
                            assertThat(row.getString("payload_type"))
                                    .isEqualTo("project.registered");
                            assertThat(row.getBytes("writer_mac")).isEqualTo(key.mac(written));
                            return true;
                        })
                        .single();
        assertThat(mac).isTrue();
    }

    @Test
    void the_run_time_role_cannot_change_or_drop_an_event() {
        for (var sql :
                List.of(
                        "update event set time_stamp = 'x'",
                        "delete from event",
                        "truncate event cascade",
                        "alter table event disable trigger event_is_append_only")) {
            assertThatThrownBy(() -> db.sql(sql).update()).hasMessageContaining("event");
        }
    }

    @Test
    void not_even_the_owner_changes_an_event_without_switching_the_trigger_off() {
        commands.send(register("for-the-owner"), ENGINEER);
        var owner = JdbcClient.create(database.owner());

        assertThatThrownBy(() -> owner.sql("update event set time_stamp = 'x'").update())
                .rootCause()
                .hasMessageContaining("append only");
        assertThatThrownBy(() -> owner.sql("delete from event").update())
                .rootCause()
                .hasMessageContaining("append only");
    }

    @Test
    void a_refusal_changes_nothing_and_is_itself_an_event() {
        assertThatThrownBy(() -> commands.send(register("not-by-auditors"), AUDITOR))
                .isInstanceOf(CommandRefused.class)
                .hasMessageContaining("access.role-needed");

        var refusal =
                db.sql(
                                """
                                select payload from readable_event
                                 where payload_type = 'refusal.recorded'
                                   and payload ->> 'subject' = 'project:not-by-auditors'
                                """)
                        .query((row, _) -> row.getString(1))
                        .single();
        assertThat(refusal).contains("project.register").contains("access.role-needed");
        assertThat(
                        db.sql("select count(*) from event where aggregate_identifier = ?")
                                .param("project:not-by-auditors")
                                .query(Long.class)
                                .single())
                .isZero();
    }

    @Test
    void a_second_registration_under_the_same_key_is_refused_by_name() {
        commands.send(register("only-once"), ENGINEER);

        assertThatThrownBy(() -> commands.send(register("only-once"), ENGINEER))
                .isInstanceOf(CommandRefused.class)
                .hasMessageContaining("subject.exists")
                .hasMessageContaining("only-once");
    }

    @Test
    void the_same_idempotency_key_gives_the_same_answer_and_one_event() throws Exception {
        var command = register("sent-twice");
        try (var threads = Executors.newFixedThreadPool(4)) {
            var answers = new ArrayList<Future<Commands.Sent>>();
            for (var i = 0; i < 8; i++) {
                answers.add(
                        threads.submit(() ->
                                commands.send(command, ENGINEER, Commands.Context.key("key-1"))));
            }
            var first = answers.getFirst().get();
            var carriedOut = 0;
            for (var answer : answers) {
                assertThat(answer.get().eventIds()).isEqualTo(first.eventIds());
                carriedOut += answer.get().again() ? 0 : 1;
            }
            assertThat(carriedOut).isEqualTo(1);
        }
    }

    @Test
    void an_idempotency_key_for_another_command_is_refused() {
        commands.send(register("first-use"), ENGINEER, Commands.Context.key("key-2"));

        assertThatThrownBy(() ->
                        commands.send(
                                register("other-use"), ENGINEER, Commands.Context.key("key-2")))
                .hasMessageContaining("idempotency.key-reused");
    }

    @Test
    void positions_are_dense_and_their_times_never_go_back() throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            var sent = new ArrayList<Future<Commands.Sent>>();
            for (var i = 0; i < 40; i++) {
                var command = register("dense-" + i);
                sent.add(threads.submit(() -> commands.send(command, ENGINEER)));
            }
            for (var answer : sent) {
                shown(answer.get());
            }
        }
        var gaps =
                db.sql(
                                """
                                select count(*) from (
                                    select position - lag(position) over w as step,
                                           position_time < lag(position_time) over w as back
                                      from log_leaf window w as (order by position)) steps
                                 where step <> 1 or back
                                """)
                        .query(Long.class)
                        .single();
        assertThat(gaps).isZero();
        assertThat(
                        db.sql(
                                        """
                                        select count(*) from event
                                          left join log_leaf l using (global_index)
                                         where l.position is null
                                        """)
                                .query(Long.class)
                                .single())
                .isZero();
    }

    @Test
    void a_past_position_shows_what_held_then() {
        var id = new ProjectId("with-a-past");
        var first = commands.send(register("with-a-past"), ENGINEER);
        shown(first);
        var before = positions.now();
        var amended =
                commands.send(
                        new ProjectCommand.Amend(
                                id, "Renamed", "b", "p", "Lending", List.of("EU"), RiskTier.LOW),
                        io.countersign.testing.People.everywhere(ENGINEER));
        shown(amended);

        assertThat(projects.find(id, positions.now(), Visibility.ALL).orElseThrow().name())
                .isEqualTo("Renamed");
        assertThat(projects.find(id, before, Visibility.ALL).orElseThrow().name())
                .isEqualTo("Credit scoring");
        assertThat(
                        projects.find(
                                        id,
                                        positions.parse(String.valueOf(before.position())),
                                        Visibility.ALL)
                                .orElseThrow()
                                .riskTier())
                .isEqualTo(RiskTier.HIGH);
    }

    @Test
    void the_audit_trail_finds_an_event_by_its_words_and_follows_it_to_its_effects() {
        var sent =
                commands.send(
                        new ProjectCommand.Register(
                                new ProjectId("to-be-found"),
                                "Zebrafinch <script>alert(1)</script>",
                                "b",
                                "p",
                                "Lending",
                                List.of("EU"),
                                RiskTier.LOW),
                        ENGINEER);
        shown(sent);

        var found =
                trail.newest(
                        new AuditTrail.Filter(
                                null, null, null, "project", null, null, null, "zebrafinch", null),
                        Long.MAX_VALUE,
                        10,
                        positions.now(),
                        Visibility.ALL);

        assertThat(found).hasSize(1);
        assertThat(found.getFirst().eventId()).isEqualTo(sent.eventIds().getFirst());
        assertThat(found.getFirst().actor()).isEqualTo(ENGINEER.id().value());
        assertThat(found.getFirst().projectId()).isEqualTo("to-be-found");
        assertThat(
                        trail.find(
                                found.getFirst().eventId(),
                                positions.now(),
                                Visibility.of(java.util.Set.of(new ProjectId("another")))))
                .isEmpty();
    }
}
