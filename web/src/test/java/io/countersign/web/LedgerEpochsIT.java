package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.audit.AuditCommand;
import io.countersign.governance.database.DatabaseAccess;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.LedgerRecovery;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;

/** A log that went on in a new epoch, as it is seen from outside. */
@SpringBootTest(
        classes = WebApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "countersign.ledger.open=true")
@ContextConfiguration(initializers = WebTest.OwnDatabase.class)
@Import(Cast.class)
@DirtiesContext
class LedgerEpochsIT {
    private static final String STATEMENT = "Tuesday's <backup> was restored.";

    @Autowired Cast cast;
    @Autowired Commands commands;
    @Autowired Ledger ledger;
    @Autowired ReadPosition positions;
    @Autowired Environment environment;
    @Autowired ApplicationContext context;
    @Autowired DatabaseAccess database;
    @Autowired Clock clock;

    private HttpResponse<String> open(String path) {
        return cast.browser().get(path);
    }

    private HttpResponse<String> get(String path) {
        return cast.browser()
                .get(path, "Authorization", Browser.basic("epoch-otto", Cast.PASSWORD));
    }

    private String exported() {
        var otto = new Actor(cast.person("epoch-otto"), null, Channel.PAGE, null, Set.of());
        var event =
                commands.send(AuditCommand.RecordExport.of("csv", Map.of(), 0), otto)
                        .eventIds()
                        .getLast();
        assertThat(ledger.await(event, Duration.ofSeconds(60))).isPresent();
        positions.await(event, Duration.ofSeconds(60));
        return event;
    }

    private void epoch() {
        var parts = List.of("signer", "integration");
        parts.forEach(part -> context.getBean(part, SmartLifecycle.class).stop());
        var folder = Path.of(environment.getRequiredProperty("countersign.home"), "ledger");
        var begun = LedgerRecovery.of(database.ownerSource(), folder, clock).newEpoch(STATEMENT);
        assertThat(begun.epoch()).isEqualTo(2);
        parts.reversed().forEach(part -> context.getBean(part, SmartLifecycle.class).start());
    }

    @Test
    void each_epoch_has_files_keys_and_proofs_of_its_own_and_those_of_the_first_stay() {
        cast.person("epoch-otto", "auditor@*");
        var event = exported();
        var checkpoint = open("/ledger/checkpoint").body();
        var size = ledger.newest().orElseThrow().size();
        assertThat(open("/ledger/checkpoint").headers().firstValue("Link")).isEmpty();
        var tile = "tile/0/000.p/" + Math.min(size, 5);
        var first = open("/ledger/" + tile);
        assertThat(first.statusCode()).isEqualTo(200);
        var proof = get("/api/v1/events/" + event + "/proof").body();
        assertThat(open("/ledger/2/checkpoint").statusCode()).isEqualTo(404);
        assertThat(open("/ledger/2/checkpoint").body()).contains("ledger.epoch-unknown");
        assertThat(get("/api/v1/events/" + event + "/proof?epoch=2").statusCode()).isEqualTo(404);

        epoch();
        var later = exported();

        // The first epoch's files are what they were.
        var old = open("/ledger/checkpoint");
        assertThat(old.body()).startsWith(checkpoint.lines().findFirst().orElseThrow() + "\n");
        assertThat(old.headers().firstValue("Cache-Control")).hasValue("no-cache");
        assertThat(old.headers().firstValue("Link"))
                .hasValue("</ledger/2/checkpoint>; rel=\"successor-version\"");
        assertThat(open("/ledger/" + tile).body()).isEqualTo(first.body());
        var origin = old.body().lines().findFirst().orElseThrow();
        var next = open("/ledger/2/checkpoint");
        assertThat(next.statusCode()).isEqualTo(200);
        assertThat(next.body()).startsWith(origin + "/2\n");
        assertThat(next.headers().firstValue("Link")).isEmpty();
        var second = open("/ledger/2/" + tile);
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(second.body()).isNotEqualTo(first.body());
        assertThat(second.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
        assertThat(open("/ledger/2/tile/0/0").statusCode()).isEqualTo(400);
        assertThat(open("/ledger/1/checkpoint").statusCode()).isEqualTo(404);
        assertThat(open("/ledger/3/" + tile).body()).contains("ledger.tile-unknown");

        // Proofs name their log, and an event of the first is in both.
        var both = "/api/v1/events/" + event + "/proof";
        assertThat(get(both).body()).contains("\n" + origin + "/2\n");
        var again = get(both + "?epoch=1");
        assertThat(again.body()).isEqualTo(proof);
        assertThat(again.headers().firstValue("Content-Disposition").orElse(""))
                .contains(event + ".epoch-1.tlog-proof");
        var not = get("/api/v1/events/" + later + "/proof?epoch=1");
        assertThat(not.statusCode()).isEqualTo(409);
        assertThat(not.body()).contains("ledger.not-in-epoch");
        assertThat(get("/api/v1/events/" + later + "/proof?epoch=2").statusCode()).isEqualTo(200);
        assertThat(get("/api/v1/events/" + event + "/proof?epoch=3").body())
                .contains("ledger.epoch-unknown");
        var row = get("/api/v1/events/" + event + "/row?epoch=1").body();
        assertThat(row).isNotEqualTo(get("/api/v1/events/" + event + "/row").body());
        assertThat(get("/api/v1/ledger/consistency?from=1&to=3&epoch=1").statusCode())
                .isEqualTo(200);
        assertThat(get("/api/v1/ledger/consistency?from=1&to=3&epoch=1").body())
                .isNotEqualTo(get("/api/v1/ledger/consistency?from=1&to=3").body());
        var policy = get("/api/v1/ledger/policy?epoch=1").body();
        assertThat(policy).startsWith("log " + origin + "+");
        assertThat(get("/api/v1/ledger/policy").body()).startsWith("log " + origin + "/2+");

        // Keys and statement are published.
        var key = policy.lines().findFirst().orElseThrow().substring("log ".length());
        assertThat(get("/api/v1/ledger/epochs").body())
                .contains(key, origin + "/2", STATEMENT, "\"files\":\"/ledger/2\"");
        var otto = cast.signedIn("epoch-otto");
        assertThat(otto.get("/ledger").body())
                .contains("Earlier epochs", key, "Tuesday&#39;s &lt;backup&gt; was restored.")
                .contains("/ledger/2/checkpoint");
        var checked = otto.submit("/ledger", "/ledger/verify", Map.of("receipt", proof));
        assertThat(checked.body()).contains("The receipt is good");

        var byApi =
                cast.browser()
                        .send(
                                "POST",
                                "/api/v1/ledger/verify",
                                proof,
                                "Content-Type",
                                "application/octet-stream",
                                "Authorization",
                                Browser.basic("epoch-otto", Cast.PASSWORD));
        assertThat(byApi.body()).contains("\"exitCode\":0");

        // What the operator did is in the audit trail.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(otto.get("/audit").body())
                                .contains("Began a new epoch of the ledger"));
    }
}
