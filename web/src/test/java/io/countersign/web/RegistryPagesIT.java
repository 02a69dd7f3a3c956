package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@WebTest
class RegistryPagesIT {
    private static final String PAYLOAD = "<script>alert(1)</script>=cmd()|'/c calc'!A0";
    private static final String ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;=cmd()";
    private static final String SHA =
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    @Autowired Cast cast;
    private Browser ada;

    @BeforeEach
    void sign_in() {
        ada = cast.signedIn("registry-ada", "requester@reg-seed");
    }

    @Test
    void a_project_is_registered_amended_and_retired() {
        var page = registered("reg-one");
        assertThat(page).contains(ESCAPED).doesNotContain("<script");
        assertThat(page).contains("Registered project").containsPattern("/audit/[0-9a-f-]{36}");

        var twice = ada.submit("/projects", "/projects", project("reg-one"));
        assertThat(twice.statusCode()).isEqualTo(409);
        assertThat(twice.body())
                .contains("There already is a project")
                .contains("value=\"reg-one\"")
                .contains(ESCAPED)
                .doesNotContain("<script");

        var amended = new HashMap<>(project("reg-one"));
        amended.remove("project");
        amended.put("name", "Another name");
        assertThat(then(ada, ada.submit("/projects/reg-one", "/projects/reg-one", amended)))
                .contains("Another name");
        amended.put("jurisdictions", "Atlantis");
        var nowhere = ada.submit("/projects/reg-one", "/projects/reg-one", amended);
        assertThat(nowhere.statusCode()).isEqualTo(400);
        assertThat(nowhere.body()).contains("f-jurisdictions-error").contains("Atlantis");

        var retired =
                then(
                        ada,
                        ada.submit(
                                "/projects/reg-one",
                                "/projects/reg-one/retirement",
                                Map.of("reason", "done")));
        assertThat(retired).contains("Retired project").doesNotContain("<h2>Amend</h2>");
        var late =
                ada.submit(
                        "/datasets",
                        "/datasets",
                        Map.of("project", "reg-one", "key", "late", "name", "Late"));
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(late.body()).contains("is retired");
    }

    @Test
    void a_dataset_version_is_described_bound_to_its_sources_and_retired() {
        registered("reg-two");
        var dataset =
                then(
                        ada,
                        ada.submit(
                                "/datasets",
                                "/datasets",
                                Map.of(
                                        "project",
                                        "reg-two",
                                        "key",
                                        "raw",
                                        "name",
                                        PAYLOAD,
                                        "description",
                                        PAYLOAD)));
        assertThat(dataset).contains(ESCAPED).doesNotContain("<script").contains("No version yet");
        assertThat(ada.get("/datasets?project=reg-two").body()).contains("reg-two.raw");

        var wrong = new HashMap<>(version("1.0", ""));
        wrong.put("sha256", "1234");
        var refused =
                ada.submit(
                        "/datasets/reg-two.raw/register", "/datasets/reg-two.raw/versions", wrong);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body())
                .contains("f-sha256-error")
                .contains("64 lowercase hex digits")
                .contains(ESCAPED)
                .doesNotContain("<script");

        var first = version("reg-two.raw", "1.0", "");
        assertThat(first)
                .contains("6 of 7 parts are written")
                .contains("Missing: maintenance")
                .contains(ESCAPED)
                .doesNotContain("<script")
                .contains("/reviews/dataset-version")
                .contains("Registered dataset version");
        var twice =
                ada.submit(
                        "/datasets/reg-two.raw/register",
                        "/datasets/reg-two.raw/versions",
                        version("1.0", ""));
        assertThat(twice.statusCode()).isEqualTo(409);
        assertThat(version("reg-two.raw", "2.0", "reg-two.raw@1.0"))
                .contains("reg-two.raw@1.0</a>");
        var path = "/datasets/reg-two.raw/versions/1.0";
        assertThat(ada.get(path).body()).contains("reg-two.raw@2.0</a>");
        var circle = ada.submit(path, path + "/sources", Map.of("sources", "reg-two.raw@2.0"));
        assertThat(circle.statusCode()).isEqualTo(409);
        assertThat(circle.body())
                .contains("reg-two.raw@1.0 from reg-two.raw@2.0 from reg-two.raw@1.0");

        var sheet = new HashMap<>(version("1.0", ""));
        sheet.put("maintenance", "Yearly");
        var before = position(ada.get(path));
        var written = then(ada, ada.submit(path, path + "/datasheet", sheet));
        assertThat(written).contains("Yearly").doesNotContain("parts are written");
        var then = ada.get(path + "?at=" + before).body();
        assertThat(then)
                .contains("6 of 7 parts are written")
                .doesNotContain("Yearly")
                .doesNotContain("Ask for approval");

