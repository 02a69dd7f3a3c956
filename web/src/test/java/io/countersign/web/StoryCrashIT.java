package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.database.EmbeddedDatabase;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The story from a project to a report, with the server killed directly after each acknowledged
 * step, and at random instants while commands are under way. After the restart the same command
 * under the same key is answered as it was, and what it did is there: all of it, or nothing.
 */
class StoryCrashIT {
    private static final Pattern LINK = Pattern.compile("/link/(\\S+)");
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String V1 = "/models/crash.scorer/versions/1.0";
    private static final String V2 = "/models/crash.scorer/versions/2.0";
    private static final String DATA = "/reviews/dataset-version:crash.rows@1.0";
    private static final String SIGN_OFF = "/reviews/model-version:crash.scorer@2.0";
    private static final String DIGEST =
            "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

    @TempDir Path folder;

    /** Every event that was acknowledged, and by which step. */
    private final Map<String, String> acknowledged = new LinkedHashMap<>();

    private final List<String> people = new ArrayList<>();
    private Application running;
    private Browser browser;

    @SuppressWarnings("NullAway.Init") // the test begins with a start
    StoryCrashIT() {}

    @Test
    void each_step_of_the_story_survives_kill_9_right_after_its_answer() throws Exception {
        start();
        try {
            theCast();
            killedAfter(
                    "ada",
                    "/projects",
                    """
                    {"id":"crash","name":"Crash","businessProblem":"p","intendedPurpose":"i",
                     "ownerTeam":"t","jurisdictions":["EU"],"riskTier":"high"}\
                    """);
            // until now only promised; a role in the project is what the others need
            killedAfter("ada", "/datasets", "{\"id\":\"crash.rows\",\"name\":\"Rows\"}");
            killedAfter(
                    "ada",
                    "/datasets/crash.rows/versions",
                    """
                    {"version":"1.0","location":"s3://rows","sha256":"%s","schemaSummary":"s",
                     "licence":"CC0","legalBasis":"consent","sensitiveAttributes":["sex"],
                     "datasheet":{"motivation":"m","composition":"c","collection":"c",
                      "preprocessing":"p","uses":"u","distribution":"d","maintenance":"m"}}\
                    """
                            .formatted(DIGEST));
            killedAfter(
                    "ada",
                    "/models",
                    "{\"project\":\"crash\",\"key\":\"scorer\",\"name\":\"Scorer\"}");
            killedAfter("ada", "/models/crash.scorer/versions", version("1.0"));

            // an assessment whose worker dies with the server is taken up again by the next
            killed(() -> upload(V1, 20));
            killedAfter("ada", DATA + "/request", "{\"comment\":\"Please\"}");
            killedAfter("stella", DATA + "/signatures", signature(DATA, "stella", "data-steward"));
            killedAfter(
                    "ada",
                    "/places",
                    "{\"id\":\"crash.desk\",\"kind\":\"service\",\"name\":\"Desk\",\"ownerTeam\":\"t\"}");
            var risk = raised();
            killedAfter(
                    "rosa",
                    "/risks/" + risk + "/inherent",
                    "{\"likelihood\":4,\"impact\":4,\"reason\":\"Measured\"}");

            killedAfter("ada", "/models/crash.scorer/versions", version("2.0"));
            acknowledge("upload of 2.0", upload(V2, 39));
            assertThat(ended(V2).path("verdict").asString()).isEqualTo("pass");
            killedAfter("ada", SIGN_OFF + "/request", "{\"comment\":\"Assessed\"}");
            killedAfter("vera", SIGN_OFF + "/signatures", signature(SIGN_OFF, "vera", "validator"));
            killedAfter(
                    "carl",
                    SIGN_OFF + "/signatures",
                    signature(SIGN_OFF, "carl", "compliance-officer"));
            assertThat(get("ada", SIGN_OFF).path("approval").path("inForce").asBoolean()).isTrue();

            killedAfter(
                    "rosa",
                    "/risks/" + risk + "/residual",
                    "{\"likelihood\":2,\"impact\":2,\"reason\":\"Mitigated\"}");
            killedAfter("carl", "/risks/" + risk + "/closure", "{\"reason\":\"Measured again\"}");

            var requested =
                    killedAfter(
                            "ada",
                            "/deployments",
                            """
                            {"modelVersion":"crash.scorer@2.0","environment":"production",
                             "place":"crash.desk","artifactDigest":"%s"}\
                            """
                                    .formatted(DIGEST));
            var deployment = requested.path("id").asString();
            var approval = "/reviews/deployment:" + deployment;
            acknowledge(
                    "request of the deployment",
                    post("ada", approval + "/request", "{\"comment\":\"Go\"}", "request"));
            killedAfter(
                    "rene",
                    approval + "/signatures",
                    signature(approval, "rene", "release-manager"));
            killedAfter("rene", "/deployments/" + deployment + "/activation", "{}");
            var at = get("otto", "/events?limit=1").path("events").path(0).path("position");
            killedAfter(
                    "otto",
                    "/reports",
                    "{\"modelVersion\":\"crash.scorer@2.0\",\"at\":\"%s\"}".formatted(at.asLong()));

            assertThat(get("ada", "/deployments/" + deployment).path("status").asString())
                    .isEqualToIgnoringCase("active");
            assertThat(get("rosa", "/risks/" + risk).path("open").asBoolean(true)).isFalse();
            assertThat(get("otto", "/reports").path("reports")).hasSize(1);
            nothingIsThereTwiceOrByHalf();
            running.stop();
        } finally {
            running.close();
        }
    }

