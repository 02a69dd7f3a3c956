package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

@WebTest
class AccessIT {
    /** Everything else needs a sign-in. */
    private static final Set<String> OPEN =
            Set.of(
                    "GET /sign-in",
                    "GET /link/{secret}",
                    "POST /link/{secret}",
                    "POST /api/v1/link",
                    "GET /error",
                    "POST /error");

    @Autowired Cast cast;
    @Autowired JdbcClient db;
    @Autowired ApplicationContext context;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping mappings;

    @Test
    void nothing_answers_somebody_not_signed_in_but_what_is_listed() {
        var answered = new ArrayList<String>();
        var tried = 0;
        for (var mapping : mappings.getHandlerMethods().keySet()) {
            var methods =
                    mapping.getMethodsCondition().getMethods().isEmpty()
                            ? List.of("GET", "POST")
                            : mapping.getMethodsCondition().getMethods().stream()
                                    .map(Enum::name)
                                    .toList();
            for (var pattern : mapping.getPatternValues()) {
                for (var method : methods) {
                    if (OPEN.contains(method + " " + pattern)) {
                        continue;
                    }
                    tried++;
                    var answer =
                            cast.browser().send(method, pattern.replaceAll("\\{[^}]*}", "x"), null);
                    // A page's form without a CSRF token is refused before anybody asks who sent
                    // it.
                    var expected =
                            pattern.startsWith("/api")
                                            || pattern.equals("/ledger/checkpoint")
                                            || pattern.startsWith("/ledger/tile/")
                                    ? Set.of(401, 403)
                                    : method.equals("GET") ? Set.of(302) : Set.of(302, 403);
                    if (!expected.contains(answer.statusCode())) {
                        answered.add(method + " " + pattern + ": " + answer.statusCode());
                    }
                }
            }
        }
        assertThat(answered).isEmpty();
        assertThat(tried).isGreaterThan(20);
    }

    @Test
    void health_is_open_and_tells_no_details() {
        for (var path : List.of("", "/readiness", "/liveness")) {
            var answer = cast.browser().get("/actuator/health" + path);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("UP").doesNotContain("PostgreSQL");
        }
        assertThat(cast.signedIn("health", "administrator@*").get("/actuator/env").statusCode())
                .isEqualTo(404);
    }

    @Test
    void every_answer_carries_the_headers_that_hold_back_browsers() {
        for (var answer :
                List.of(
                        cast.browser().get("/sign-in"),
                        cast.browser().get("/api/v1/me"),
                        cast.browser().get("/app.css"))) {
            assertThat(answer.headers().firstValue("Content-Security-Policy"))
                    .hasValue(
                            "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src"
                                    + " 'self'; object-src 'none'; base-uri 'none'; frame-ancestors"
                                    + " 'none'; form-action 'self'");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(answer.headers().firstValue("Referrer-Policy")).hasValue("same-origin");
        }
    }

