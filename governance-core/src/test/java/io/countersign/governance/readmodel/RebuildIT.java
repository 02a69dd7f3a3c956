package io.countersign.governance.readmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.intake.Intakes;
import io.countersign.governance.intake.Questions;
import io.countersign.governance.keys.KeyFolder;
import io.countersign.governance.keys.PersonalKeyring;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.risk.Rating;
import io.countersign.governance.risk.RiskCommand;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import io.countersign.testing.CoreTest;
import io.countersign.testing.People;
import io.countersign.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

@CoreTest
class RebuildIT {
    private static final Pattern SEALED =
            Pattern.compile("\"person\": \"([^\"]+)\", \"sealed\": \"([^\"]+)\"");

    @Autowired Commands commands;
    @Autowired Intakes intakes;
    @Autowired ReadPosition positions;
    @Autowired TestDatabase database;
    @Autowired KeyFolder keys;
    @Autowired PersonalKeyring keyring;

    @Test
    void every_row_of_every_table_is_as_before_and_a_spoilt_one_is_mended() {
        var project = story("rebuilt");
        var before = rows();
        var schema = schema();
        var reported = new ArrayList<Rebuild.Progress>();
        owner().update("update read_model.project set name = 'spoilt'");
        owner().update("delete from read_model.audit_entry where position = 0");

        var ended = Rebuild.run(database.access(), keys, 3, reported::add, () -> false);

        assertThat(rows()).containsExactlyEntriesOf(before);
        assertThat(schema()).isEqualTo(schema);
        assertThat(ended.done()).isEqualTo(positions.now().position() + 1);
        assertThat(reported).hasSizeGreaterThan(2);
        assertThat(reported.getLast().done()).isEqualTo(reported.getLast().total());
        assertThat(texts("select nspname from pg_namespace where nspname like 'read_model%'"))
                .containsExactly("read_model");

        // the running application goes on with the new tables
        rename(project, "Renamed after");
        assertThat(
                        owner().queryForObject(
                                        "select name from read_model.project where id = ? and valid_to = ?",
                                        String.class,
                                        project.value(),
                                        TemporalTable.OPEN))
                .isEqualTo("Renamed after");
    }

