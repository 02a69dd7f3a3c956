package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.ProjectId;
import io.countersign.reporting.verify.Trust;
import io.countersign.reporting.verify.Verification;
import io.countersign.reporting.verify.Verifier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Evidence bundles as people and programs get them: who gets which events, and what is said. */
@WebTest
class BundlesIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static boolean told;

    @Autowired Cast cast;
    @Autowired Commands commands;
    @Autowired Ledger ledger;
    @Autowired ReadPosition positions;
    @Autowired JdbcClient database;
    @TempDir Path folder;

    @BeforeEach
    void two_projects() {
        cast.person("bundle-otto", "auditor@*");
        cast.person("bundle-anna", "auditor@bundled", "requester@bundled-other");
        cast.person("bundle-mona", "auditor@bundled-moved", "requester@bundled-other");
        cast.person("bundle-rita", "requester@bundled");
        if (told) {
            return;
        }
        told = true;
        for (var id : List.of("bundled", "bundled-other")) {
            register(id, "bundledteam");
        }
        for (var i = 0; i < 41; i++) {
            register("bundled-many-" + i, "bundledteam");
        }
        var last = register("bundled-moved", "movers");
        assertThat(ledger.await(last, Duration.ofSeconds(60))).isPresent();
        positions.await(last, Duration.ofSeconds(60));
    }

    private String register(String id, String team) {
        return commands.send(
                        new ProjectCommand.Register(
                                new ProjectId(id),
                                "n",
                                "p",
                                "i",
                                team,
                                List.of("EU"),
                                RiskTier.LOW),
                        Actor.system())
                .eventIds()
                .getLast();
    }

    private HttpResponse<byte[]> get(String person, String path) {
        try {
            return CLIENT.send(
                    HttpRequest.newBuilder(URI.create(cast.browser().address() + path))
                            .header("Authorization", Browser.basic(person, Cast.PASSWORD))
                            .build(),
                    BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new AssertionError(path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static JsonNode problem(HttpResponse<byte[]> answer, int status, String code) {
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
        var problem = JSON.readTree(answer.body());
        assertThat(problem.get("code").asString()).isEqualTo(code);
        return problem;
    }

    /** Stored, not compressed: what it holds can be read in it. */
    private String bundle(String person, String path) {
        var answer = get(person, path);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/zip");
        assertThat(verify(answer.body()).problem()).isNull();
        return text(answer);
    }

    private Verification verify(byte[] bundle) {
        try {
            return Verifier.verify(
                    Files.write(folder.resolve("bundle.zip"), bundle),
                    Trust.of(ledger.policy().orElseThrow()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long left(HttpResponse<byte[]> answer) {
        return answer.headers().firstValueAsLong("Countersign-Bundle-Left-Out").orElseThrow();
    }

    @Test
    void a_filter_gives_its_auditor_all_it_finds_and_says_that_this_proves_no_completeness() {
        var path = "/api/v1/events/bundle?event=project&subject=project:bundled";
        var answer = get("bundle-otto", path);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        var found = verify(answer.body());
        assertThat(found.problem()).isNull();
        assertThat(found.events()).isEqualTo(1);
        assertThat(found.complete()).isEmpty();
        assertThat(found.unchecked()).anyMatch(s -> s.contains("left out of it"));
        assertThat(left(answer)).isZero();
        assertThat(text(answer))
                .contains(
                        "{\"kind\":\"filter\",\"of\":{\"event\":\"project\",\"scope\":\"all projects\",\"subject\":\"project:bundled\"}}");
        assertThat(get("bundle-otto", path).body()).isEqualTo(answer.body());
    }

    @Test
    void what_somebody_is_no_auditor_of_is_not_in_it_and_the_bundle_says_that_something_is_not() {
        var path = "/api/v1/events/bundle?event=project.registered&text=bundledteam";
        var answer = get("bundle-anna", path);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(verify(answer.body()).events()).isEqualTo(1);
        assertThat(left(answer)).isEqualTo(1);
        assertThat(text(answer))
                .contains("project:bundled", "\"scope\":\"bundled\"")
                .contains("one event of other projects that the exporter sees")
                .doesNotContain("project:bundled-other");
    }

    @Test
    void a_filter_that_finds_too_much_is_refused_with_the_number_and_what_to_narrow() {
        var problem =
                problem(
                        get("bundle-otto", "/api/v1/events/bundle?text=bundledteam"),
                        400,
                        "bundle.too-many-events");
        assertThat(problem.get("detail").asString())
                .contains("finds 43 events", "at most 40", "from, until", "bundle-events");
        assertThat(problem.get("details").get("events").asInt()).isEqualTo(43);
        assertThat(problem.get("details").get("most").asInt()).isEqualTo(40);
    }

    @Test
    void those_who_are_nobodys_auditor_get_none_and_nothing_found_is_said() {
        problem(
                get("bundle-rita", "/api/v1/events/bundle?subject=project:bundled"),
                403,
                "access.role-needed");
        problem(
                get("bundle-otto", "/api/v1/events/bundle?subject=project:no-such"),
                404,
                "bundle.empty");
        problem(
                get("bundle-anna", "/api/v1/events/bundle?subject=project:bundled-other"),
                404,
                "bundle.empty");
        assertThat(get("bundle-otto", "/api/v1/events/bundle?from=yesterday").statusCode())
                .isEqualTo(400);
    }

    @Test
    void each_is_on_record_with_its_filter_and_how_many_events_left() {
        bundle("bundle-otto", "/api/v1/events/bundle?event=project&subject=project:bundled-other");
        var exported = exported("bundled-other");
        assertThat(exported.get("format").asString()).isEqualTo("bundle");
        assertThat(exported.get("filter").get("event").asString()).isEqualTo("project");
        assertThat(exported.get("filter").get("subject").asString())
                .isEqualTo("project:bundled-other");
        assertThat(exported.get("events").asLong()).isEqualTo(1);

        var whole = bundle("bundle-otto", "/api/v1/ledger/bundle?subject=project:bundled-many-7");
        assertThat(whole).contains("ledger.stream-heads-recorded");
        var subject = exported("bundled-many-7");
        assertThat(subject.get("filter").get("subject").asString())
                .isEqualTo("project:bundled-many-7");
        assertThat(subject.get("events").asLong()).isEqualTo(2);
    }

    private JsonNode exported(String words) {
        var found =
                await().atMost(Duration.ofSeconds(20))
                        .until(
                                () ->
                                        JSON.readTree(
                                                        get(
                                                                        "bundle-otto",
                                                                        "/api/v1/events?event=audit.exported&text=project:"
                                                                                + words)
                                                                .body())
                                                .get("events"),
                                events -> !events.isEmpty());
        return JSON.readTree(
                        get("bundle-otto", "/api/v1/events/" + found.get(0).get("id").asString())
                                .body())
                .get("event")
                .get("payload");
    }

    @Test
    void a_history_of_which_one_event_may_not_be_seen_is_refused_whole() {
        var path = "/api/v1/ledger/bundle?subject=project:bundled-moved";
        bundle("bundle-mona", path);
        var renamed =
                commands.send(
                                new ProjectCommand.Retire(
                                        new ProjectId("bundled-moved"), "Nobody asks for it."),
                                Actor.system())
                        .eventIds()
                        .getLast();
        positions.await(renamed, Duration.ofSeconds(60));
        belongsTo("bundled-other");
        try {
            var refused = get("bundle-mona", path);
            problem(refused, 403, "bundle.not-all-visible");
            assertThat(text(refused)).doesNotContain("bundled-other", "Nobody asks");
            // In a filter's bundle it is just not there.
            assertThat(bundle("bundle-mona", "/api/v1/events/bundle?event=project"))
                    .doesNotContain("project.registered");
        } finally {
            belongsTo("bundled-moved");
        }
        bundle("bundle-mona", path);
    }

    /** The project's first event, as if it were another's. */
    private void belongsTo(String other) {
        database.sql(
                        "update audit_entry set project_id = ? where subject_id = 'bundled-moved' and name = 'project.registered'")
                .param(other)
                .update();
    }

    @Test
    void auditors_find_them_on_the_pages_and_others_do_not() {
        var otto = cast.signedIn("bundle-otto");
        assertThat(otto.get("/audit?event=project&subject=project:bundled").body())
                .contains("href=\"/audit.zip?subject=project%3Abundled&amp;event=project\"");
        var link = "/audit/bundle?subject=project:bundled";
        assertThat(otto.get("/projects/bundled").body())
                .contains("href=\"/audit/bundle?subject=project");
        assertThat(otto.get(link).statusCode()).isEqualTo(200);
        assertThat(otto.get("/audit.zip?subject=project:bundled").statusCode()).isEqualTo(200);
        var large = otto.get("/audit.zip?text=bundledteam");
        assertThat(large.statusCode()).isEqualTo(400);
        assertThat(large.body()).contains("<main", "at most 40");
        var rita = cast.signedIn("bundle-rita");
        assertThat(rita.get("/audit").body()).contains("/audit.csv").doesNotContain("/audit.zip");
        assertThat(rita.get("/projects/bundled").body()).doesNotContain("/audit/bundle");
        assertThat(rita.get(link).statusCode()).isEqualTo(403);
        assertThat(rita.get("/audit.zip").statusCode()).isEqualTo(403);
    }
}
