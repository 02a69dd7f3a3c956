package io.countersign.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.model.ModelCard;
import io.countersign.governance.model.ModelCommand;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.web.start.Settings;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@WebTest
class AssessmentIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String BOUNDARY = "----countersign-test";
    private static final String VERSION = "/models/courts.recidivism/versions/1.0";
    private static final String API = "/api/v1" + VERSION + "/assessments";
    private static final String ENGINEER = Browser.basic("courts-ada", Cast.PASSWORD);
    private static final String COMPAS_MAPPING =
            """
            {"prediction": {"column": "score_text", "positiveIsFavourable": false,
                "reading": {"as": "classes", "positive": ["Medium", "High"], "negative": ["Low"]}},
             "label": {"column": "two_year_recid", "positive": ["1"], "negative": ["0"]},
             "attributes": ["race", "sex"], "missing": [], "unlisted": "refuse"}
            """;
    static final String SMALL_MAPPING =
            """
            {"prediction": {"column": "p", "positiveIsFavourable": true,
                "reading": {"as": "classes", "positive": ["1"], "negative": ["0"]}},
             "label": {"column": "y", "positive": ["1"], "negative": ["0"]},
             "attributes": ["sex"], "missing": [], "unlisted": "refuse"}
            """;

    @Autowired Cast cast;
    @Autowired Commands commands;
    @Autowired Settings settings;

    @BeforeEach
    void a_registered_version() {
        cast.person("courts-ada", "requester@courts");
        register(new ProjectId("courts"), ModelId.of(new ProjectId("courts"), "recidivism"));
    }

    private void register(ProjectId project, ModelId model) {
        for (var command :
                List.of(
                        new ProjectCommand.Register(
                                project, "C", "p", "i", "t", List.of("US"), RiskTier.HIGH),
                        new ModelCommand.Register(model, "Recidivism", ""),
                        new ModelCommand.RegisterVersion(
                                ModelVersionId.of(model, "1.0"),
                                Sha256.of("compas"),
                                "0123abc",
                                List.of(),
                                List.of(),
                                List.of(),
                                ModelCard.EMPTY,
                                ""))) {
            try {
                commands.send(command, Actor.system());
            } catch (CommandRefused there) {
                assertThat(there.refusal().code()).isEqualTo("subject.exists");
            }
        }
    }

    @Test
    void the_rates_of_compas_are_the_published_ones_to_the_printed_digit() throws IOException {
        var started = start(Files.readString(compas()), COMPAS_MAPPING, "four-fifths");
        assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
        var location = started.headers().firstValue("Location").orElseThrow();
        var shown = ended(location);
        assertThat(shown.path("status").asString()).as(shown.toString()).isEqualTo("completed");
        assertThat(shown.path("verdict").asString()).isEqualTo("fail");

        var race = shown.path("result").path("attributes").path(0);
        var black = group(race, "African-American");
        assertThat(percent(black, "falsePositiveRate")).isEqualTo("44.85");
        assertThat(percent(black, "falseNegativeRate")).isEqualTo("27.99");
        var white = group(race, "Caucasian");
        assertThat(percent(white, "falsePositiveRate")).isEqualTo("23.45");
        assertThat(percent(white, "falseNegativeRate")).isEqualTo("47.72");
        var all = shown.path("result").path("overall");
        assertThat(percent(all, "falsePositiveRate")).isEqualTo("32.35");
        assertThat(percent(all, "falseNegativeRate")).isEqualTo("37.40");

        var ada = cast.signedIn("courts-ada");
        var page = ada.get(location.replace("/api/v1", "")).body();
        assertThat(page)
                .contains("44.85 %", "27.99 %", "23.45 %", "47.72 %", "By race × sex", "<svg")
                .contains("four-fifths", "4/5", "African-American")
                .doesNotContain("<script");
        var version = ada.get(VERSION).body();
        assertThat(version).contains("compas.csv", "The card is not complete");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(ada.get(VERSION).body())
                                .contains("courts.recidivism fails bias rule set four-fifths"));
        assertThat(get(API).path("assessments").path(0).path("fileName").asString())
                .isEqualTo("compas.csv");
    }

    @Test
    void a_person_uploads_maps_and_reads_on_pages() {
        var ada = cast.signedIn("courts-ada");
        var form = ada.get(VERSION + "/assessments/new").body();
        assertThat(form).contains("Prediction log");
        var uploaded =
                ada.send(
                        "POST",
                        VERSION + "/assessments/log",
                        multipart("log <b>.csv", small("1"), Map.of("_csrf", csrf(form))),
                        "Content-Type",
                        "multipart/form-data; boundary=" + BOUNDARY);
        assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(302);
        var mapping = ada.get(VERSION + "/assessments/new").body();
        assertThat(mapping)
                .contains("Map the columns", "First rows", "four-fifths", "equalised-odds")
                .doesNotContain("<b>");

        var fields = new LinkedHashMap<String, String>();
        fields.put("prediction", "p");
        fields.put("positive", "1");
        fields.put("negative", "0");
        fields.put("label", "y");
        fields.put("labelPositive", "1");
        fields.put("labelNegative", "0");
        fields.put("attributes", "sex");
        fields.put("rules", "four-fifths");
        var asked = ada.submit(VERSION + "/assessments/new", VERSION + "/assessments", fields);
        assertThat(asked.statusCode()).isEqualTo(400);
        assertThat(asked.body()).contains("never guessed", "f-favourable");

        fields.put("favourable", "yes");
        var started = ada.submit(VERSION + "/assessments/new", VERSION + "/assessments", fields);
        assertThat(started.statusCode()).as(started.body()).isEqualTo(302);
        var address =
                started.headers()
                        .firstValue("Location")
                        .orElseThrow()
                        .replaceFirst("^https?://[^/]+", "");
        assertThat(ended("/api/v1" + address).path("verdict").asString()).isEqualTo("pass");
        assertThat(ada.get(address).body()).contains("Passes against rule set four-fifths");
        assertThat(ada.get(VERSION + "/assessments/new").body()).contains("Prediction log");
    }

    @Test
    void nobody_else_sees_or_starts_one() {
        cast.person("courts-eve", "requester@elsewhere");
        var eve = Browser.basic("courts-eve", Cast.PASSWORD);
        var body = multipart("log.csv", small("1"), fields(SMALL_MAPPING, "four-fifths"));
        var refused = post(API, body, eve);
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(cast.browser().get(API, "Authorization", eve).body())
                .contains("\"assessments\":[]");
        assertThat(cast.browser().get("/api/v1/models", "Authorization", eve).body())
                .doesNotContain("courts");
    }

    @Test
    void the_same_command_sent_twice_is_one_assessment() {
        var body = multipart("log.csv", small("1"), fields(SMALL_MAPPING, "four-fifths"));
        var first = post(API, body, ENGINEER, "Idempotency-Key", "courts-1");
        var second = post(API, body, ENGINEER, "Idempotency-Key", "courts-1");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        assertThat(second.body()).isEqualTo(first.body());
    }

    @Test
    void an_ended_one_cannot_be_called_off() {
        var location =
                start(small("1"), SMALL_MAPPING, "four-fifths")
                        .headers()
                        .firstValue("Location")
                        .orElseThrow();
        ended(location);
        var refused = post(location + "/cancellation", "", ENGINEER);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("assessment.ended");
    }

    @Test
    void what_shows_in_the_log_is_refused_at_once_and_nothing_is_begun() {
        var before = get(API).path("assessments").size();
        var columns =
                start(small("1"), SMALL_MAPPING.replace("\"p\"", "\"prediction\""), "four-fifths");
        refused(400, "bias.missing-columns", columns);
        assertThat(columns.body()).contains("no column 'prediction'", "p, y, sex");
        var attribute =
                start(small("1"), SMALL_MAPPING.replace("[\"sex\"]", "[\"race\"]"), "four-fifths");
        refused(400, "bias.missing-columns", attribute);
        assertThat(attribute.body()).contains("no column 'race'");
        var label = start(small("perhaps"), SMALL_MAPPING, "four-fifths");
        refused(400, "bias.unlisted-values", label);
        assertThat(label.body()).contains("label column 'y'", "'perhaps' (1 rows)");
        refused(400, "bias.no-rows", start("p,y,sex\n", SMALL_MAPPING, "four-fifths"));
        refused(400, "bias.not-csv", start("\"never closed", SMALL_MAPPING, "four-fifths"));
        refused(400, "bias.ragged-rows", start("p,y,sex\n1,1\n", SMALL_MAPPING, "four-fifths"));
        assertThat(get(API).path("assessments").size()).isEqualTo(before);
    }

    @Test
    void a_label_that_shows_only_among_all_rows_fails_it_with_the_value() {
        // more rare values before it than an inspection lists
        var log = new StringBuilder(small("1"));
        for (var i = 0; i < 60; i++) {
            log.append("1,n/a").append(i).append(",f\n").append("1,n/a").append(i).append(",f\n");
        }
        log.append("1,perhaps,f\n");
        var missing = new StringBuilder();
        for (var i = 0; i < 60; i++) {
            missing.append(i == 0 ? "" : ",").append("\"n/a").append(i).append('"');
        }
        var mapping = SMALL_MAPPING.replace("\"missing\": []", "\"missing\": [" + missing + "]");
        assertThat(failed(log.toString(), mapping).path("problem").asString()).contains("perhaps");
    }

    @Test
    void bad_files_and_mappings_are_refused_at_once() {
        refused(400, "evidence.empty", start("", SMALL_MAPPING, "four-fifths"));
        refused(400, "evidence.type-mismatch", start("a,b\n\0\0", SMALL_MAPPING, "four-fifths"));
        refused(404, "bias.rules-unknown", start(small("1"), SMALL_MAPPING, "three-fifths"));
        refused(
                400,
                "bias.mapping-invalid",
                start(small("1"), SMALL_MAPPING.replace("[\"sex\"]", "[]"), "four-fifths"));
        refused(
                400,
                "input.invalid",
                start(
                        small("1"),
                        SMALL_MAPPING.replace(", \"positiveIsFavourable\": true", ""),
                        "four-fifths"));
        refused(400, "input.invalid", start(small("1"), "{", "four-fifths"));
        var spreadsheet = multipart("log.xlsx", small("1"), fields(SMALL_MAPPING, "four-fifths"));
        refused(400, "bias.not-csv", post(API, spreadsheet, ENGINEER));
        var prose = multipart("log.csv", "\"never closed", Map.of());
        refused(400, "bias.not-csv", post(API + "/inspection", prose, ENGINEER));
        var large = start("p,y,sex\n" + "1,1,f\n".repeat(200_000), SMALL_MAPPING, "four-fifths");
        refused(413, "upload.too-large", large);
        assertThat(large.body())
                .contains("the 1 MB the", "countersign assess FILE", "import folder", "importFile");
    }

    @Test
    void a_log_over_the_limit_is_assessed_from_the_import_folder_by_its_name() throws IOException {
        var folder = imports("courts");
        var log = small("1").repeat(3_000).replaceAll("(?<!^)p,y,sex\n", "");
        Files.writeString(folder.resolve("large.csv"), log);
        assertThat(log.length()).isGreaterThan(1_000_000);
        refused(413, "upload.too-large", start(log, SMALL_MAPPING, "four-fifths"));

        var offered = get(API + "/import-files").path("files");
        assertThat(offered.findValuesAsString("name")).contains("large.csv");
        var inspected =
                fields(API + "/inspection", Map.of("importFile", "large.csv"), ENGINEER).body();
        assertThat(JSON.readTree(inspected).path("rows").asLong()).isEqualTo(240_000);
        var form = new LinkedHashMap<>(fields(SMALL_MAPPING, "four-fifths"));
        form.put("importFile", "large.csv");
        var started = fields(API, form, ENGINEER);
        assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
        Files.delete(folder.resolve("large.csv")); // what it was decided on stays

        var shown = ended(started.headers().firstValue("Location").orElseThrow());
        assertThat(shown.path("verdict").asString()).as(shown.toString()).isEqualTo("pass");
        assertThat(shown.path("file").asString()).isEqualTo(Sha256.of(log).hex());
        assertThat(shown.path("fileName").asString()).isEqualTo("large.csv");
    }

    @Test
    void the_page_offers_the_import_folder_and_goes_on_with_the_file_chosen() throws IOException {
        Files.writeString(imports("courts").resolve("on <b>page.csv"), small("1"));
        var ada = cast.signedIn("courts-ada");
        var form = VERSION + "/assessments/new";
        assertThat(ada.get(form).body())
                .contains("import folder", "on &lt;b&gt;page.csv, ", "countersign assess FILE")
                .doesNotContain("<b>page");
        var log = VERSION + "/assessments/log";
        var wrong = ada.submit(form, log, Map.of("importFile", "gone.csv"));
        assertThat(wrong.statusCode()).isEqualTo(404);
        assertThat(wrong.body()).contains("There is no file &#39;gone.csv&#39;", "f-importFile");
        var none = ada.submit(form, log, Map.of("importFile", ""));
        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(none.body()).contains("Choose the prediction log");
        var chosen = ada.submit(form, log, Map.of("importFile", "on <b>page.csv"));
        assertThat(chosen.statusCode()).as(chosen.body()).isEqualTo(302);
        assertThat(ada.get(form).body()).contains("Map the columns", "First rows");
        ada.submit(form, VERSION + "/assessments/log/removal", Map.of());
    }

    @Test
    void nothing_outside_the_project_s_own_import_folder_can_be_named() throws IOException {
        var own = imports("courts");
        var secret = Files.writeString(settings.home().resolve("secret.csv"), small("1"));
        Files.writeString(imports("elsewhere").resolve("theirs.csv"), small("1"));
        Files.writeString(own.resolveSibling("top.csv"), small("1"));
        Files.createDirectories(own.resolve("within.csv"));
        Files.createSymbolicLink(own.resolve("link.csv"), secret);
        Files.createSymbolicLink(own.resolve("inner.csv"), own.resolve("on <b>page.csv"));
        for (var name :
                List.of(
                        "../elsewhere/theirs.csv",
                        "../top.csv",
                        "../../secret.csv",
                        secret.toString(),
                        "..\\top.csv",
                        "within.csv/../../top.csv",
                        "..",
                        ".",
                        "\u0000.csv",
                        "a".repeat(1_000))) {
            var answer = fields(API + "/inspection", Map.of("importFile", name), ENGINEER);
            refused(400, "import.name-invalid", answer);
        }
        for (var name : List.of("theirs.csv", "top.csv", "secret.csv")) {
            var answer = fields(API + "/inspection", Map.of("importFile", name), ENGINEER);
            refused(404, "import.unknown", answer);
        }
        for (var name : List.of("link.csv", "inner.csv", "within.csv")) {
            var answer = fields(API + "/inspection", Map.of("importFile", name), ENGINEER);
            refused(400, "import.not-a-file", answer);
        }
        assertThat(get(API + "/import-files").path("files").findValuesAsString("name"))
                .doesNotContain("theirs.csv", "top.csv", "link.csv", "inner.csv", "within.csv");
    }

    @Test
    void a_project_s_import_folder_that_is_a_link_is_not_followed() throws IOException {
        var project = new ProjectId("linked");
        cast.person("linked-ada", "requester@linked");
        var model = ModelId.of(project, "model");
        var elsewhere = Files.createTempDirectory("elsewhere");
        Files.writeString(elsewhere.resolve("log.csv"), small("1"));
        Files.createSymbolicLink(settings.importFolder().resolve("linked"), elsewhere);
        register(project, model);
        var api = "/api/v1/models/linked.model/versions/1.0/assessments";
        var linked = Browser.basic("linked-ada", Cast.PASSWORD);
        refused(
                404,
                "import.unknown",
                fields(api + "/inspection", Map.of("importFile", "log.csv"), linked));
        assertThat(cast.browser().get(api + "/import-files", "Authorization", linked).body())
                .contains("\"files\":[]");
    }

    @Test
    void the_import_folder_lists_at_most_200_and_only_for_those_who_may_assess()
            throws IOException {
        cast.person("courts-eve", "requester@elsewhere");
        cast.person("courts-otto", "auditor@courts");
        var folder = imports("courts");
        for (var i = 0; i < 205; i++) {
            Files.writeString(folder.resolve("many-" + i + ".csv"), "p\n1\n");
        }
        var listing = get(API + "/import-files");
        assertThat(listing.path("files").size()).isEqualTo(200);
        assertThat(listing.path("more").asBoolean()).isTrue();
        for (var who : List.of("courts-eve", "courts-otto")) {
            var basic = Browser.basic(who, Cast.PASSWORD);
            assertThat(
                            cast.browser()
                                    .get(API + "/import-files", "Authorization", basic)
                                    .statusCode())
                    .isIn(403, 404);
        }
        for (var i = 0; i < 205; i++) {
            Files.delete(folder.resolve("many-" + i + ".csv"));
        }
    }

    @Test
    void the_import_folder_is_its_owner_s_alone() throws IOException {
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(settings.importFolder())))
                .isEqualTo("rwx------");
    }

    /** The folder of a project in the import folder. */
    private Path imports(String project) throws IOException {
        return Files.createDirectories(settings.importFolder().resolve(project));
    }

    private HttpResponse<String> fields(String path, Map<String, String> fields, String basic) {
        var body =
                fields.entrySet().stream()
                        .map(f ->
                                URLEncoder.encode(f.getKey(), UTF_8)
                                        + "="
                                        + URLEncoder.encode(f.getValue(), UTF_8))
                        .collect(Collectors.joining("&"));
        return cast.browser()
                .send(
                        "POST",
                        path,
                        body,
                        "Authorization",
                        basic,
                        "Content-Type",
                        "application/x-www-form-urlencoded");
    }

    @Test
    void an_inspection_says_what_the_columns_look_like() {
        var inspection =
                JSON.readTree(
                        post(
                                        API + "/inspection",
                                        multipart("log.csv", small("1"), Map.of()),
                                        ENGINEER)
                                .body());
        assertThat(inspection.path("rows").asLong()).isEqualTo(80);
        assertThat(inspection.path("firstRows").size()).isEqualTo(10);
        assertThat(inspection.path("suggestion").path("attributes").path(0).asString())
                .isEqualTo("sex");
    }

    private static void refused(int status, String code, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(code);
    }

    /** Forty women and forty men, the same for both; the last label as given. */
    static String small(String lastLabel) {
        var log = new StringBuilder("p,y,sex\n");
        for (var sex : List.of("f", "m")) {
            for (var i = 0; i < 40; i++) {
                var last = sex.equals("m") && i == 39;
                log.append(i % 2).append(',').append(last ? lastLabel : Integer.toString(i / 20));
                log.append(',').append(sex).append('\n');
            }
        }
        return log.toString();
    }

    private JsonNode failed(String log, String mapping) {
        var started = start(log, mapping, "four-fifths");
        assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
        var shown = ended(started.headers().firstValue("Location").orElseThrow());
        assertThat(shown.path("status").asString()).isEqualTo("failed");
        return shown;
    }

    private JsonNode ended(String location) {
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> get(location),
                        shown ->
                                shown.has("status")
                                        && !shown.path("status").asString().equals("running"));
    }

    private JsonNode get(String path) {
        return JSON.readTree(cast.browser().get(path, "Authorization", ENGINEER).body());
    }

    private HttpResponse<String> start(String log, String mapping, String rules) {
        return post(API, multipart("compas.csv", log, fields(mapping, rules)), ENGINEER);
    }

    private HttpResponse<String> post(String path, String body, String basic, String... more) {
        return cast.browser()
                .send(
                        "POST",
                        path,
                        body,
                        Stream.concat(
                                        Stream.of(
                                                "Authorization",
                                                basic,
                                                "Content-Type",
                                                "multipart/form-data; boundary=" + BOUNDARY),
                                        Stream.of(more))
                                .toArray(String[]::new));
    }

    private static Map<String, String> fields(String mapping, String rules) {
        return Map.of("mapping", mapping, "ruleSet", rules);
    }

    private static String multipart(String fileName, String content, Map<String, String> fields) {
        var body = new StringBuilder();
        fields.forEach((name, value) ->
                body.append("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"")
                        .append(name)
                        .append("\"\r\n\r\n")
                        .append(value)
                        .append("\r\n"));
        return body.append("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\";")
                .append(" filename=\"")
                .append(fileName)
                .append("\"\r\nContent-Type: text/csv\r\n\r\n")
                .append(content)
                .append("\r\n--" + BOUNDARY + "--\r\n")
                .toString();
    }

    private static JsonNode group(JsonNode attribute, String name) {
        for (var group : attribute.path("groups")) {
            if (group.path("values").path(0).asString().equals(name)) {
                return group;
            }
        }
        throw new AssertionError("no group " + name + " in " + attribute);
    }

    private static String percent(JsonNode group, String rate) {
        var fraction = group.path(rate);
        return BigDecimal.valueOf(fraction.path("numerator").asLong())
                .movePointRight(2)
                .divide(
                        BigDecimal.valueOf(fraction.path("denominator").asLong()),
                        2,
                        RoundingMode.HALF_UP)
                .toPlainString();
    }

    private static String csrf(String page) {
        var token = Pattern.compile("name=\"_csrf\"[^>]* value=\"([^\"]+)\"").matcher(page);
        assertThat(token.find()).as(page).isTrue();
        return token.group(1);
    }

    static Path compas() {
        var named = System.getenv("COUNTERSIGN_DATA");
        var folder =
                named == null
                        ? Path.of("").toAbsolutePath().resolve("../../shared/data")
                        : Path.of(named);
        var file = folder.resolve("compas-two-years.csv");
        if (!Files.isRegularFile(file)) {
            System.err.println(
                    "SKIPPED: no compas-two-years.csv; put the shared data folder beside the"
                            + " checkout or name it in COUNTERSIGN_DATA");
        }
        assumeTrue(Files.isRegularFile(file), "the shared data folder is not here");
        return file;
    }
}