    @Test
    void commands_go_on_meanwhile_and_nothing_is_lost() throws Exception {
        var project = story("busy");
        var over = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var sender =
                    threads.submit(() -> {
                        var sent = 0;
                        while (!over.get()) {
                            rename(project, "Name " + sent++);
                        }
                        return sent;
                    });
            try {
                for (var round = 0; round < 3; round++) {
                    Rebuild.run(database.access(), keys, 20, _ -> {}, () -> false);
                }
            } finally {
                over.set(true);
            }
            assertThat(sender.get()).isPositive();
        }
        var live = rows();
        Rebuild.run(database.access(), keys, 2_000, _ -> {}, () -> false);
        assertThat(rows()).containsExactlyEntriesOf(live);
    }

    @Test
    void a_cancelled_one_leaves_all_as_it_was() {
        story("cancelled");
        owner().update(
                        "update read_model.project set owner_team = 'spoilt' where id = 'cancelled'");
        var before = rows();
        assertThatThrownBy(() -> Rebuild.run(database.access(), keys, 2, _ -> {}, () -> true))
                .isInstanceOf(CancellationException.class);
        assertThat(rows()).containsExactlyEntriesOf(before);
        Rebuild.run(database.access(), keys, 2_000, _ -> {}, () -> false);
    }

    @Test
    void two_at_once_are_refused() {
        story("twice");
        assertThatThrownBy(() ->
                        Rebuild.run(
                                database.access(),
                                keys,
                                2_000,
                                _ -> Rebuild.run(database.access(), keys, 1, _ -> {}, () -> false),
                                () -> false))
                .hasMessageContaining("Another rebuild");
    }

    private ProjectId story(String key) {
        var id = new ProjectId(key);
        commands.send(
                new ProjectCommand.Register(
                        id, "Name", "problem", "purpose", "Team", List.of("EU"), RiskTier.HIGH),
                People.ENGINEER);
        var risk = RiskId.random(id);
        commands.send(
                new RiskCommand.Raise(
                        risk, "T", "d", "privacy", List.of(), "people", new Rating(3, 3)),
                People.ENGINEER);
        commands.send(
                new RiskCommand.RateResidual(risk, new Rating(2, 2), "Less of it."),
                People.RISK_OWNER);
        try {
            commands.send(
                    new RiskCommand.RateResidual(risk, new Rating(1, 1), "Not mine to rate."),
                    People.ENGINEER);
        } catch (CommandRefused expected) {
            // a refusal is on record as well
        }
        rename(id, "Other name");
        overrideTheTier(id);
        return id;
    }

    /** From low, as the intake has it, back to high. */
    private void overrideTheTier(ProjectId id) {
        commands.send(
                new ProjectCommand.AnswerIntake(id, 1, Questions.harmless()), People.ENGINEER);
        var asked =
                commands.send(
                        new ProjectCommand.RequestTierOverride(id, RiskTier.HIGH, "To be sure."),
                        People.ENGINEER);
        positions.await(asked.eventIds().getLast(), Duration.ofSeconds(20));
        var override = intakes.overrides(id, positions.now(), Visibility.ALL).getFirst();
        var officer = People.OFFICER;
        commands.send(
                new ProjectCommand.DecideTierOverride(
                        id, override.override().digest(), true, "Seen.", "Carl Osei"),
                new Actor(officer.id(), null, Channel.PAGE, Instant.now(), officer.grants()));
    }

    private void rename(ProjectId id, String name) {
        var sent =
                commands.send(
                        new ProjectCommand.Amend(
                                id,
                                name,
                                "problem",
                                "purpose",
                                "Team",
                                List.of("EU"),
                                RiskTier.HIGH),
                        People.ENGINEER);
        positions.await(sent.eventIds().getLast(), Duration.ofSeconds(20));
    }

    /** All rows of all tables as text; what a person wrote is sealed anew each time, so opened. */
    private TreeMap<String, List<String>> rows() {
        var rows = new TreeMap<String, List<String>>();
        for (var table : texts("select tablename from pg_tables where schemaname = 'read_model'")) {
            rows.put(
                    table,
                    texts("select to_jsonb(t)::text from read_model.%s t".formatted(table)).stream()
                            .map(row ->
                                    SEALED.matcher(row)
                                            .replaceAll(found ->
                                                    java.util.regex.Matcher.quoteReplacement(
                                                            keyring.open(
                                                                    new UserId(found.group(1)),
                                                                    found.group(2)))))
                            .sorted()
                            .toList());
        }
        return rows;
    }

    /** Columns, constraints, indexes and grants. */
    private List<String> schema() {
        return texts(
                """
                select concat_ws(' ', 'column', table_name, column_name, data_type,
                                 is_nullable, column_default, generation_expression)
                  from information_schema.columns where table_schema = 'read_model'
                union all
                select concat_ws(' ', 'constraint', conrelid::regclass, conname,
                                 pg_get_constraintdef(oid))
                  from pg_constraint where connamespace = 'read_model'::regnamespace
                union all
                select 'index ' || indexdef from pg_indexes where schemaname = 'read_model'
                union all
                select concat_ws(' ', 'grant', relname, relacl::text) from pg_class
                 where relnamespace = 'read_model'::regnamespace and relkind = 'r'
                union all
                select concat_ws(' ', 'schema', nspacl::text) from pg_namespace
                 where nspname = 'read_model'
                union all
                select concat_ws(' ', 'default', defaclacl::text) from pg_default_acl
                 where defaclnamespace = 'read_model'::regnamespace
                order by 1
                """);
    }

    private List<String> texts(String sql) {
        return owner().query(sql, (row, _) -> row.getString(1));
    }

    private JdbcTemplate owner() {
        return new JdbcTemplate(database.owner());
    }
}
