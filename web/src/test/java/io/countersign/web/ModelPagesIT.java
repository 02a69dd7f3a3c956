package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@WebTest
class ModelPagesIT {
    private static final String DIGEST = "0f3a9c1b2d4e".repeat(5) + "0f3a";

    @Autowired Cast cast;
    @Autowired Commands commands;

    @BeforeEach
    void a_project() {
        try {
            commands.send(
                    new ProjectCommand.Register(
                            new ProjectId("shelf"),
                            "S",
                            "p",
                            "i",
                            "t",
                            List.of("EU"),
                            RiskTier.LOW),
                    Actor.system());
        } catch (CommandRefused there) {
            assertThat(there.refusal().code()).isEqualTo("subject.exists");
        }
    }

    @Test
    void an_engineer_registers_a_model_and_a_version_writes_its_card_and_retires_it() {
        var ada = cast.signedIn("shelf-ada", "requester@shelf");
        var registered =
                ada.submit(
                        "/models/new",
                        "/models",
                        Map.of(
                                "project", "shelf",
                                "key", "ranker",
                                "name", "Ranks <script>alert(1)</script>",
                                "description", "=cmd()"));
        var model = followed(ada, registered);
        assertThat(model)
                .contains("shelf.ranker", "&lt;script&gt;", "No versions yet")
                .doesNotContain("<script");
        assertThat(ada.get("/models?project=shelf").body()).contains("shelf.ranker");

        var fields = new HashMap<String, String>();
        fields.put("version", "1.0");
        fields.put("artifactDigest", DIGEST);
        fields.put("codeCommit", "0123abc");
        fields.put("trainingDatasets", "");
        fields.put("metrics", "AUC of 0.87");
        fields.put("intendedUse", "Ranking");
        var form = "/models/shelf.ranker/versions/new";
        var refused = ada.submit(form, "/models/shelf.ranker/versions", fields);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("AUC = 0.87", "f-metrics-error", "AUC of 0.87");

        fields.put("metrics", "AUC = 0.870\nGini = 0.74\n");
        var version = followed(ada, ada.submit(form, "/models/shelf.ranker/versions", fields));
        assertThat(version)
                .contains("shelf.ranker@1.0", "0.870", "Gini", "Not written yet: model details")
                .contains("Ask for sign-off", "Registered model version", DIGEST);
        var page = "/models/shelf.ranker/versions/1.0";
        var before = ada.get("/api/v1" + page).headers().firstValue("Countersign-Position");

        var card = new HashMap<String, String>();
        for (var section :
                List.of(
                        "modelDetails",
                        "intendedUse",
                        "factors",
                        "cardMetrics",
                        "evaluationData",
                        "trainingData",
                        "quantitativeAnalyses",
                        "ethicalConsiderations",
                        "caveatsAndRecommendations")) {
            card.put(section, "About " + section);
        }
        var written = followed(ada, ada.submit(page + "/card", page + "/card", card));
        assertThat(written)
                .contains("About cardMetrics", "About caveatsAndRecommendations")
                .doesNotContain("Not written yet");
        assertThat(ada.get(page + "?at=" + before.orElseThrow()).body())
                .contains("Not written yet")
                .doesNotContain("About factors", "Write the card");

        var retired =
                followed(ada, ada.submit(page, page + "/retirement", Map.of("reason", "Done")));
        assertThat(retired).contains("Retired").doesNotContain("Write the card");
        assertThat(ada.get("/models/shelf.ranker").body()).contains("Retired");
    }

    @Test
    void the_api_does_the_same_and_a_duplicate_is_refused() {
        cast.person("shelf-api", "requester@shelf");
        var basic = Browser.basic("shelf-api", Cast.PASSWORD);
        var browser = cast.browser();
        var body = "{\"project\":\"shelf\",\"key\":\"sorter\",\"name\":\"Sorter\"}";
        var made = browser.json("POST", "/api/v1/models", body, "Authorization", basic);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        var again = browser.json("POST", "/api/v1/models", body, "Authorization", basic);
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains("subject.exists");
        var version =
                browser.json(
                        "POST",
                        "/api/v1/models/shelf.sorter/versions",
                        "{\"version\":\"1.0\",\"artifactDigest\":\""
                                + DIGEST
                                + "\",\"codeCommit\":\"0123abc\",\"metrics\":[{\"name\":\"AUC\",\"value\":\"0.9\"}]}",
                        "Authorization",
                        basic);
        assertThat(version.statusCode()).as(version.body()).isEqualTo(201);
        var location = version.headers().firstValue("Location").orElseThrow();
        var after = version.body().replaceFirst("(?s).*\"after\":\"([^\"]+)\".*", "$1");
        var shown = browser.get(location + "?after=" + after, "Authorization", basic);
        assertThat(shown.body()).contains("\"id\":\"shelf.sorter@1.0\"", "\"AUC\"", DIGEST);
        var card =
                browser.json(
                        "PUT",
                        location + "/card",
                        "{\"intendedUse\":\"Sorting\"}",
                        "Authorization",
                        basic);
        assertThat(card.statusCode()).as(card.body()).isEqualTo(201);
        var retired =
                browser.json(
                        "POST",
                        location + "/retirement",
                        "{\"reason\":\"Done\"}",
                        "Authorization",
                        basic);
        assertThat(retired.statusCode()).as(retired.body()).isEqualTo(201);
        cast.person("shelf-other", "requester@elsewhere");
        var other = Browser.basic("shelf-other", Cast.PASSWORD);
        assertThat(browser.get("/api/v1/models/shelf.sorter", "Authorization", other).statusCode())
                .isEqualTo(404);
        assertThat(browser.get(location, "Authorization", other).statusCode()).isEqualTo(404);
    }

    private static String followed(Browser browser, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
        var shown =
                browser.get(
                        answer.headers()
                                .firstValue("Location")
                                .orElseThrow()
                                .replaceFirst("^https?://[^/]+", ""));
        assertThat(shown.statusCode()).as(shown.body()).isEqualTo(200);
        return shown.body();
    }
}
