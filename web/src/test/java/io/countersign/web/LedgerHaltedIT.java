package io.countersign.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.keys.PrivateFiles;
import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.model.ModelCard;
import io.countersign.governance.model.ModelCommand;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;

/** An application whose signer has stopped for a fault, with the log's files open to everybody. */
@SpringBootTest(
        classes = WebApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "countersign.ledger.open=true")
@ContextConfiguration(initializers = LedgerHaltedIT.Halted.class)
@Import(Cast.class)
@DirtiesContext
class LedgerHaltedIT {
    private static final String WHY = "At size 7 the root is another than was signed for halted.x.";

    @Autowired Cast cast;
    @Autowired Commands commands;
    @Autowired Ledger ledger;
    @Autowired ReadPosition positions;
    @Autowired Environment environment;

    static final class Halted
            implements ApplicationContextInitializer<ConfigurableApplicationContext> {
        @Override
        public void initialize(ConfigurableApplicationContext context) {
            new WebTest.OwnDatabase().initialize(context);
            var folder = PrivateFiles.folder(signer(context.getEnvironment()));
            PrivateFiles.writeNew(
                    folder.resolve("halted"), ("rewritten\n" + WHY + "\n").getBytes(UTF_8));
        }
    }

    private static Path signer(Environment environment) {
        return Path.of(environment.getRequiredProperty("countersign.home"), "ledger");
    }

    @Test
    void says_so_everywhere_serves_on_and_signs_again_when_a_person_has_looked()
            throws IOException {
        var ada =
                new Actor(
                        cast.person("halted-ada", "requester@halted"),
                        null,
                        Channel.PAGE,
                        null,
                        Set.of());
        var project = new ProjectId("halted");
        commands.send(
                new ProjectCommand.Register(
                        project, "H", "p", "i", "t", List.of("EU"), RiskTier.LOW),
                ada);
        var model = ModelId.of(project, "scorer");
        commands.send(new ModelCommand.Register(model, "S", ""), ada);
        var event =
                commands.send(
                                new ModelCommand.RegisterVersion(
                                        ModelVersionId.of(model, "1.0"),
                                        Sha256.of("artifact"),
                                        "0123abc",
                                        List.of(),
                                        List.of(),
                                        List.of(),
                                        new ModelCard("d", "u", "f", "m", "e", "t", "q", "e", "c"),
                                        ""),
                                ada)
                        .eventIds()
                        .getLast();
        positions.await(event, Duration.ofSeconds(60));

        health_is_down_without_details();
        the_home_page_raises_the_alarm();
        nothing_is_proven_that_is_not_signed(event);

        Files.delete(signer(environment).resolve("halted"));
        assertThat(ledger.await(event, Duration.ofSeconds(60))).isPresent();
        assertThat(cast.browser().get("/actuator/health").statusCode()).isEqualTo(200);
        everybody_reads_the_files();
        assertThat(cast.signedIn("halted-otto").get("/").body())
                .contains("events, last signed")
                .doesNotContain("raises an alarm");
    }

    private void health_is_down_without_details() {
        var health = cast.browser().get("/actuator/health");
        assertThat(health.statusCode()).isEqualTo(503);
        assertThat(health.body()).contains("DOWN").doesNotContain("root", "ledger", "alarm");
        assertThat(cast.browser().get("/actuator/health/readiness").statusCode()).isEqualTo(200);
    }

    private void the_home_page_raises_the_alarm() {
        var otto = cast.signedIn("halted-otto", "auditor@*");
        assertThat(otto.get("/").body())
                .contains("The ledger raises an alarm", WHY, "href=\"/ledger\"", "#stop")
                .contains("role=\"alert\"");
        assertThat(otto.get("/ledger").body()).contains(WHY, "Nothing is signed until a person");
        var narrow = cast.signedIn("halted-ada");
        assertThat(narrow.get("/").body())
                .contains("The ledger raises an alarm", "otherwise than what was signed")
                .doesNotContain(WHY);
        assertThat(narrow.get("/ledger").body()).doesNotContain(WHY);
        assertThat(get("halted-ada", "/api/v1/ledger").body())
                .contains("\"well\":false")
                .doesNotContain(WHY);
    }

    private void nothing_is_proven_that_is_not_signed(String event) {
        var checkpoint = cast.browser().get("/ledger/checkpoint");
        assertThat(checkpoint.statusCode()).isEqualTo(404);
        assertThat(checkpoint.body()).contains("ledger.no-checkpoint");
        assertThat(cast.browser().get("/ledger/tile/0/000.p/1").statusCode()).isEqualTo(404);
        var proof = get("halted-ada", "/api/v1/events/" + event + "/proof?wait=1");
        assertThat(proof.statusCode()).as(proof.body()).isEqualTo(409);
        assertThat(proof.body()).contains("ledger.not-covered");
        assertThat(proof.headers().firstValue("Retry-After")).hasValue("1");
        cast.person("halted-req", "requester@*");
        var done =
                cast.browser()
                        .json(
                                "POST",
                                "/api/v1/projects",
                                """
                                {"id":"halted-2","name":"n","businessProblem":"b","intendedPurpose":"i",
                                 "ownerTeam":"t","jurisdictions":["EU"],"riskTier":"low"}\
                                """,
                                "Authorization",
                                Browser.basic("halted-req", Cast.PASSWORD),
                                "Prefer",
                                "wait=1");
        assertThat(done.statusCode()).as(done.body()).isEqualTo(201);
        assertThat(done.body()).doesNotContain("receipt");
        assertThat(done.headers().firstValue("Preference-Applied")).isEmpty();
        var report =
                get("halted-ada", "/api/v1/models/halted.scorer/versions/1.0/report?format=json");
        assertThat(report.statusCode()).as(report.body()).isEqualTo(409);
        assertThat(report.body()).contains("report.not-covered");
        assertThat(
                        cast.signedIn("halted-ada")
                                .get("/models/halted.scorer/versions/1.0/report")
                                .body())
                .contains("not signed yet");
    }

    private void everybody_reads_the_files() {
        assertThat(cast.browser().get("/ledger/checkpoint").statusCode()).isEqualTo(200);
        var tile = cast.browser().get("/ledger/tile/0/000.p/1");
        assertThat(tile.statusCode()).isEqualTo(200);
        assertThat(tile.headers().firstValue("Cache-Control").orElse(""))
                .contains("public", "immutable");
        assertThat(cast.browser().get("/api/v1/ledger").statusCode()).isEqualTo(401);
        assertThat(cast.browser().get("/ledger").statusCode()).isEqualTo(302);
        var posted = cast.browser().send("POST", "/ledger/checkpoint", "x");
        assertThat(posted.statusCode()).isIn(401, 403);
    }

    private java.net.http.HttpResponse<String> get(String person, String path) {
        return cast.browser().get(path, "Authorization", Browser.basic(person, Cast.PASSWORD));
    }
}
