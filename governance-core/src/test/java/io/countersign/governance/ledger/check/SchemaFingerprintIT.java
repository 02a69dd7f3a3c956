package io.countersign.governance.ledger.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class SchemaFingerprintIT {
    /** Where it differs on purpose, {@code target/schema.txt} is what the resource should be. */
    @Test
    void the_kept_fingerprint_is_that_of_a_fresh_database() throws Exception {
        var fresh = TestDatabase.fresh();
        try (var connection = fresh.app().getConnection()) {
            var actual = SchemaFingerprint.actual(connection, fresh.access().appRole());
            Files.createDirectories(Path.of("target"));
            Files.write(Path.of("target/schema.txt"), actual);
            assertThat(actual).isEqualTo(SchemaFingerprint.expected());
            assertThat(SchemaFingerprint.differences(connection, fresh.access())).isEmpty();
        }
    }

    @Test
    void each_change_of_what_protects_the_tables_is_named() throws SQLException {
        changed("alter table event disable trigger event_is_append_only", "trigger");
        changed("alter table event enable trigger event_is_stamped", "trigger");
        changed("drop trigger log_leaf_is_append_only on log_leaf", "trigger");
        changed(
                "create or replace function refuse_change() returns trigger language plpgsql as"
                        + " $$ begin return null; end $$",
                "function");
        changed("grant update on event to countersign_app", "grant");
        changed("grant insert (tx_id) on event to public", "grant");
        changed("alter table event alter column tx_id set default '3'::xid8", "schema");
        changed(
                "alter table event drop constraint event_aggregate_identifier_sequence_number_key",
                "schema");
        changed("create rule nothing as on insert to log_entry do instead nothing", "schema");
        changed("create table more () inherits (event)", "schema");
        changed("alter table log_tile drop constraint log_tile_root_check", "schema");
    }

    private static void changed(String sql, String code) throws SQLException {
        var database = TestDatabase.fresh();
        JdbcClient.create(database.owner()).sql(sql).update();
        try (var connection = database.app().getConnection()) {
            assertThat(SchemaFingerprint.differences(connection, database.access()))
                    .as(sql)
                    .isNotEmpty()
                    .anySatisfy(found -> assertThat(found.kind().code()).isEqualTo(code));
        }
    }
}
