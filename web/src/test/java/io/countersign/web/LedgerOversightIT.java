package io.countersign.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.tlog.SignerKey;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.governance.ledger.witness.Witness;
import io.countersign.governance.ledger.witness.WitnessServer;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.ProjectId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Those who oversee the ledger: its witnesses, of which one answers and one does not, and the full
 * verification, which they start, watch, call off, and of which they see what it found.
 */
@SpringBootTest(classes = WebApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT)
@ContextConfiguration(initializers = LedgerOversightIT.Witnessed.class)
@Import(Cast.class)
@DirtiesContext
class LedgerOversightIT {
    private static final SignerKey GOOD = key("good.example.com");
    private static final SignerKey AWAY = key("away.example.com");
    private static final int PORT = freePort();
    private static final String RUNS = "/api/v1/ledger/verifications";

    @Autowired Cast cast;
    @Autowired Commands commands;
    @Autowired Ledger ledger;
    @Autowired ReadPosition positions;
    @Autowired Environment environment;
    @Autowired Clock clock;

    private static SignerKey key(String name) {
        return SignerKey.generate(name, VerifierKey.Algorithm.COSIGNATURE, new SecureRandom());
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static final class Witnessed
            implements ApplicationContextInitializer<ConfigurableApplicationContext> {
        @Override
        public void initialize(ConfigurableApplicationContext context) {
            new WebTest.OwnDatabase().initialize(context);
            try {
                var policy = Files.createTempFile("witnesses", ".policy");
                Files.writeString(
                        policy,
                        """
                        witness good %s http://127.0.0.1:%d
                        witness away %s http://127.0.0.1:1
                        group one-of-both 1 good away
                        quorum one-of-both
                        """
                                .formatted(GOOD.verifier().text(), PORT, AWAY.verifier().text()));
                context.getEnvironment()
                        .getPropertySources()
                        .addFirst(
                                new MapPropertySource(
                                        "witnesses",
                                        Map.of("countersign.ledger.witnesses", policy.toString())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private HttpResponse<String> send(String method, String person, String path, String body) {
        return cast.browser()
                .json(method, path, body, "Authorization", Browser.basic(person, Cast.PASSWORD));
    }

    private JsonNode json(String person, String path) {
        var answer = send("GET", person, path, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    @Test
    void see_each_witness_and_a_full_verification_from_its_start_to_what_it_found(
            @TempDir Path folder) throws SQLException {
        cast.person("oversee-otto", "auditor@*");
        cast.person("oversee-adam", "administrator@*");
        cast.person("oversee-nina", "auditor@overseen");
        cast.person("oversee-rita", "requester@*");
        await().atMost(Duration.ofSeconds(60)).until(() -> ledger.policy().isPresent());
        var log = ledger.policy().orElseThrow().logs().getFirst().key();
        try (var witness = new Witness(GOOD, List.of(log), folder, clock);
                var unused = WitnessServer.onLoopback(witness, PORT)) {
            var event =
                    commands.send(
                                    new ProjectCommand.Register(
                                            new ProjectId("overseen"),
                                            "n",
                                            "p",
                                            "i",
                                            "t",
                                            List.of("EU"),
                                            RiskTier.LOW),
                                    Actor.system())
                            .eventIds()
                            .getLast();
            assertThat(ledger.await(event, Duration.ofSeconds(60))).isPresent();
            positions.await(event, Duration.ofSeconds(60));
            each_witness_is_shown_with_what_it_did();
            a_verification_is_for_those_who_oversee_all();
            nobody_is_told_that_it_is_verified_before_it_is();
            one_that_is_called_off_verifies_nothing();
            one_that_comes_to_its_end_is_shown_with_its_age_and_size();
            what_it_finds_is_shown_and_no_word_of_verified();
        }
    }

    private void each_witness_is_shown_with_what_it_did() {
        var page = cast.signedIn("oversee-otto").get("/ledger").body();
        assertThat(page)
                .containsPattern("<strong>good</strong>[^@]{1,600}Last cosigned \\d+ events")
                .containsPattern("<strong>away</strong>[^@]{1,600}Has not cosigned since")
                .contains("alarm", "The witness away", "Quorum: one-of-both")
                .contains("The ledger raises an alarm")
                .doesNotContain("No witness is configured");
        // Where it is asked at is for those who see all.
        assertThat(cast.signedIn("oversee-nina").get("/ledger").body())
                .contains("Has not cosigned since")
                .doesNotContain("127.0.0.1");
        var witnesses = json("oversee-otto", "/api/v1/ledger").get("witnesses");
        assertThat(witnesses).hasSize(2);
        assertThat(witnesses.get(0).get("lastSize").asLong()).isPositive();
        assertThat(witnesses.get(0).get("alarm").isNull()).isTrue();
        assertThat(witnesses.get(1).get("lastCosigned").isNull()).isTrue();
        assertThat(witnesses.get(1).get("alarm").asString()).contains("away");
    }

    private void a_verification_is_for_those_who_oversee_all() {
        for (var person : List.of("oversee-nina", "oversee-rita")) {
            var refused = send("POST", person, RUNS, "");
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
            assertThat(refused.body()).contains("access.role-needed");
            assertThat(cast.signedIn(person).get("/ledger").body())
                    .contains("Full verification")
                    .doesNotContain("Verify everything now");
        }
        assertThat(cast.signedIn("oversee-otto").get("/ledger").body())
                .contains("Verify everything now");
        assertThat(cast.signedIn("oversee-adam").get("/ledger").body())
                .contains("Verify everything now");
    }

    private void nobody_is_told_that_it_is_verified_before_it_is() {
        var status = json("oversee-nina", "/api/v1/ledger");
        assertThat(status.get("lastVerification").isNull()).isTrue();
        assertThat(cast.signedIn("oversee-nina").get("/ledger").body())
                .contains("none on record", "None on record")
                .doesNotContain("Verified ");
    }

    private void one_that_is_called_off_verifies_nothing() throws SQLException {
        try (var owner = owner()) {
            // It cannot read on before this is let go.
            owner.setAutoCommit(false);
            try (var statement = owner.createStatement()) {
                statement.execute("lock table log_entry in access exclusive mode");
            }
            var started = send("POST", "oversee-otto", RUNS, "{\"readModels\":false}");
            assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
            var path = started.headers().firstValue("Location").orElseThrow();
            assertThat(path).startsWith(RUNS + "/");
            var second = send("POST", "oversee-adam", RUNS, "");
            assertThat(second.statusCode()).as(second.body()).isEqualTo(409);
            assertThat(second.body()).contains("ledger.check-running");
            assertThat(send("GET", "oversee-nina", path, "").statusCode()).isEqualTo(403);
            await().atMost(Duration.ofSeconds(30))
                    .until(() ->
                            json("oversee-otto", path).get("state").asString().equals("running"));
            assertThat(send("POST", "oversee-nina", path + "/cancellation", "").statusCode())
                    .isEqualTo(403);
            var off = send("POST", "oversee-otto", path + "/cancellation", "");
            assertThat(off.statusCode()).as(off.body()).isEqualTo(200);
            owner.rollback();
            await().atMost(Duration.ofSeconds(30))
                    .until(() ->
                            json("oversee-otto", path).get("state").asString().equals("cancelled"));
            var ended = json("oversee-otto", path);
            assertThat(ended.get("whole").isNull()).isTrue();
        }
        var status = json("oversee-nina", "/api/v1/ledger");
        assertThat(status.get("lastVerification").isNull()).isTrue();
        assertThat(status.get("brokenOff").get("reached").asLong()).isNotNegative();
        assertThat(status.get("verification").isNull()).isTrue();
        assertThat(cast.signedIn("oversee-otto").get("/ledger").body())
                .contains("was called off", "broken off", "It verifies nothing", "none on record")
                .contains("Go on where the last one was broken off")
                .doesNotContain("Verified ");
    }

    private void one_that_comes_to_its_end_is_shown_with_its_age_and_size() {
        var otto = cast.signedIn("oversee-otto");
        var pressed = otto.submit("/ledger", "/ledger/verifications", Map.of("resume", "true"));
        assertThat(pressed.statusCode()).as(pressed.body()).isEqualTo(302);
        assertThat(pressed.headers().firstValue("Location").orElse(""))
                .endsWith("/ledger?watch=true#verification");
        var done = done();
        // Once it has ended, nothing is to be watched.
        assertThat(otto.get("/ledger?watch=true").headers().firstValue("Refresh")).isEmpty();
        assertThat(done.get("whole").asBoolean()).as(done.toString()).isTrue();
        assertThat(done.get("list")).as(done.toString()).isEmpty();
        var size = done.get("size").asLong();
        assertThat(size).isPositive();
        assertThat(otto.get("/ledger").body())
                .contains("Verified less than a minute ago")
                .contains("All " + size + " events of epoch 1, from position 0 to " + (size - 1))
                .contains("nothing found")
                .doesNotContain("none on record", "broken off");
        var last = json("oversee-rita", "/api/v1/ledger").get("lastVerification");
        assertThat(last.get("clean").asBoolean()).isTrue();
        assertThat(last.get("size").asLong()).isEqualTo(size);
        assertThat(last.get("age").asString()).startsWith("PT");
        assertThat(last.get("readModels").asBoolean()).isTrue();
    }

    private void what_it_finds_is_shown_and_no_word_of_verified() throws SQLException {
        changed("payload || ' '::bytea");
        try {
            assertThat(send("POST", "oversee-adam", RUNS, "{\"readModels\":false}").statusCode())
                    .isEqualTo(202);
            var found = done();
            assertThat(found.get("findings").asLong()).isPositive();
            assertThat(found.get("list").toString()).contains("row-changed");
            assertThat(cast.signedIn("oversee-otto").get("/ledger").body())
                    .contains("What was found", "row-changed", "Change nothing before")
                    .doesNotContain("Verified less");
            var first = ledger.events(List.of(0L)).getFirst().row().eventId();
            var receipt = ledger.receipt(first).orElseThrow().proof().bytes();
            var checked =
                    cast.signedIn("oversee-otto")
                            .submit(
                                    "/ledger",
                                    "/ledger/verify",
                                    Map.of("receipt", new String(receipt, UTF_8)));
            assertThat(checked.body())
                    .contains("not good: The event was changed after the ledger took it in");
            var others = cast.signedIn("oversee-nina").get("/ledger").body();
            assertThat(others)
                    .contains("is told to auditors, compliance officers and administrators")
                    .doesNotContain("row-changed", "Verified less");
            var last = json("oversee-nina", "/api/v1/ledger").get("lastVerification");
            assertThat(last.get("clean").asBoolean()).isFalse();
            assertThat(last.get("firstFinding").isNull()).isTrue();
        } finally {
            changed("substring(payload from 1 for octet_length(payload) - 1)");
        }
    }

    /** The newest, at its end. */
    private JsonNode done() {
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> json("oversee-otto", "/api/v1/ledger").get("verification"),
                        run -> run.get("state").asString().equals("done"));
    }

    private Connection owner() throws SQLException {
        return DriverManager.getConnection(
                environment.getRequiredProperty("countersign.database.url"),
                environment.getRequiredProperty("countersign.database.owner-username"),
                environment.getRequiredProperty("countersign.database.owner-password"));
    }

    /** As nobody but the owner of the tables can. */
    private void changed(String payload) throws SQLException {
        try (var owner = owner();
                var statement = owner.createStatement()) {
            for (var sql :
                    List.of(
                            "alter table event disable trigger event_is_append_only",
                            "update event set payload = "
                                    + payload
                                    + " where global_index = (select min(global_index) from event)",
                            "alter table event enable always trigger event_is_append_only")) {
                statement.execute(sql);
            }
        }
    }
}
