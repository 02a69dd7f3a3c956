package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.database.EmbeddedDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The commands an operator has for the ledger, beside the running product and after it. */
class LedgerToolsIT {
    @TempDir Path folder;
    private String said = "";

    private int run(String... arguments) {
        var words = new StringWriter();
        var all = new ArrayList<>(List.of(arguments));
        all.add("--countersign.home=" + folder.resolve("home"));
        try (var out = new PrintWriter(words)) {
            var code =
                    Countersign.tool().setOut(out).setErr(out).execute(all.toArray(String[]::new));
            said = words.toString();
            return code;
        }
    }

    @Test
    void the_ledger_is_verified_and_its_signer_looked_after_from_the_command_line()
            throws Exception {
        try (var application = Application.start(folder.resolve("home"))) {
            var owner =
                    JdbcClient.create(
                            EmbeddedDatabase.connectTo(folder.resolve("home")).ownerSource());
            await().atMost(Duration.ofSeconds(20))
                    .until(() ->
                            owner.sql("select count(*) from log_checkpoint")
                                            .query(Long.class)
                                            .single()
                                    > 0);
            assertThat(run("fsck")).as(said).isZero();
            assertThat(said).contains("Verified all", "nothing found");
            assertThat(run("ledger", "status")).as(said).isZero();
            assertThat(said).contains("running and has the guard");

            changed(owner, "payload || ' '::bytea");
            assertThat(run("fsck", "--no-read-models")).as(said).isEqualTo(3);
            assertThat(said).contains("FOUND ", "docs/ledger-checks.md");
            changed(owner, "substring(payload from 1 for octet_length(payload) - 1)");
            assertThat(run("fsck", "--no-read-models")).as(said).isZero();
            application.stop();
        }
        assertThat(run("ledger", "status")).as(said).isZero();
        assertThat(said).contains("Epoch 1 of countersign.local/", "events signed.");
        var before = keys();
        assertThat(run("ledger", "retire-key", "--reason=A drill.")).as(said).isEqualTo(1);
        assertThat(said).contains("Announce one first");
        assertThat(run("ledger", "rotate-key", "--reason=A drill.")).as(said).isZero();
        assertThat(run("ledger", "status")).as(said).isZero();
        assertThat(keys()).hasSize(2).containsAll(before);
        assertThat(run("ledger", "retire-key", "--reason=A drill.")).as(said).isZero();
        assertThat(run("ledger", "status")).as(said).isZero();
        assertThat(keys()).hasSize(1).doesNotContainAnyElementsOf(before);
        assertThat(run("ledger", "new-epoch")).as(said).isEqualTo(2);
        assertThat(run("ledger")).as(said).isEqualTo(2);
    }

    private List<String> keys() {
        return said.lines()
                .map(String::strip)
                .filter(line -> line.matches("countersign\\.local/\\S+\\+[0-9a-f]{8}\\+\\S+"))
                .toList();
    }

    /** As nobody but the owner of the tables can. */
    private static void changed(JdbcClient owner, String payload) {
        for (var statement :
                List.of(
                        "alter table event disable trigger event_is_append_only",
                        "update event set payload = "
                                + payload
                                + " where global_index = (select min(global_index) from event)",
                        "alter table event enable always trigger event_is_append_only")) {
            owner.sql(statement).update();
        }
    }
}
