package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.shared.Sha256;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Input that cannot be right, from the API and on pages: each gets a clear answer, and nothing is
 * lost. What a prediction log can be wrong in besides is in {@link AssessmentIT}.
 */
@WebTest
class BadInputIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String BOUNDARY = "----bad-input";
    private static final String VERSION = "/models/bad.scorer/versions/1.0";
    private static final String ASSESSMENTS = VERSION + "/assessments";
    private static final String MARKUP =
            "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&";
    private static final Pattern LIVE = Pattern.compile("<script>alert|<img src=x");
    private static final String FORMULA = "=cmd|'/C calc'!A1";

    @Autowired Cast cast;
    @Autowired JdbcClient db;

    private final List<String> done = new ArrayList<>();

    @BeforeEach
    void a_project_with_a_dataset_and_a_model() {
        cast.person("bad-ada", "requester@*");
        cast.person("bad-stella", "data-steward@bad");
        cast.person("bad-steve", "data-steward@bad");
        cast.person("bad-vera", "validator@bad");
        cast.person("bad-carl", "compliance-officer@bad");
        cast.person("bad-otto", "auditor@*");
        cast.person("bad-adam", "administrator@*");
        api("bad-ada", "/projects", project("bad", "Bad input"));
        api("bad-ada", "/datasets", "{\"id\":\"bad.rows\",\"name\":\"Rows\"}");
        api("bad-ada", "/datasets/bad.rows/versions", datasetVersion("1.0", "s"));
        api("bad-ada", "/models", "{\"project\":\"bad\",\"key\":\"scorer\",\"name\":\"S\"}");
        api("bad-ada", "/models/bad.scorer/versions", modelVersion("1.0", "t"));
        settled();
    }

    @Test
    void wrong_column_names_are_named_beside_those_there_are_and_the_mapping_stays() {
        var wrong = mapped(Map.of("prediction", "no_such", "positive", "yes\nmaybe"));
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body())
                .contains("no column &#39;no_such&#39;", "Its columns are: p, y, sex")
                .contains("yes\nmaybe</textarea>");
    }

    @Test
    void a_label_of_neither_of_two_values_is_named_with_its_number_and_the_mapping_stays() {
        var wrong = mapped(Map.of("label", "p", "prediction", "y", "labelPositive", "yes"));
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body())
                .contains("The label column &#39;p&#39; holds values")
                .contains("&#39;1&#39; (40 rows)", ">yes</textarea>");
    }

    @Test
    void an_empty_file_or_none_is_said_to_be_so() {
        var ada = cast.signedIn("bad-ada");
        assertThat(text(upload(ada, "empty.csv", ""))).contains("'empty.csv' is empty");
        assertThat(text(upload(ada, "head.csv", "p,y,sex\n"))).contains("column names and no rows");
        assertThat(text(upload(ada, "", ""))).contains("Choose the prediction log");
        for (var file : List.of("", "p,y,sex\n")) {
            assertThat(assess(file).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void a_file_over_the_limit_is_told_the_import_folder_and_the_command_line() {
        var large = "p,y,sex\n" + "1,1,f\n".repeat(200_000);
        var page = upload(cast.signedIn("bad-ada"), "large.csv", large);
        assertThat(page.statusCode()).isEqualTo(413);
        assertThat(text(page)).contains("countersign assess FILE", "import folder", "Nothing was");
        var problem = assess(large);
        assertThat(problem.statusCode()).isEqualTo(413);
        assertThat(problem.body())
                .contains("upload.too-large", "countersign assess FILE", "importFile");
    }

    @Test
    void a_file_that_is_not_csv_is_refused_with_what_it_should_be() {
        var ada = cast.signedIn("bad-ada");
        assertThat(text(upload(ada, "log.xlsx", "PK"))).contains("not CSV by its name");
        assertThat(text(upload(ada, "log.csv", "\0\1\2"))).contains("not contain what its name");
        assertThat(text(upload(ada, "log.csv", "{\"a\": 1, \"b\": [1,2\n,3]}")))
                .contains("The file is not CSV");
        assertThat(assess("\0\1\2").body()).contains("evidence.type-mismatch");
    }

    @Test
    void a_duplicate_registration_names_the_one_there_is_and_keeps_what_was_typed() {
        var again = api("bad-ada", "/projects", project("bad", "Another"));
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains("subject.exists", "There already is a project 'bad'");
        assertThat(
                        List.of(
                                api("bad-ada", "/datasets", "{\"id\":\"bad.rows\",\"name\":\"x\"}")
                                        .statusCode(),
                                api(
                                                "bad-ada",
                                                "/datasets/bad.rows/versions",
                                                datasetVersion("1.0", "x"))
                                        .statusCode(),
                                api(
                                                "bad-ada",
                                                "/models/bad.scorer/versions",
                                                modelVersion("1.0", "x"))
                                        .statusCode()))
                .containsOnly(409);
        var ada = cast.signedIn("bad-ada");
        var form = new LinkedHashMap<String, String>();
        form.put("project", "bad");
        form.put("name", "My long name");
        form.put("businessProblem", "A problem at length");
        form.put("intendedPurpose", "i");
        form.put("ownerTeam", "t");
        form.put("jurisdictions", "EU");
        form.put("riskTier", "high");
        var page = ada.submit("/projects", "/projects", form);
        assertThat(page.statusCode()).isEqualTo(409);
        assertThat(page.body())
                .contains("There already is a project &#39;bad&#39;")
                .contains("My long name", "A problem at length");
    }

    @Test
    void an_unknown_role_is_answered_with_those_there_are() {
        var invited =
                api(
                        "bad-adam",
                        "/people",
                        "{\"username\":\"bad-nn\",\"displayName\":\"N\",\"roles\":[\"wizard@bad\"]}");
        assertThat(invited.statusCode()).isEqualTo(400);
        assertThat(invited.body()).contains("role.unknown", "no role 'wizard'", "data-steward");
        var form =
                Map.of(
                        "username",
                        "bad-nn",
                        "displayName",
                        "Typed with care",
                        "email",
                        "",
                        "role",
                        "wizard",
                        "project",
                        "");
        var page = cast.signedIn("bad-adam").submit("/people", "/people", form);
        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.body()).contains("no role &#39;wizard&#39;", "Typed with care");
        assertThat(count("person where username = 'bad-nn'")).isZero();
    }

    @Test
    void of_two_who_sign_the_last_signature_at_once_one_does_and_the_other_is_told_how_it_stands()
            throws Exception {
        var version = "9." + System.nanoTime();
        api("bad-ada", "/datasets/bad.rows/versions", datasetVersion(version, "s"));
        var review = "/reviews/dataset-version:bad.rows@" + version;
        assertThat(api("bad-ada", review + "/request", "{\"comment\":\"c\"}").statusCode())
                .isEqualTo(201);
        settled();
        var manifest = get("bad-otto", review).path("round").path("manifest").asString();
        var body = "{\"manifest\":\"%s\",\"role\":\"data-steward\",\"verdict\":\"%s\"%s}";
        var answers =
                atOnce(
                        () ->
                                api(
                                        "bad-stella",
                                        review + "/signatures",
                                        body.formatted(manifest, "approve", "")),
                        () ->
                                api(
                                        "bad-steve",
                                        review + "/signatures",
                                        body.formatted(
                                                manifest, "reject", ",\"comment\":\"No.\"")));
        assertThat(answers.stream().map(HttpResponse::statusCode))
                .containsExactlyInAnyOrder(201, 409);
        var refused = answers.stream().filter(a -> a.statusCode() == 409).findFirst().orElseThrow();
        assertThat(refused.body())
                .contains("review.not-open")
                .containsAnyOf("approved", "rejected");
        assertThat(
                        count(
                                "event where payload_type = 'review.signed' and"
                                        + " aggregate_identifier like '%"
                                        + version
                                        + "'"))
                .isEqualTo(1);
    }

    @Test
    void the_same_command_sent_twice_is_carried_out_once_and_answered_twice() throws Exception {
        var id = "bad-" + Long.toString(System.nanoTime(), 36);
        var headers = new String[] {"Idempotency-Key", id};
        var answers =
                atOnce(
                        () -> api("bad-ada", "/projects", project(id, "Twice"), headers),
                        () -> api("bad-ada", "/projects", project(id, "Twice"), headers));
        assertThat(answers.stream().map(HttpResponse::statusCode)).containsOnly(201);
        assertThat(answers.getFirst().body()).isEqualTo(answers.getLast().body());
        assertThat(
                        count(
                                "event where payload_type = 'project.registered' and"
                                        + " aggregate_identifier = 'project:"
                                        + id
                                        + "'"))
                .isEqualTo(1);
        var other = api("bad-ada", "/projects", project(id + "x", "Other"), headers);
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(other.body()).contains("idempotency.key-reused");
    }

    @Test
    void a_circle_in_the_lineage_is_refused_and_spelled_out() {
        api("bad-ada", "/datasets", "{\"id\":\"bad.ring\",\"name\":\"Ring\"}");
        api("bad-ada", "/datasets/bad.ring/versions", datasetVersion("1", "s"));
        api("bad-ada", "/datasets/bad.ring/versions", datasetVersion("2", "s", "bad.ring@1"));
        settled();
        var ring = "/datasets/bad.ring/versions/1";
        var refused = api("bad-ada", ring + "/sources", "{\"source\":\"bad.ring@2\"}");
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
        assertThat(refused.body())
                .contains("dataset.lineage-circle")
                .contains("bad.ring@1 from bad.ring@2 from bad.ring@1");
        var itself = datasetVersion("3", "s", "bad.ring@3");
        assertThat(api("bad-ada", "/datasets/bad.ring/versions", itself).statusCode())
                .isEqualTo(409);
        var page =
                cast.signedIn("bad-ada")
                        .submit(ring, ring + "/sources", Map.of("sources", "bad.ring@2"));
        assertThat(page.statusCode()).as(page.body()).isEqualTo(409);
        assertThat(page.body()).contains("since it comes from it", "bad.ring@2");
    }

    @Test
    void markup_in_every_text_field_is_shown_as_it_was_typed_and_never_runs() {
        var m = JSON.writeValueAsString(MARKUP);
        stored(
                "bad-ada",
                "/projects",
                project("bad-html", MARKUP)
                        .replace("\"p\"", m)
                        .replace("\"i\"", m)
                        .replace("\"t\"", m));
        stored(
                "bad-ada",
                "/datasets",
                "{\"id\":\"bad-html.rows\",\"name\":%s,\"description\":%s}".formatted(m, m));
        stored("bad-ada", "/datasets/bad-html.rows/versions", datasetVersion("1", MARKUP));
        stored(
                "bad-ada",
                "/models",
                "{\"project\":\"bad-html\",\"key\":\"scorer\",\"name\":%s,\"description\":%s}"
                        .formatted(m, m));
        stored(
                "bad-ada",
                "/models/bad-html.scorer/versions",
                modelVersion("1", MARKUP).replace("bad.rows@1.0", "bad-html.rows@1"));
        stored(
                "bad-ada",
                "/places",
                "{\"id\":\"bad-html.desk\",\"kind\":\"service\",\"name\":%s,\"ownerTeam\":%s}"
                        .formatted(m, m));
        var risk = stored("bad-ada", "/risks", risk("bad-html", MARKUP, MARKUP));
        stored(
                "bad-ada",
                "/reviews/dataset-version:bad-html.rows@1/request",
                "{\"comment\":" + m + "}");
        settled();
        var otto = cast.signedIn("bad-otto");
        for (var path :
                List.of(
                        "/projects",
                        "/projects/bad-html",
                        "/datasets",
                        "/datasets/bad-html.rows",
                        "/datasets/bad-html.rows/versions/1",
                        "/models",
                        "/models/bad-html.scorer",
                        "/models/bad-html.scorer/versions/1",
                        "/models/bad-html.scorer/versions/1/report",
                        "/risks",
                        risk.replace("/api/v1", ""),
                        "/places",
                        "/places/bad-html.desk",
                        "/reviews/dataset-version:bad-html.rows@1",
                        "/audit?text=%3Cscript%3Ealert(1)")) {
            var page = otto.get(path);
            assertThat(page.statusCode()).as(path).isEqualTo(200);
            assertThat(page.body()).as(path).contains("&lt;script&gt;").doesNotContainPattern(LIVE);
        }
        var report =
                otto.get("/api/v1/models/bad-html.scorer/versions/1/report?format=html").body();
        assertThat(report).contains("&lt;script&gt;").doesNotContainPattern(LIVE);
        // and back in a form
        var form = Map.of("project", "B A D", "name", MARKUP, "riskTier", "high");
        var typed = cast.signedIn("bad-ada").submit("/projects", "/projects", form);
        assertThat(typed.statusCode()).isEqualTo(400);
        assertThat(typed.body()).contains("&lt;script&gt;").doesNotContainPattern(LIVE);
    }

    @Test
    void a_formula_in_a_csv_is_a_value_on_the_way_in_and_text_on_the_way_out() {
        var log = AssessmentIT.small("1").replace(",f\n", ",=cmd()\n");
        var started = assess(log);
        assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
        var location = started.headers().firstValue("Location").orElseThrow();
        var shown =
                await().atMost(Duration.ofSeconds(60))
                        .until(
                                () -> get("bad-ada", location.replace("/api/v1", "")),
                                a -> !a.path("status").asString("running").equals("running"));
        var groups = shown.path("result").path("attributes").path(0).path("groups");
        assertThat(groups.path(0).path("values").path(0).asString()).isEqualTo("=cmd()");

        stored("bad-ada", "/risks", risk("bad", FORMULA, "@SUM(1)"));
        settled();
        var otto = cast.signedIn("bad-otto");
        var formula = Pattern.compile("(?m)(^|,)\"?[=@+]");
        for (var path :
                List.of(
                        "/api/v1/risks.csv?project=bad",
                        "/api/v1/events.csv?project=bad",
                        "/api/v1" + VERSION + "/report?format=csv")) {
            assertThat(otto.get(path).body()).as(path).doesNotContainPattern(formula);
        }
        assertThat(otto.get("/api/v1/risks.csv?project=bad").body())
                .contains("'" + FORMULA, "'@SUM(1)");
        assertThat(otto.get("/api/v1" + VERSION + "/report?format=csv").body()).contains("'=cmd()");
        // as it was given, wherever no spreadsheet reads it
        assertThat(otto.get("/api/v1/risks?project=bad").body()).contains("\"=cmd|'/C calc'!A1\"");
    }

    /** The mapping's form, sent with these fields instead of the right ones. */
    private HttpResponse<String> mapped(Map<String, String> instead) {
        var ada = cast.signedIn("bad-ada");
        var log = upload(ada, "log.csv", AssessmentIT.small("1"));
        assertThat(log.statusCode()).as(log.body()).isEqualTo(302);
        var fields = new LinkedHashMap<String, String>();
        fields.put("prediction", "p");
        fields.put("positive", "1");
        fields.put("negative", "0");
        fields.put("favourable", "yes");
        fields.put("label", "y");
        fields.put("labelPositive", "1");
        fields.put("labelNegative", "0");
        fields.put("attributes", "sex");
        fields.put("rules", "four-fifths");
        fields.putAll(instead);
        return ada.submit(ASSESSMENTS + "/new", ASSESSMENTS, fields);
    }

    private static HttpResponse<String> upload(Browser browser, String name, String content) {
        var form = browser.get(ASSESSMENTS + "/new").body();
        var csrf = Pattern.compile("name=\"_csrf\"[^>]* value=\"([^\"]+)\"").matcher(form);
        assertThat(csrf.find()).isTrue();
        return browser.send(
                "POST",
                ASSESSMENTS + "/log",
                part("_csrf", csrf.group(1)) + file(name, content),
                "Content-Type",
                "multipart/form-data; boundary=" + BOUNDARY);
    }

    private HttpResponse<String> assess(String log) {
        return cast.browser()
                .send(
                        "POST",
                        "/api/v1" + ASSESSMENTS,
                        part("mapping", AssessmentIT.SMALL_MAPPING)
                                + part("ruleSet", "four-fifths")
                                + file("log.csv", log),
                        "Content-Type",
                        "multipart/form-data; boundary=" + BOUNDARY,
                        "Authorization",
                        Browser.basic("bad-ada", Cast.PASSWORD));
    }

    private static String part(String name, String value) {
        return "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                .formatted(BOUNDARY, name, value);
    }

    private static String file(String name, String content) {
        return "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\nContent-Type: text/csv\r\n\r\n%s\r\n--%s--\r\n"
                .formatted(BOUNDARY, name, content, BOUNDARY);
    }

    /** What a page says, as a person reads it. */
    private static String text(HttpResponse<String> page) {
        return page.body()
                .replaceAll("<[^>]+>", "")
                .replace("&#39;", "'")
                .replace("&quot;", "\"")
                .replaceAll("\\s+", " ");
    }

    private static String project(String id, String name) {
        return """
        {"id":"%s","name":%s,"businessProblem":"p","intendedPurpose":"i","ownerTeam":"t",
         "jurisdictions":["EU"],"riskTier":"high"}\
        """
                .formatted(id, JSON.writeValueAsString(name));
    }

    private static String datasetVersion(String version, String words, String... sources) {
        var w = JSON.writeValueAsString(words);
        var sheet =
                "\"motivation\":W,\"composition\":W,\"collection\":W,\"preprocessing\":W,\"uses\":W,\"distribution\":W,\"maintenance\":W";
        return """
        {"version":"%s","location":W,"sha256":"%s","schemaSummary":W,"licence":W,"legalBasis":W,
         "sensitiveAttributes":["sex"],"sources":%s,"datasheet":{%s}}\
        """
                .formatted(
                        version, Sha256.of(version).hex(), JSON.writeValueAsString(sources), sheet)
                .replace(":W", ":" + w);
    }

    private static String modelVersion(String version, String words) {
        var card =
                "\"modelDetails\":W,\"intendedUse\":W,\"factors\":W,\"metrics\":W,\"evaluationData\":W,\"trainingData\":W,\"quantitativeAnalyses\":W,\"ethicalConsiderations\":W,\"caveatsAndRecommendations\":W";
        return """
        {"version":"%s","artifactDigest":"%s","codeCommit":"5f2c9d1",
         "trainingDatasets":["bad.rows@1.0"],"limitations":W,"modelCard":{%s}}\
        """
                .formatted(version, Sha256.of(version).hex(), card)
                .replace(":W", ":" + JSON.writeValueAsString(words));
    }

    private static String risk(String project, String title, String description) {
        return """
        {"project":"%s","title":%s,"description":%s,"category":"privacy","harmed":%s,
         "inherent":{"likelihood":3,"impact":3}}\
        """
                .formatted(
                        project,
                        JSON.writeValueAsString(title),
                        JSON.writeValueAsString(description),
                        JSON.writeValueAsString(description));
    }

    /** Sends what must succeed. */
    private String stored(String who, String path, String body) {
        var answer = api(who, path, body);
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(201);
        return answer.headers().firstValue("Location").orElseThrow();
    }

    private HttpResponse<String> api(String who, String path, String body, String... headers) {
        var all = new ArrayList<>(List.of(headers));
        all.add("Authorization");
        all.add(Browser.basic(who, Cast.PASSWORD));
        var answer =
                cast.browser().json("POST", "/api/v1" + path, body, all.toArray(String[]::new));
        if (answer.statusCode() == 201) {
            synchronized (done) {
                done.add(JSON.readTree(answer.body()).path("after").asString());
            }
        }
        return answer;
    }

    private JsonNode get(String who, String path) {
        return JSON.readTree(
                cast.browser()
                        .get("/api/v1" + path, "Authorization", Browser.basic(who, Cast.PASSWORD))
                        .body());
    }

    /** What was stored last is shown. */
    private void settled() {
        if (!done.isEmpty()) {
            get("bad-otto", "/events?limit=1&after=" + done.getLast());
        }
    }

    private List<HttpResponse<String>> atOnce(
            Callable<HttpResponse<String>> one, Callable<HttpResponse<String>> other)
            throws Exception {
        var together = new CyclicBarrier(2);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers =
                    List.of(one, other).stream()
                            .map(call ->
                                    callers.submit(() -> {
                                        together.await(10, TimeUnit.SECONDS);
                                        return call.call();
                                    }))
                            .toList();
            return List.of(answers.getFirst().get(), answers.getLast().get());
        }
    }

    private long count(String from) {
        return db.sql("select count(*) from " + from).query(Long.class).single();
    }
}
