package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.springframework.beans.factory.annotation.Autowired;

/** The intake through the API and on its pages: tier, override, open reviews, prohibited. */
@WebTest
class IntakeIT {
    private static final String SHA =
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    @Autowired Cast cast;
    private String project = "";

    @BeforeEach
    void project(TestInfo test) {
        project = "int" + Integer.toHexString(test.getDisplayName().hashCode());
        cast.person("int-ada", "requester@*");
        cast.person("int-stella", "data-steward@*");
        cast.person("int-carl", "compliance-officer@*", "requester@*");
        cast.person("int-cora", "compliance-officer@*");
        cast.person("int-otto", "auditor@*");
        done(
                post(
                        "int-ada",
                        "/projects",
                        """
                        {"id":"%s","name":"I","businessProblem":"p","intendedPurpose":"i",
                         "ownerTeam":"t","jurisdictions":["EU"],"riskTier":"high"}\
                        """
                                .formatted(project)));
    }

    private HttpResponse<String> post(String who, String path, String body) {
        return cast.browser()
                .json(
                        "POST",
                        "/api/v1" + path,
                        body,
                        "Authorization",
                        Browser.basic(who, Cast.PASSWORD));
    }

    private String get(String who, String path) {
        return cast.browser()
                .get("/api/v1" + path, "Authorization", Browser.basic(who, Cast.PASSWORD))
                .body();
    }

    private String done(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        var event = first("\"after\":\"([^\"]+)\"", answer.body());
        var shown = get("int-otto", "/projects/" + project + "?after=" + event);
        return shown;
    }