    /** How long after they were sent the server is killed, at the least; so much more by chance. */
    private static final int[] INSTANTS = {15, 90, 180, 320};

    private static final int CHANCE = 90;
    private static final long SEED = 20_261_126L;

    /** Its key, the stream it writes, and the answer, unless there was none. */
    private record Flight(String key, String stream, CompletableFuture<Boolean> acknowledged) {}

    private record Sending(String who, String path, String body, Flight flight) {}

    @Test
    void a_command_cut_off_by_kill_9_is_there_whole_or_not_at_all() throws Exception {
        var random = new Random(SEED);
        start();
        try {
            theCast();
            acknowledge("project", post("ada", "/projects", project("cut"), "cut"));
            acknowledge(
                    "dataset",
                    post("ada", "/datasets", "{\"id\":\"cut.rows\",\"name\":\"R\"}", "cut-rows"));
            var all = new ArrayList<Sending>();
            for (var round = 0; round < INSTANTS.length; round++) {
                var sendings = sendings(round);
                all.addAll(sendings);
                killedAmid(sendings, INSTANTS[round] + random.nextInt(CHANCE));
                start();
                for (var sending : sendings) {
                    isThereWholeOrNotAtAll(sending.flight());
                }
                for (var sending : sendings) {
                    var again =
                            post(
                                    sending.who(),
                                    sending.path(),
                                    sending.body(),
                                    sending.flight().key());
                    acknowledge(sending.path(), again);
                }
            }
            var cutOff = all.stream().filter(s -> !s.flight().acknowledged().join()).count();
            assertThat(cutOff).as("none was under way, seed %d", SEED).isPositive();
            var db = database();
            for (var sending : all) {
                assertThat(events(db, sending.flight().stream()))
                        .as(sending.flight().stream())
                        .hasSize(sending.path().endsWith("/signatures") ? 3 : 1);
            }
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() ->
                            assertThat(count(db, "event"))
                                    .isEqualTo(count(db, "log_leaf"))
                                    .isEqualTo(count(db, "read_model.audit_entry")));
            assertThat(count(db, "event where payload_type = 'refusal.recorded'")).isZero();
            running.stop();
        } finally {
            running.close();
        }
    }

    /** Two signatures, each of which is two events, and commands of one event beside them. */
    private List<Sending> sendings(int round) {
        var made = new ArrayList<Sending>();
        for (var i = 0; i < 2; i++) {
            var label = round + "." + i;
            acknowledge(
                    "version",
                    post("ada", "/datasets/cut.rows/versions", dataset(label), "v" + label));
            var review = "/reviews/dataset-version:cut.rows@" + label;
            acknowledge(
                    "request",
                    post("ada", review + "/request", "{\"comment\":\"P\"}", "r" + label));
            made.add(
                    sending(
                            "stella",
                            review + "/signatures",
                            signature(review, "stella", "data-steward"),
                            "review:dataset-version:cut.rows@" + label));
            made.add(
                    sending(
                            "ada",
                            "/projects",
                            project("cut-" + round + i),
                            "project:cut-" + round + i));
        }
        return made;
    }

    private static Sending sending(String who, String path, String body, String stream) {
        var flight = new Flight("cut-" + stream, stream, new CompletableFuture<>());
        return new Sending(who, path, body, flight);
    }

    private void killedAmid(List<Sending> sendings, int millis) throws Exception {
        var sent = new CountDownLatch(sendings.size());
        for (var sending : sendings) {
            Thread.ofVirtual()
                    .start(() -> {
                        sent.countDown();
                        var answered = sending.flight().acknowledged();
                        try {
                            var answer =
                                    post(
                                            sending.who(),
                                            sending.path(),
                                            sending.body(),
                                            sending.flight().key());
                            answered.complete(answer.statusCode() == 201);
                        } catch (UncheckedIOException cutOff) {
                            answered.complete(false);
                        }
                    });
        }
        sent.await();
        // an instant, not a wait for something: wherever the commands are by then
        await().pollDelay(Duration.ofMillis(millis)).until(() -> true);
        running.kill();
        for (var sending : sendings) {
            var unused = sending.flight().acknowledged().get(20, TimeUnit.SECONDS);
        }
    }

    private void isThereWholeOrNotAtAll(Flight flight) {
        var db = database();
        var carriedOut =
                db.sql("select event_ids from idempotency_key where key = ?")
                        .param(flight.key())
                        .query((row, _) -> List.of((String[]) row.getArray(1).getArray()))
                        .optional();
        var what = "%s, acknowledged: %s, seed %d";
        var there = events(db, flight.stream());
        if (flight.acknowledged().join()) {
            assertThat(carriedOut)
                    .as(what, flight.stream(), flight.acknowledged(), SEED)
                    .isPresent();
        }
        var asked = flight.stream().startsWith("review:") ? 1 : 0; // before it was signed
        if (carriedOut.isPresent()) {
            assertThat(there)
                    .as(what, flight.stream(), flight.acknowledged(), SEED)
                    .hasSize(asked == 1 ? 3 : 1)
                    .endsWith(carriedOut.get().toArray(String[]::new));
        } else {
            assertThat(there).as(what, flight.stream(), flight.acknowledged(), SEED).hasSize(asked);
        }
    }

    private static List<String> events(JdbcClient db, String stream) {
        return db.sql(
                        "select event_identifier from event where aggregate_identifier = ? order by"
                                + " sequence_number")
                .param(stream)
                .query((row, _) -> row.getString(1))
                .list();
    }

    private JdbcClient database() {
        return JdbcClient.create(EmbeddedDatabase.connectTo(folder.resolve("home")).ownerSource());
    }

    private static String project(String id) {
        return """
        {"id":"%s","name":"C","businessProblem":"p","intendedPurpose":"i","ownerTeam":"t",
         "jurisdictions":["EU"],"riskTier":"high"}\
        """
                .formatted(id);
    }

    private static String dataset(String label) {
        return """
        {"version":"%s","location":"s3://rows","sha256":"%s","schemaSummary":"s",
         "licence":"CC0","legalBasis":"consent","sensitiveAttributes":["sex"],
         "datasheet":{"motivation":"m","composition":"c","collection":"c",
          "preprocessing":"p","uses":"u","distribution":"d","maintenance":"m"}}\
        """
                .formatted(label, DIGEST);
    }

    private void theCast() throws Exception {
        var link = running.says(LINK).group(1);
        redeem(link);
        for (var who :
                List.of(
                        "ada requester@*",
                        "stella data-steward@*",
                        "vera validator@*",
                        "carl compliance-officer@*",
                        "rosa risk-owner@*",
                        "rene release-manager@*",
                        "otto auditor@*")) {
            var name = who.split(" ")[0];
            var invited =
                    post(
                            "administrator",
                            "/people",
                            "{\"username\":\"%s\",\"displayName\":\"%s\",\"roles\":[\"%s\"]}"
                                    .formatted(name, name, who.split(" ")[1]),
                            "invite-" + name);
            assertThat(invited.statusCode()).as(invited.body()).isEqualTo(201);
            var answer = JSON.readTree(invited.body());
            redeem(answer.path("link").asString().replaceFirst(".*/link/", ""));
            people.add(answer.path("person").asString());
        }
    }

    private void redeem(String link) {
        var redeemed =
                browser.json(
                        "POST",
                        "/api/v1/link",
                        "{\"link\":\"%s\",\"password\":\"%s\"}".formatted(link, Cast.PASSWORD));
        assertThat(redeemed.statusCode()).as(redeemed.body()).isEqualTo(204);
    }

    private interface Step {
        HttpResponse<String> send();
    }

    private JsonNode killedAfter(String who, String path, String body) throws Exception {
        var key = who + " " + path + " " + acknowledged.size();
        return killed(() -> post(who, path, body, key.replace(' ', '-')));
    }

    /** Sends it, kills the server, starts another, and sends it again. */
    private JsonNode killed(Step step) throws Exception {
        var answer = step.send();
        running.kill();
        var name = answer.request().uri().getPath();
        acknowledge(name, answer);
        start();
        var again = step.send();
        assertThat(again.body()).as("%s, again", name).isEqualTo(answer.body());
        var said = JSON.readTree(answer.body());
        var shown =
                get(
                        "otto",
                        "/events/"
                                + said.path("after").asString()
                                + "?after="
                                + said.path("after").asString());
        assertThat(shown.path("event").path("id").asString())
                .as("what %s did", name)
                .isEqualTo(said.path("after").asString());
        return said;
    }

    private void acknowledge(String name, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as("%s: %s", name, answer.body()).isIn(201, 202);
        var said = JSON.readTree(answer.body());
        acknowledged.put(said.path("after").asString(), name);
        said.path("events").forEach(event -> acknowledged.put(event.asString(), name));
    }

    private void start() throws Exception {
        running = Application.start(folder.resolve("home"));
        browser = running.browser();
    }

    private HttpResponse<String> post(String who, String path, String body, String key) {
        return browser.json(
                "POST",
                "/api/v1" + path,
                body,
                "Authorization",
                Browser.basic(who, Cast.PASSWORD),
                "Idempotency-Key",
                key);
    }

    private JsonNode get(String who, String path) {
        var answer =
                browser.get("/api/v1" + path, "Authorization", Browser.basic(who, Cast.PASSWORD));
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private String signature(String review, String who, String role) {
        var manifest =
                await().atMost(Duration.ofSeconds(20))
                        .until(
                                () -> get(who, review).path("round").path("manifest").asString(),
                                digest -> digest.length() == 64);
        return "{\"manifest\":\"%s\",\"role\":\"%s\",\"verdict\":\"approve\"}"
                .formatted(manifest, role);
    }

    private static String version(String label) {
        return """
        {"version":"%s","artifactDigest":"%s","codeCommit":"5f2c9d1",
         "trainingDatasets":["crash.rows@1.0"],
         "modelCard":{"modelDetails":"d","intendedUse":"u","factors":"f","metrics":"m",
          "evaluationData":"e","trainingData":"t","quantitativeAnalyses":"q",
          "ethicalConsiderations":"e","caveatsAndRecommendations":"c"}}\
        """
                .formatted(label, DIGEST);
    }

    /** Of 40 men all but none are selected, of 40 women so many. */
    private HttpResponse<String> upload(String version, int women) {
        var log = new StringBuilder("p,sex\n");
        for (var i = 0; i < 40; i++) {
            log.append("1,m\n").append(i < women ? '1' : '0').append(",f\n");
        }
        var mapping =
                """
                {"prediction":{"column":"p","reading":{"as":"classes","positive":["1"],
                 "negative":["0"]},"positiveIsFavourable":true},"attributes":["sex"]}\
                """;
        var body =
                "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"log.csv\"\r\n"
                        + "Content-Type: text/csv\r\n\r\n"
                        + log
                        + "\r\n--x\r\nContent-Disposition: form-data; name=\"mapping\"\r\n\r\n"
                        + mapping
                        + "\r\n--x\r\nContent-Disposition: form-data; name=\"ruleSet\"\r\n\r\n"
                        + "four-fifths\r\n--x--\r\n";
        return browser.send(
                "POST",
                "/api/v1" + version + "/assessments",
                body,
                "Content-Type",
                "multipart/form-data; boundary=x",
                "Authorization",
                Browser.basic("ada", Cast.PASSWORD),
                "Idempotency-Key",
                "upload" + version.replace('/', '-'));
    }

    private JsonNode ended(String version) {
        return await().atMost(Duration.ofSeconds(100))
                .until(
                        () -> get("ada", version + "/assessments").path("assessments").path(0),
                        shown ->
                                shown.has("status")
                                        && !shown.path("status").asString().equals("running"));
    }

    /** The risk that the failed assessment raised, once and by itself. */
    private String raised() {
        assertThat(ended(V1).path("verdict").asString()).isEqualTo("fail");
        return await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> get("rosa", "/risks?project=crash").path("risks"),
                        risks -> risks.size() == 1)
                .path(0)
                .path("id")
                .asString();
    }

    private void nothingIsThereTwiceOrByHalf() {
        var newest = LocalDate.now(ZoneOffset.UTC).toString();
        assertThat(get("otto", "/events?limit=1&until=" + newest).path("events")).hasSize(1);
        var db = database();
        var known =
                db.sql("select event_identifier from event")
                        .query((row, _) -> row.getString(1))
                        .list();
        assertThat(known).doesNotHaveDuplicates().containsAll(acknowledged.keySet());
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(count(db, "event"))
                                .isEqualTo(count(db, "log_leaf"))
                                .isEqualTo(count(db, "read_model.audit_entry")));
        // carried out once each, though each was sent twice
        for (var once :
                List.of(
                        "project.registered",
                        "dataset.registered",
                        "dataset.version-registered",
                        "model.registered",
                        "place.registered",
                        "risk.raised",
                        "risk.inherent-rated",
                        "risk.residual-rated",
                        "risk.closed",
                        "deployment.requested",
                        "deployment.activated",
                        "report.issued")) {
            assertThat(count(db, "event where payload_type = '" + once + "'"))
                    .as(once)
                    .isEqualTo(1);
        }
        assertThat(count(db, "event where payload_type = 'review.signed'")).isEqualTo(4);
        assertThat(count(db, "event where payload_type = 'review.approved'")).isEqualTo(3);
        assertThat(count(db, "event where payload_type = 'bias.assessment-completed'"))
                .isEqualTo(2);
        assertThat(count(db, "assessment_outcome")).isEqualTo(2);
        assertThat(count(db, "evidence_need")).isEqualTo(2);
        assertThat(count(db, "event where payload_type = 'refusal.recorded'")).isZero();
    }

    private static long count(JdbcClient db, String from) {
        return db.sql("select count(*) from " + from).query(Long.class).single();
    }
}
