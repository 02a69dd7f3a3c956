package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ETag} and {@code If-Match} in the API. */
@WebTest
class IfMatchIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String RATING = "{\"likelihood\":4,\"impact\":4,\"reason\":\"Seen\"}";

    @Autowired Cast cast;
    @Autowired JdbcClient db;

    @BeforeEach
    void a_project() {
        cast.person("match-ada", "requester@match", "requester@*");
        cast.person("match-rosa", "risk-owner@match");
        cast.person("match-stella", "data-steward@match");
        send(
                "match-ada",
                "/projects",
                """
                {"id":"match","name":"M","businessProblem":"p","intendedPurpose":"i",
                 "ownerTeam":"t","jurisdictions":["EU"],"riskTier":"high"}\
                """);
    }

    @Test
    void a_command_on_a_state_that_has_moved_is_refused_with_the_state_it_has_now() {
        var risk = raised();
        var first = tag("match-rosa", risk);
        assertThat(first).isEqualTo("\"0\"");
        var rated = send("match-rosa", risk + "/inherent", RATING, "If-Match", first);
        assertThat(rated.statusCode()).as(rated.body()).isEqualTo(201);

        var late = send("match-rosa", risk + "/inherent", RATING, "If-Match", first);
        assertThat(late.statusCode()).as(late.body()).isEqualTo(412);
        var now = late.headers().firstValue("ETag").orElseThrow();
        assertThat(now).isEqualTo(tag("match-rosa", risk)).isNotEqualTo(first);
        var problem = JSON.readTree(late.body());
        assertThat(problem.path("code").asString()).isEqualTo("subject.moved");
        assertThat(problem.path("details").path("etag").asString()).isEqualTo(now);
        assertThat(problem.path("detail").asString()).contains(first, now);

        var again = send("match-rosa", risk + "/inherent", RATING, "If-Match", now);
        assertThat(again.statusCode()).as(again.body()).isIn(200, 201);
    }

    @Test
    void a_refusal_for_the_state_changes_nothing_and_is_on_record() {
        var risk = raised();
        var refused = send("match-rosa", risk + "/inherent", RATING, "If-Match", "\"7\"");
        assertThat(refused.statusCode()).isEqualTo(412);
        assertThat(tag("match-rosa", risk)).isEqualTo("\"0\"");
        assertThat(
                        db.sql(
                                        "select count(*) from event where payload_type ="
                                                + " 'refusal.recorded' and position(? in"
                                                + " convert_from(payload, 'UTF8')) > 0 and"
                                                + " position('subject.moved' in"
                                                + " convert_from(payload, 'UTF8')) > 0")
                                .param(risk.substring("/risks/".length()))
                                .query(Long.class)
                                .single())
                .isEqualTo(1);
    }

    @Test
    void without_the_header_or_with_a_star_any_state_will_do() {
        var risk = raised();
        assertThat(send("match-rosa", risk + "/inherent", RATING).statusCode()).isEqualTo(201);
        var any =
                send(
                        "match-rosa",
                        risk + "/inherent",
                        RATING.replace("Seen", "Seen twice"),
                        "If-Match",
                        "*");
        assertThat(any.statusCode()).as(any.body()).isIn(200, 201);
    }

    @Test
    void one_of_several_tags_will_do_and_a_weak_one_never() {
        var risk = raised();
        var weak = send("match-rosa", risk + "/inherent", RATING, "If-Match", "W/\"0\"");
        assertThat(weak.statusCode()).isEqualTo(412);
        var one = send("match-rosa", risk + "/inherent", RATING, "If-Match", "\"9\", \"0\"");
        assertThat(one.statusCode()).as(one.body()).isEqualTo(201);
    }

    @Test
    void what_is_no_tag_is_refused_by_name() {
        var risk = raised();
        for (var wrong : List.of("0", "\"0", "\"0\" \"1\"", "*, \"0\"", "")) {
            var refused = send("match-rosa", risk + "/inherent", RATING, "If-Match", wrong);
            assertThat(refused.statusCode()).as("%s: %s", wrong, refused.body()).isEqualTo(400);
            assertThat(refused.body()).contains("If-Match");
        }
    }

    @Test
    void a_repetition_under_its_key_is_answered_as_before_though_the_state_has_moved() {
        var risk = raised();
        var headers = new String[] {"If-Match", "\"0\"", "Idempotency-Key", "match" + risk};
        var first = send("match-rosa", risk + "/inherent", RATING, headers);
        var again = send("match-rosa", risk + "/inherent", RATING, headers);
        assertThat(again.statusCode()).isEqualTo(first.statusCode());
        assertThat(again.body()).isEqualTo(first.body());
    }

    @Test
    void the_past_shows_the_tag_it_had() {
        var risk = raised();
        var then =
                get("match-rosa", risk).headers().firstValue("Countersign-Position").orElseThrow();
        send("match-rosa", risk + "/inherent", RATING);
        assertThat(tag("match-rosa", risk)).isNotEqualTo("\"0\"");
        assertThat(get("match-rosa", risk + "?at=" + then).headers().firstValue("ETag"))
                .contains("\"0\"");
    }

    @Test
    void a_signature_on_a_review_that_has_moved_is_refused() {
        send("match-ada", "/datasets", "{\"id\":\"match.rows\",\"name\":\"Rows\"}");
        send(
                "match-ada",
                "/datasets/match.rows/versions",
                """
                {"version":"1.0","location":"s3://rows","sha256":"%s","schemaSummary":"s",
                 "licence":"CC0","legalBasis":"consent","sensitiveAttributes":["sex"],
                 "datasheet":{"motivation":"m","composition":"c","collection":"c",
                  "preprocessing":"p","uses":"u","distribution":"d","maintenance":"m"}}\
                """
                        .formatted("ab".repeat(32)));
        var review = "/reviews/dataset-version:match.rows@1.0";
        var asked = send("match-ada", review + "/request", "{\"comment\":\"Please\"}");
        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(201);
        var after = JSON.readTree(asked.body()).path("after").asString();
        var shown = get("match-stella", review + "?after=" + after);
        var tag = shown.headers().firstValue("ETag").orElseThrow();
        var manifest = JSON.readTree(shown.body()).path("round").path("manifest").asString();
        var withdrawn =
                send("match-ada", review + "/withdrawal", "{\"reason\":\"No\"}", "If-Match", tag);
        assertThat(withdrawn.statusCode()).as(withdrawn.body()).isEqualTo(201);
        var signed =
                send(
                        "match-stella",
                        review + "/signatures",
                        "{\"manifest\":\"%s\",\"role\":\"data-steward\",\"verdict\":\"approve\"}"
                                .formatted(manifest),
                        "If-Match",
                        tag);
        assertThat(signed.statusCode()).as(signed.body()).isEqualTo(412);
    }

    @Test
    void everything_that_commands_are_about_has_a_tag() {
        send("match-ada", "/datasets", "{\"id\":\"match.tags\",\"name\":\"Tags\"}");
        send("match-ada", "/models", "{\"project\":\"match\",\"key\":\"tags\",\"name\":\"T\"}");
        var place =
                send(
                        "match-ada",
                        "/places",
                        "{\"id\":\"match.desk\",\"kind\":\"service\",\"name\":\"D\",\"ownerTeam\":\"t\"}");
        var after = JSON.readTree(place.body()).path("after").asString();
        for (var path :
                List.of(
                        "/projects/match",
                        "/datasets/match.tags",
                        "/models/match.tags",
                        "/places/match.desk")) {
            assertThat(get("match-ada", path + "?after=" + after).headers().firstValue("ETag"))
                    .as(path)
                    .isPresent();
        }
        assertThat(get("match-ada", "/projects").headers().firstValue("ETag")).isEmpty();
    }

    @Test
    void the_openapi_document_says_so() {
        var api = JSON.readTree(cast.signedIn("match-reader", "auditor@*").get("/api/docs").body());
        var risk = api.path("paths").path("/api/v1/risks/{risk}").path("get");
        assertThat(risk.path("responses").path("200").path("headers").has("ETag")).isTrue();
        JsonNode rating = api.path("paths").path("/api/v1/risks/{risk}/inherent").path("post");
        assertThat(rating.path("parameters").findValuesAsString("name")).contains("If-Match");
        assertThat(rating.path("responses").has("412")).isTrue();
    }

    /** A risk of its own, shown already; its path. */
    private String raised() {
        var raised =
                send(
                        "match-ada",
                        "/risks",
                        """
                        {"project":"match","title":"T","description":"d","category":"privacy",
                         "inherent":{"likelihood":3,"impact":3}}\
                        """);
        assertThat(raised.statusCode()).as(raised.body()).isEqualTo(201);
        var path =
                raised.headers().firstValue("Location").orElseThrow().replaceFirst("^/api/v1", "");
        var after = JSON.readTree(raised.body()).path("after").asString();
        assertThat(get("match-rosa", path + "?after=" + after).statusCode()).isEqualTo(200);
        return path;
    }

    private String tag(String who, String path) {
        var newest =
                db.sql("select event_identifier from event order by global_index desc limit 1");
        var event = newest.query(String.class).single();
        return get(who, path + "?after=" + event).headers().firstValue("ETag").orElseThrow();
    }

    private HttpResponse<String> get(String who, String path) {
        return cast.browser()
                .get("/api/v1" + path, "Authorization", Browser.basic(who, Cast.PASSWORD));
    }

    private HttpResponse<String> send(String who, String path, String body, String... headers) {
        var all = new java.util.ArrayList<>(List.of(headers));
        all.add("Authorization");
        all.add(Browser.basic(who, Cast.PASSWORD));
        return cast.browser().json("POST", "/api/v1" + path, body, all.toArray(String[]::new));
    }
}