        var retired = then(ada, ada.submit(path, path + "/retirement", Map.of("reason", PAYLOAD)));
        assertThat(retired).contains("Retired dataset version").doesNotContain("Ask for approval");
        assertThat(ada.get("/datasets/reg-two.raw").body()).contains("2.0</a>");
    }

    @Test
    void what_is_not_ones_own_is_as_if_it_were_not_there() {
        registered("reg-three");
        cast.person("registry-bob", "requester@reg-other");
        var bob = Browser.basic("registry-bob", Cast.PASSWORD);
        var browser = cast.browser();
        for (var path :
                new String[] {
                    "/projects/reg-three",
                    "/datasets/reg-three.raw",
                    "/datasets/reg-three.raw/versions/1.0",
                    "/places/reg-three.desk",
                    "/evidence/reg-three.0123456789ab"
                }) {
            var hidden = browser.get("/api/v1" + path, "Authorization", bob);
            var unknown =
                    browser.get(
                            "/api/v1" + path.replace("reg-three", "reg-never"),
                            "Authorization",
                            bob);
            assertThat(hidden.statusCode()).as(path).isEqualTo(404);
            assertThat(hidden.body().replace("reg-three", "reg-never")).isEqualTo(unknown.body());
        }
        assertThat(browser.get("/api/v1/projects", "Authorization", bob).body())
                .doesNotContain("reg-three");
        var amend =
                browser.json(
                        "PUT",
                        "/api/v1/projects/reg-three",
                        "{\"name\":\"x\",\"businessProblem\":\"x\",\"intendedPurpose\":\"x\",\"ownerTeam\":\"x\",\"jurisdictions\":[\"EU\"],\"riskTier\":\"low\"}",
                        "Authorization",
                        bob);
        assertThat(amend.statusCode()).isEqualTo(404);
        assertThat(cast.signedIn("registry-bob").get("/projects/reg-three").statusCode())
                .isEqualTo(404);
    }

    @Test
    void environments_are_there_from_the_start_and_administrators_add_their_own() {
        registered("reg-four");
        assertThat(ada.get("/places").body())
                .contains("development", "staging", "production")
                .doesNotContain("Register the environment");
        var fields =
                Map.of(
                        "environment",
                        "reg-trial",
                        "environmentName",
                        PAYLOAD,
                        "production",
                        "true");
        var adam = cast.signedIn("registry-adam", "administrator@*");
        assertThat(then(adam, adam.submit("/places", "/places/environments", fields)))
                .contains("reg-trial", ESCAPED, "yes, as production")
                .doesNotContain("<script");
        assertThat(adam.submit("/places", "/places/environments", fields).statusCode())
                .isEqualTo(409);
        assertThat(
                        ada.submit(
                                        "/places",
                                        "/places/environments",
                                        Map.of("environment", "reg-own", "environmentName", "Own"))
                                .statusCode())
                .isEqualTo(403);

        var place =
                Map.of(
                        "project", "reg-four",
                        "key", "desk",
                        "name", PAYLOAD,
                        "kind", "service",
                        "ownerTeam", PAYLOAD);
        assertThat(then(ada, ada.submit("/places", "/places", place)))
                .contains("Service", ESCAPED)
                .doesNotContain("<script");
        assertThat(ada.submit("/places", "/places", place).statusCode()).isEqualTo(409);
        assertThat(
                        then(
                                ada,
                                ada.submit(
                                        "/places/reg-four.desk",
                                        "/places/reg-four.desk/retirement",
                                        Map.of("reason", "closed"))))
                .contains("Retired place");
        assertThat(ada.get("/api/v1/places?project=reg-four", "Accept", "application/json").body())
                .contains("\"kind\":\"service\"", "\"retired\":true");
    }

    @Test
    void evidence_is_attached_downloaded_and_kept() {
        registered("reg-five");
        var attached = then(ada, upload(ada, "plan <b>.csv", "text/csv", "a,b\n1,2\n", PAYLOAD));
        assertThat(attached)
                .contains("plan _b_.csv", ESCAPED, "Download", "Attached a file as evidence")
                .doesNotContain("<script");
        assertThat(ada.get("/projects/reg-five").body()).contains("plan _b_.csv");
        var id = first("/evidence/(reg-five\\.[0-9a-f]{12})/file", attached);

        var file = ada.get("/evidence/" + id + "/file");
        assertThat(file.body()).isEqualTo("a,b\n1,2\n");
        assertThat(file.headers().firstValue("Content-Disposition").orElseThrow())
                .startsWith("attachment; filename=\"plan _b_.csv\"");
        assertThat(file.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(file.headers().allValues("Content-Security-Policy"))
                .containsExactly("sandbox; default-src 'none'");
        assertThat(file.headers().firstValue("Content-Type")).hasValue("application/octet-stream");

        assertThat(upload(ada, "again.csv", "text/csv", "a,b\n1,2\n", "").body())
                .contains("attached to", "already");
        assertThat(ada.get("/evidence/" + id + "/file").body()).isEqualTo("a,b\n1,2\n");
        var script = upload(ada, "run.exe", "application/octet-stream", "MZ", "");
        assertThat(script.statusCode()).isEqualTo(400);
        assertThat(script.body()).contains("of no kind taken as evidence").contains("f-file-error");
        var page = upload(ada, "notes.txt", "text/plain", "<html><script>x()</script>", "");
        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.body()).contains("does not contain what its name says");
        assertThat(upload(ada, "empty.txt", "text/plain", "", "").body()).contains("is empty");

        cast.person("registry-cora", "compliance-officer@reg-five");
        var early =
                cast.browser()
                        .json(
                                "POST",
                                "/api/v1/evidence/" + id + "/deletion",
                                "{\"reason\":\"asked\"}",
                                "Authorization",
                                Browser.basic("registry-cora", Cast.PASSWORD));
        assertThat(early.statusCode()).as(early.body()).isEqualTo(409);
        assertThat(early.body()).contains("evidence.retained");
        assertThat(
                        ada.submit(
                                        "/evidence/" + id,
                                        "/evidence/" + id + "/deletion",
                                        Map.of("reason", "asked"))
                                .statusCode())
                .isEqualTo(403);
        cast.person("registry-otto", "auditor@reg-five");
        assertThat(
                        upload(cast.signedIn("registry-otto"), "a.txt", "text/plain", "x", "")
                                .statusCode())
                .isEqualTo(403);
    }

    @Test
    void a_file_too_large_is_told_the_other_ways_in() {
        registered("reg-five");
        var large = upload(ada, "large.csv", "text/csv", "a,b\n".repeat(300_000), "");
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(large.body()).contains("command line").contains("import folder");
        var basic = Browser.basic("registry-ada", Cast.PASSWORD);
        var api =
                cast.browser()
                        .send(
                                "POST",
                                "/api/v1/evidence",
                                multipart("", "large.csv", "text/csv", "a,b\n".repeat(300_000), ""),
                                "Content-Type",
                                "multipart/form-data; boundary=limit",
                                "Authorization",
                                basic);
        assertThat(api.statusCode()).isEqualTo(413);
        assertThat(api.body()).contains("command line").contains("import folder");
    }

    @Test
    void the_api_does_the_same() {
        cast.person("registry-ada", "requester@reg-seed");
        var basic = Browser.basic("registry-ada", Cast.PASSWORD);
        var browser = cast.browser();
        var project =
                "{\"id\":\"reg-api\",\"name\":\"A\",\"businessProblem\":\"p\",\"intendedPurpose\":\"i\",\"ownerTeam\":\"t\",\"jurisdictions\":[\"EU\"],\"riskTier\":\"high\"}";
        var registered = post(browser, basic, "/projects", project);
        assertThat(registered.statusCode()).as(registered.body()).isEqualTo(201);
        assertThat(post(browser, basic, "/projects", project).statusCode()).isEqualTo(409);
        assertThat(
                        post(
                                        browser,
                                        basic,
                                        "/datasets",
                                        "{\"id\":\"reg-api.raw\",\"name\":\"Raw\"}")
                                .statusCode())
                .isEqualTo(201);
        var wrong =
                post(
                        browser,
                        basic,
                        "/datasets/reg-api.raw/versions",
                        "{\"version\":\"1.0\",\"location\":\"s3\",\"sha256\":\"12\",\"schemaSummary\":\"a\"}");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("\"field\":\"sha256\"");
        var version =
                post(
                        browser,
                        basic,
                        "/datasets/reg-api.raw/versions",
                        "{\"version\":\"1.0\",\"location\":\"s3\",\"sha256\":\""
                                + SHA
                                + "\",\"schemaSummary\":\"a\"}");
        assertThat(version.statusCode()).as(version.body()).isEqualTo(201);
        var after = first("\"after\":\"([^\"]+)\"", version.body());
        var shown =
                browser.get(
                        "/api/v1/datasets/reg-api.raw/versions/1.0?after=" + after,
                        "Authorization",
                        basic);
        assertThat(shown.body())
                .contains("\"id\":\"reg-api.raw@1.0\"", "\"review\":\"NONE\"", "\"maintenance\"");
        var self =
                post(
                        browser,
                        basic,
                        "/datasets/reg-api.raw/versions/1.0/sources",
                        "{\"source\":\"reg-api.raw@1.0\"}");
        assertThat(self.statusCode()).isEqualTo(409);
        assertThat(self.body()).contains("dataset.lineage-circle");
        var file =
                browser.send(
                        "POST",
                        "/api/v1/evidence",
                        multipart("", "a.txt", "text/plain", "proof", "")
                                .replace("project:reg-five", "dataset-version:reg-api.raw@1.0"),
                        "Content-Type",
                        "multipart/form-data; boundary=limit",
                        "Authorization",
                        basic);
        assertThat(file.statusCode()).as(file.body()).isEqualTo(201);
        var place = first("\"location\":\"([^\"]+)\"", file.body());
        assertThat(
                        browser.get(
                                        place
                                                + "?after="
                                                + first("\"after\":\"([^\"]+)\"", file.body()),
                                        "Authorization",
                                        basic)
                                .body())
                .contains("\"mediaType\":\"text/plain\"", "\"note\":\"\"");
        assertThat(browser.get(place + "/file", "Authorization", basic).body()).isEqualTo("proof");
    }

    private String registered(String key) {
        var answer = ada.submit("/projects", "/projects", project(key));
        return answer.statusCode() == 409 ? ada.get("/projects/" + key).body() : then(ada, answer);
    }

    private static Map<String, String> project(String key) {
        return Map.of(
                "project", key,
                "name", PAYLOAD,
                "businessProblem", PAYLOAD,
                "intendedPurpose", PAYLOAD,
                "ownerTeam", PAYLOAD,
                "jurisdictions", "EU\nUS-NYC",
                "riskTier", "high");
    }

    private String version(String dataset, String label, String sources) {
        return then(
                ada,
                ada.submit(
                        "/datasets/" + dataset + "/register",
                        "/datasets/" + dataset + "/versions",
                        version(label, sources)));
    }

    private static Map<String, String> version(String label, String sources) {
        var fields = new HashMap<String, String>();
        for (var field :
                new String[] {
                    "location",
                    "schemaSummary",
                    "licence",
                    "legalBasis",
                    "motivation",
                    "composition",
                    "collection",
                    "preprocessing",
                    "uses",
                    "distribution",
                    "sensitiveAttributes"
                }) {
            fields.put(field, PAYLOAD);
        }
        fields.put("version", label);
        fields.put("sha256", SHA);
        fields.put("sources", sources);
        return fields;
    }

    private static HttpResponse<String> upload(
            Browser browser, String name, String type, String content, String note) {
        var form = browser.get("/evidence?subject=project:reg-five").body();
        var csrf = first("name=\"_csrf\"[^>]* value=\"([^\"]+)\"", form);
        return browser.send(
                "POST",
                "/evidence",
                multipart(csrf, name, type, content, note),
                "Content-Type",
                "multipart/form-data; boundary=limit");
    }

    private static String multipart(
            String csrf, String name, String type, String content, String note) {
        var body = new StringBuilder();
        Map.of("_csrf", csrf, "subject", "project:reg-five", "note", note)
                .forEach((field, value) ->
                        body.append("--limit\r\nContent-Disposition: form-data; name=\"")
                                .append(field)
                                .append("\"\r\n\r\n")
                                .append(value)
                                .append("\r\n"));
        return body
                + "--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                + name
                + "\"\r\nContent-Type: "
                + type
                + "\r\n\r\n"
                + content
                + "\r\n--limit--\r\n";
    }

    private static HttpResponse<String> post(
            Browser browser, String basic, String path, String body) {
        return browser.json("POST", "/api/v1" + path, body, "Authorization", basic);
    }

    private static String then(Browser browser, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
        var location = answer.headers().firstValue("Location").orElseThrow();
        var page = browser.get(location.replaceFirst("^https?://[^/]+", ""));
        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        return page.body();
    }

    private static String position(HttpResponse<String> page) {
        return page.headers().firstValue("Countersign-Position").orElseThrow();
    }

    private static String first(String pattern, String text) {
        var match = Pattern.compile(pattern).matcher(text);
        assertThat(match.find()).as(pattern + " in " + text).isTrue();
        return match.group(1);
    }
}