    private static String first(String pattern, String text) {
        var found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern + " in " + text).isTrue();
        return found.group(1);
    }

    /** Harmless, with changes as names and JSON values in turn. */
    private static String answers(String... changes) {
        var answers = new LinkedHashMap<String, String>();
        answers.put("bannedPractices", "[\"none\"]");
        answers.put("safetyComponent", "false");
        answers.put("highRiskAreas", "[\"none\"]");
        answers.put("profiling", "false");
        answers.put("transparencyUses", "[\"none\"]");
        answers.put("useOnPeople", "\"none\"");
        answers.put("specialCategories", "false");
        answers.put("children", "false");
        answers.put("oversight", "\"in-the-loop\"");
        answers.put("peopleAffected", "0");
        answers.put("moneyAtStake", "0");
        answers.put("reversibility", "\"easily\"");
        for (var i = 0; i < changes.length; i += 2) {
            answers.put(changes[i], changes[i + 1]);
        }
        var json = new StringBuilder();
        answers.forEach((question, value) -> {
            if (!value.isEmpty()) {
                json.append(json.isEmpty() ? "" : ",")
                        .append('"')
                        .append(question)
                        .append("\":")
                        .append(value);
            }
        });
        return "{\"version\":1,\"answers\":{" + json + "}}";
    }

    private HttpResponse<String> answer(String... changes) {
        return post("int-ada", "/projects/" + project + "/intake", answers(changes));
    }

    private String intake() {
        return get("int-ada", "/projects/" + project + "/intake");
    }

    private HttpResponse<String> sign(String who, String decision, String comment) {
        return post(
                who,
                "/projects/" + project + "/tier-override/signature",
                "{\"digest\":\"%s\",\"decision\":\"%s\",\"comment\":\"%s\"}"
                        .formatted(
                                first("\"status\":\"asked\".*?\"digest\":\"([^\"]+)\"", intake()),
                                decision,
                                comment));
    }

    private HttpResponse<String> wish(String who, String tier) {
        return post(
                who,
                "/projects/" + project + "/tier-override",
                "{\"riskTier\":\"%s\",\"reason\":\"All of it is rechecked.\"}".formatted(tier));
    }

    @Test
    void a_declared_tier_is_derived_by_an_intake_and_then_follows_it() {
        assertThat(get("int-ada", "/projects/" + project))
                .contains("\"riskTier\":\"high\"", "\"tierOrigin\":\"declared\"");
        assertThat(intake())
                .contains(
                        "\"last\":null",
                        "\"askedWhen\":\"!answers.highRiskAreas",
                        "\"overrides\":[]");
        assertThat(done(answer("useOnPeople", "\"ranks\"", "peopleAffected", "12000")))
                .contains("\"riskTier\":\"medium\"", "\"tierOrigin\":\"derived\"");
        assertThat(intake())
                .contains(
                        "\"decidedBy\":\"about-people\"",
                        "\"rule\":\"material\"",
                        "\"peopleAffected\":12000",
                        "\"children\":false",
                        "\"useOnPeople\":\"ranks\"",
                        "\"highRiskAreas\":[\"none\"]");
        var byHand =
                cast.browser()
                        .json(
                                "PUT",
                                "/api/v1/projects/" + project,
                                "{\"name\":\"x\",\"businessProblem\":\"x\",\"intendedPurpose\":\"x\",\"ownerTeam\":\"x\",\"jurisdictions\":[\"EU\"],\"riskTier\":\"low\"}",
                                "Authorization",
                                Browser.basic("int-ada", Cast.PASSWORD));
        assertThat(byHand.statusCode()).isEqualTo(409);
        assertThat(byHand.body()).contains("project.tier-derived", "\"field\":\"riskTier\"");
        assertThat(done(answer())).contains("\"riskTier\":\"low\"");
    }

    @Test
    void a_problem_names_the_answer_it_is_about() {
        var missing = answer("children", "", "oversight", "");
        assertThat(missing.statusCode()).isEqualTo(400);
        assertThat(missing.body())
                .contains("intake.answers-missing", "\"field\":\"answers.children\"")
                .contains("[\"children\",\"oversight\"]");
        assertThat(answer("peopleAffected", "1.5").body())
                .contains("\"field\":\"answers.peopleAffected\"", "whole number");
        assertThat(answer("useOnPeople", "\"judges\"").body())
                .contains("\"field\":\"answers.useOnPeople\"", "decides, ranks, assists, none");
        assertThat(answer("children", "{\"a\":1}").body())
                .contains("\"field\":\"answers.children\"");
        var stale =
                post(
                        "int-ada",
                        "/projects/" + project + "/intake",
                        answers().replace("\"version\":1", "\"version\":7"));
        assertThat(stale.statusCode()).isEqualTo(409);
        assertThat(stale.body()).contains("intake.questionnaire-moved");
        assertThat(get("int-ada", "/projects/" + project)).contains("\"tierOrigin\":\"declared\"");
    }

    @Test
    void an_override_counts_with_a_second_signature_and_until_the_next_intake() {
        done(answer("useOnPeople", "\"decides\"", "oversight", "\"on-the-loop\""));
        assertThat(done(wish("int-carl", "medium"))).contains("\"riskTier\":\"high\"");
        assertThat(sign("int-carl", "approve", "").body()).contains("project.own-override");
        assertThat(sign("int-ada", "approve", "").body()).contains("access.role-needed");
        assertThat(sign("int-cora", "nod", "").body()).contains("approve or refuse");
        assertThat(done(sign("int-cora", "approve", "Seen.")))
                .contains("\"riskTier\":\"medium\"", "\"tierOrigin\":\"overridden\"");
        assertThat(intake())
                .contains(
                        "\"status\":\"in-force\"",
                        "\"printedName\":\"Name of int-cora\"",
                        "\"comment\":\"Seen.\"",
                        "\"tier\":\"high\"");
        assertThat(done(wish("int-ada", "low"))).contains("\"riskTier\":\"medium\"");
        assertThat(sign("int-cora", "refuse", "").body()).contains("\"field\":\"comment\"");
        done(sign("int-cora", "refuse", "No."));
        done(wish("int-ada", "critical"));
        assertThat(done(answer("useOnPeople", "\"decides\"", "oversight", "\"on-the-loop\"")))
                .contains("\"riskTier\":\"high\"", "\"tierOrigin\":\"derived\"");
        assertThat(intake()).doesNotContain("in-force").doesNotContain("\"status\":\"asked\"");
        assertThat(get("int-otto", "/events?kind=project&subject=" + project + "&limit=50"))
                .contains("project.tier-override-ended");
        var past = first("\"status\":\"(refused)\"", intake());
        assertThat(past).isEqualTo("refused");
    }

    @Test
    void an_open_review_keeps_its_tier_is_told_that_it_moved_and_takes_no_signature_on_it() {
        done(answer());
        var review = dataUnderReview();
        assertThat(get("int-ada", review)).contains("\"moved\":[]");
        done(answer("useOnPeople", "\"assists\""));
        var sheet = get("int-ada", review);
        assertThat(sheet).contains("the risk tier changed from 'low' to 'medium'");
        var signed =
                post(
                        "int-stella",
                        review + "/signatures",
                        "{\"manifest\":\"%s\",\"role\":\"data-steward\",\"verdict\":\"approve\"}"
                                .formatted(first("\"manifest\":\"([0-9a-f]{64})\"", sheet)));
        assertThat(signed.statusCode()).as(signed.body()).isGreaterThanOrEqualTo(400);
        assertThat(signed.body()).contains("the risk tier changed from 'low' to 'medium'");
        assertThat(post("int-ada", review + "/refresh", "{}").statusCode()).isEqualTo(201);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(get("int-ada", review))
                                .doesNotContain("the risk tier changed from"));
    }

    @Test
    void nothing_is_approved_in_a_project_whose_intake_finds_a_prohibited_practice() {
        done(answer("bannedPractices", "[\"social-scoring\"]"));
        var request = post("int-ada", data() + "/request", "{}");
        assertThat(request.statusCode()).isEqualTo(422);
        assertThat(request.body()).contains("review.gates-closed", "not-prohibited");
        assertThat(wish("int-carl", "high").body()).contains("project.prohibited");
        assertThat(cast.signedIn("int-ada").get("/projects/" + project).body())
                .contains("Nothing in this project is approved or released");
        done(answer());
        assertThat(post("int-ada", data() + "/request", "{}").statusCode()).isEqualTo(201);
    }

    @Test
    void a_review_that_is_open_when_a_practice_turns_out_prohibited_is_not_approved() {
        done(answer());
        var review = dataUnderReview();
        done(answer("bannedPractices", "[\"social-scoring\"]"));
        var refresh = post("int-ada", review + "/refresh", "{}");
        assertThat(refresh.body()).doesNotContain("review.approved");
        var signed =
                post(
                        "int-stella",
                        review + "/signatures",
                        "{\"manifest\":\"%s\",\"role\":\"data-steward\",\"verdict\":\"approve\"}"
                                .formatted(
                                        first(
                                                "\"manifest\":\"([0-9a-f]{64})\"",
                                                get("int-ada", review))));
        assertThat(signed.statusCode()).as(signed.body()).isGreaterThanOrEqualTo(400);
        assertThat(get("int-ada", review)).doesNotContain("\"status\":\"APPROVED\"");
    }

    @Test
    void an_approval_does_not_outlive_that_its_project_turns_out_prohibited() {
        done(answer());
        var review = dataUnderReview();
        done(
                post(
                        "int-stella",
                        review + "/signatures",
                        "{\"manifest\":\"%s\",\"role\":\"data-steward\",\"verdict\":\"approve\"}"
                                .formatted(
                                        first(
                                                "\"manifest\":\"([0-9a-f]{64})\"",
                                                get("int-ada", review)))));
        assertThat(get("int-ada", review)).contains("\"status\":\"APPROVED\"");
        done(answer("useOnPeople", "\"ranks\""));
        done(answer("bannedPractices", "[\"social-scoring\"]"));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(get("int-ada", review)).contains("\"status\":\"STALE\""));
    }

    @Test
    void the_form_asks_what_follows_from_the_answers_and_loses_nothing() {
        var ada = cast.signedIn("int-ada");
        var path = "/projects/" + project + "/intake";
        var page = ada.get(path).body();
        assertThat(page).contains("Does it profile people?").doesNotContain("answers.narrowTask\"");
        var fields = new LinkedHashMap<String, String>();
        fields.put("act", "save");
        fields.put("version", "1");
        fields.put("shown", "highRiskAreas");
        fields.put("answers.highRiskAreas", "credit");
        var saved = ada.submit(path, path, fields);
        assertThat(saved.statusCode()).isEqualTo(302);
        assertThat(saved.headers().firstValue("Location").orElseThrow()).contains("#f-answers.");
        page = ada.get(path).body();
        assertThat(page)
                .contains("Saved until you sign out.", "name=\"answers.narrowTask\"")
                .doesNotContain("answers.narrowTaskReasons");
        ada.submit(
                path,
                path,
                Map.of(
                        "act", "save",
                        "version", "1",
                        "shown", "narrowTask",
                        "answers.narrowTask", "prepares"));
        ada.submit(
                path,
                path,
                Map.of(
                        "act", "save",
                        "version", "1",
                        "shown", "narrowTaskReasons",
                        "answers.narrowTaskReasons", "<b>It only sorts.</b>"));
        ada.submit(
                path,
                path,
                Map.of(
                        "act", "save",
                        "version", "1",
                        "shown", "highRiskAreas",
                        "answers.highRiskAreas", "none"));
        assertThat(ada.get(path).body()).doesNotContain("answers.narrowTaskReasons");
        ada.submit(
                path,
                path,
                Map.of(
                        "act", "save",
                        "version", "1",
                        "shown", "highRiskAreas",
                        "answers.highRiskAreas", "credit"));
        page = ada.get(path).body();
        assertThat(page).contains("&lt;b&gt;It only sorts.&lt;/b&gt;").doesNotContain("<b>It only");

        var early =
                ada.submit(
                        path,
                        path,
                        Map.of("version", "1", "shown", "children", "answers.children", "no"));
        assertThat(early.statusCode()).isEqualTo(400);
        assertThat(early.body())
                .contains("href=\"#f-answers.profiling\"", "Not answered: Does it profile people?")
                .contains("&lt;b&gt;It only sorts.&lt;/b&gt;");
    }

    @Test
    void the_tier_page_says_which_rules_matched_and_what_policy_asks_for() {
        done(answer("useOnPeople", "\"ranks\""));
        var page = cast.signedIn("int-otto").get("/projects/" + project + "/tier").body();
        assertThat(page)
                .contains("Risk tier: Medium", "It decides about, ranks or assists decisions")
                .contains("This decided.", "derived from the intake", "Data approval")
                .contains("The datasheet is complete in its seven parts.")
                .doesNotContain("Ask for an override")
                .doesNotContain("Answer the intake again");
        assertThat(cast.signedIn("int-ada").get("/projects/" + project + "/tier").body())
                .contains("Ask for an override", "Answer the intake again");
        cast.person("int-eve", "requester@int-other");
        assertThat(cast.signedIn("int-eve").get("/projects/" + project + "/tier").statusCode())
                .isEqualTo(404);
        assertThat(cast.signedIn("int-eve").get("/projects/" + project + "/intake").statusCode())
                .isEqualTo(404);
        assertThat(get("int-eve", "/projects/" + project + "/intake")).contains("project.unknown");
    }

    private String data() {
        var dataset = project + ".data";
        post(
                "int-ada",
                "/datasets",
                "{\"id\":\"%s\",\"name\":\"D\",\"description\":\"d\"}".formatted(dataset));
        var version =
                post(
                        "int-ada",
                        "/datasets/" + dataset + "/versions",
                        """
                        {"version":"1.0","location":"s3://x","sha256":"%s","schemaSummary":"a, b",
                         "licence":"CC-BY-4.0","legalBasis":"contract","sensitiveAttributes":[],
                         "sources":[],
                         "datasheet":{"motivation":"m","composition":"c","collection":"c",
                           "preprocessing":"p","uses":"u","distribution":"d","maintenance":"m"}}\
                        """
                                .formatted(SHA));
        assertThat(version.statusCode()).as(version.body()).isIn(200, 201, 409);
        return "/reviews/dataset-version:" + dataset + "@1.0";
    }

    private String dataUnderReview() {
        var review = data();
        var request = post("int-ada", review + "/request", "{}");
        assertThat(request.statusCode()).as(request.body()).isEqualTo(201);
        done(request);
        return review;
    }
}
