package io.countersign.governance.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.database.DatabaseAccess.Login;
import io.countersign.testing.TestDatabase;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class DatabaseRolesIT {
    private final TestDatabase database = TestDatabase.fresh();

    @Test
    void the_run_time_role_has_what_migrations_grant_and_no_more() {
        Migrations.run(
                database.owner(), database.access().appRole(), "classpath:db/migration", SAMPLE);
        var app = JdbcClient.create(database.app());
        assertThat(user(database.app())).isEqualTo("countersign_app");
        app.sql("insert into note (text) values ('kept')").update();
        for (var forbidden :
                new String[] {
                    "update note set text = 'other'",
                    "delete from note",
                    "truncate note",
                    "alter table note disable trigger all",
                    "drop table note",
                    "create table more (id int)",
                    "set session_replication_role = replica",
                    "delete from flyway_schema_history",
                    "set role countersign_owner"
                }) {
            assertThatThrownBy(() -> app.sql(forbidden).update())
                    .as(forbidden)
                    .rootCause()
                    .hasMessageMatching("(?s).*(permission denied|must be owner).*");
        }
        assertThat(app.sql("select text from note").query(String.class).list())
                .containsExactly("kept");
    }

    @Test
    void running_the_migrations_again_changes_nothing() {
        Migrations.run(database.access());
        Migrations.run(database.access());
    }

    @Test
    void limits_transactions_of_the_run_time_role() {
        assertThat(setting("transaction_timeout")).isEqualTo("5min");
        assertThat(setting("idle_in_transaction_session_timeout")).isEqualTo("1min");
        assertThat(setting("synchronous_commit")).isEqualTo("on");
    }

    @Test
    void one_user_may_do_both_and_then_works_as_the_lesser_role() {
        var owner = JdbcClient.create(database.owner());
        owner.sql("drop role if exists countersign_lesser").update();
        var user = database.access().owner();
        var access = new DatabaseAccess(database.access().url(), user, user, "countersign_lesser");
        Migrations.run(access);
        assertThat(user(access.appSource())).isEqualTo("countersign_lesser");
        assertThatThrownBy(() ->
                        JdbcClient.create(access.appSource())
                                .sql("create table more (id int)")
                                .update())
                .rootCause()
                .hasMessageContaining("permission denied");
    }

    @Test
    void refuses_a_run_time_role_that_could_alter_the_record() {
        var url = database.access().url();
        var access =
                new DatabaseAccess(
                        url, database.access().owner(), new Login("postgres", ""), "postgres");
        assertThatThrownBy(() -> Migrations.run(access))
                .isInstanceOf(DatabaseUnavailable.class)
                .hasMessageContaining("'postgres' is a superuser");
    }

    @Test
    void says_how_to_make_a_role_that_the_owner_may_not_make() {
        JdbcClient.create(database.owner()).sql("create role plain login").update();
        try {
            var access =
                    new DatabaseAccess(
                            database.access().url(),
                            new Login("plain", ""),
                            new Login("nobody_yet", "secret"),
                            "nobody_yet");
            assertThatThrownBy(() -> Migrations.run(access))
                    .isInstanceOf(DatabaseUnavailable.class)
                    .hasMessageContaining("create role nobody_yet login password")
                    .hasMessageNotContaining("secret");
        } finally {
            JdbcClient.create(database.owner()).sql("drop role plain").update();
        }
    }

    @Test
    void a_role_name_cannot_carry_sql_into_a_migration() {
        assertThatThrownBy(() -> Migrations.run(database.owner(), "app; drop table note", SAMPLE))
                .isInstanceOf(DatabaseUnavailable.class)
                .hasMessageContaining("but is: app; drop table note");
    }

    private static final String SAMPLE = "classpath:db/sample";

    private String setting(String name) {
        return JdbcClient.create(database.app())
                .sql("select current_setting(?)")
                .param(name)
                .query(String.class)
                .single();
    }

    private static String user(DataSource source) {
        return JdbcClient.create(source).sql("select current_user").query(String.class).single();
    }
}