    @Test
    void a_form_or_call_from_elsewhere_is_refused_and_recorded() {
        var browser = cast.signedIn("forged");
        var page = browser.forged("/account/password", Map.of("password", "x"));
        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body()).contains("You may not do this").contains("Name of forged");
        var api = browser.json("POST", "/api/v1/test/body", "{}");
        assertThat(api.statusCode()).isEqualTo(403);
        assertThat(api.body()).contains("access.csrf");
        assertThat(refusals(cast.person("forged").value())).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"INVALID,400", "FORBIDDEN,403", "NOT_FOUND,404", "CONFLICT,409", "POLICY,422"})
    void a_refusal_is_a_problem_in_the_api_and_a_page_elsewhere(String kind, int status) {
        var browser = cast.signedIn("refused-" + kind.toLowerCase(java.util.Locale.ROOT));
        var api = browser.get("/api/v1/test/refusal/" + kind);
        assertThat(api.statusCode()).isEqualTo(status);
        assertThat(api.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("application/problem+json");
        assertThat(api.body())
                .contains("\"type\":\"/problems/test.refused\"")
                .contains("\"code\":\"test.refused\"")
                .contains("\"field\":\"name\"");
        var page = browser.get("/test/refusal/" + kind);
        assertThat(page.statusCode()).isEqualTo(status);
        assertThat(page.body()).contains("Because &lt;b&gt;so&lt;/b&gt;.").contains("Sign out");
        assertThat(
                        refusals(
                                cast.person("refused-" + kind.toLowerCase(java.util.Locale.ROOT))
                                        .value()))
                .isEqualTo(status == 403 || status == 404 ? 2 : 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"project\":\"credit\",\"count\":1,\"colour\":1}|json.unreadable|colour",
                "{\"project\":\"credit\",\"count\":\"many\"}|json.unreadable|count",
                "{\"project\":\"Credit!\",\"count\":1}|input.invalid|\"field\":\"project\"",
                "{\"project\"|json.unreadable|line 1",
                "[]|json.unreadable|not of the form",
            })
    void a_body_that_cannot_be_read_says_where(String body, String code, String names) {
        cast.person("reader");
        var answer =
                cast.browser()
                        .json(
                                "POST",
                                "/api/v1/test/body",
                                body,
                                "Authorization",
                                Browser.basic("reader", Cast.PASSWORD));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(code).contains(names).doesNotContain("io.countersign");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/api/v1/nowhere,404,path.unknown",
        "DELETE,/api/v1/me,405,method.unknown",
        "GET,/api/v1/test/at?at=yesterday,400,input.invalid",
        "GET,/api/v1/people?limit=many,400,input.invalid",
        "GET,/api/v1/people?limit=0,400,input.invalid",
        "GET,/api/v1/people/NOBODY!,400,input.invalid",
        "GET,/api/v1/people/u-nobody,404,person.unknown",
    })
    void whatever_is_wrong_is_a_problem(String method, String path, int status, String code) {
        cast.person("wanderer", "auditor@wandering");
        var answer =
                cast.browser()
                        .send(
                                method,
                                path,
                                null,
                                "Authorization",
                                Browser.basic("wanderer", Cast.PASSWORD));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
    }

    @Test
    void media_types_it_does_not_know_are_problems() {
        cast.person("typist");
        var basic = Browser.basic("typist", Cast.PASSWORD);
        assertThat(
                        cast.browser()
                                .send(
                                        "POST",
                                        "/api/v1/test/body",
                                        "x",
                                        "Content-Type",
                                        "text/plain",
                                        "Authorization",
                                        basic)
                                .statusCode())
                .isEqualTo(415);
        var unacceptable =
                cast.browser().get("/api/v1/me", "Accept", "image/png", "Authorization", basic);
        assertThat(unacceptable.statusCode()).isEqualTo(406);
        assertThat(unacceptable.body()).contains("media-type.unacceptable");
    }

    @Test
    void a_failure_of_ours_tells_a_reference_and_nothing_else() {
        var browser = cast.signedIn("unlucky");
        var api = browser.get("/api/v1/test/failure");
        assertThat(api.statusCode()).isEqualTo(500);
        assertThat(api.body()).contains("reference").doesNotContain("secret inner");
        var page = browser.get("/test/failure");
        assertThat(page.statusCode()).isEqualTo(500);
        assertThat(page.body()).contains("reference").doesNotContain("secret inner");
    }

    @Test
    void an_upload_over_the_limit_is_told_the_way() {
        var browser = cast.signedIn("uploader");
        var large =
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n"
                        + "x".repeat(1_200_000)
                        + "\r\n--b--\r\n";
        var api =
                browser.send(
                        "POST",
                        "/api/v1/test/file",
                        large,
                        "Content-Type",
                        "multipart/form-data; boundary=b",
                        "Authorization",
                        Browser.basic("uploader", Cast.PASSWORD));
        assertThat(api.statusCode()).isEqualTo(413);
        assertThat(api.body()).contains("countersign assess").contains("import folder");
        var page =
                browser.send(
                        "POST",
                        "/test/file",
                        large,
                        "Content-Type",
                        "multipart/form-data; boundary=b");
        assertThat(page.statusCode()).isEqualTo(413);
        assertThat(page.body()).contains("import folder");
    }

    @Test
    void the_position_is_named_and_can_be_asked_for() {
        cast.person("historian", "auditor@*");
        var basic = Browser.basic("historian", Cast.PASSWORD);
        var past = cast.browser().get("/api/v1/test/at?at=0", "Authorization", basic);
        assertThat(past.body()).contains("\"position\":0").contains("\"past\":true");
        assertThat(past.headers().firstValue("Countersign-Position")).hasValue("0");
        var page = cast.signedIn("historian").get("/people?at=0");
        assertThat(page.body()).contains("As of position").contains("Back to the present");
    }

    @Test
    void the_document_of_the_api_names_its_paths_and_credentials() {
        cast.person("developer");
        var basic = Browser.basic("developer", Cast.PASSWORD);
        var document = cast.browser().get("/api/docs", "Authorization", basic);
        assertThat(document.statusCode()).isEqualTo(200);
        assertThat(document.body())
                .contains("/api/v1/people/{person}/roles")
                .contains("\"basic\"")
                .contains("Idempotency-Key")
                .doesNotContain("freshAt");
    }

    @Test
    void nothing_calls_home() {
        assertThat(context.getBeanDefinitionNames())
                .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).contains("updatecheck"));
        Countersign.neverCallHome();
        assertThat(System.getProperty("axoniq.update-checker.disabled")).isEqualTo("true");
    }

    private long refusals(String person) {
        return db.sql(
                        """
                        select count(*) from event
                         where payload_type = 'refusal.recorded'
                           and convert_from(meta_data, 'UTF8')::jsonb ->> 'actor' = ?
                        """)
                .param(person)
                .query(Long.class)
                .single();
    }
}
