package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the API's document promises of every call. */
@WebTest
class OpenApiIT {
    @Autowired Cast cast;

    @Test
    void every_post_takes_an_idempotency_key() {
        var document =
                JsonMapper.shared()
                        .readTree(cast.signedIn("api-reader", "auditor@*").get("/api/docs").body());
        var without = new ArrayList<String>();
        var posts = new ArrayList<String>();
        document.path("paths")
                .properties()
                .forEach(path -> {
                    var post = path.getValue().path("post");
                    // those of the test itself are none of the product's
                    if (!post.isMissingNode() && !path.getKey().startsWith("/api/v1/test/")) {
                        posts.add(path.getKey());
                        if (!takesKey(post)) {
                            without.add(path.getKey());
                        }
                    }
                });
        assertThat(posts)
                .contains("/api/v1/people", "/api/v1/me/tokens", "/api/v1/me/password")
                .hasSizeGreaterThan(40);
        assertThat(without).isEmpty();
    }

    private static boolean takesKey(JsonNode operation) {
        return StreamSupport.stream(operation.path("parameters").spliterator(), false)
                .anyMatch(parameter ->
                        parameter.path("in").asString().equals("header")
                                && parameter.path("name").asString().equals("Idempotency-Key"));
    }
}
