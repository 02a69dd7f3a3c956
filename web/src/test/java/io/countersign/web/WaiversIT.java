package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.model.ModelCard;
import io.countersign.governance.model.ModelCommand;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Waivers through pages and API, by the policies as shipped. */
@WebTest
class WaiversIT {
    private static final String GATE = "model-card-complete";

    @Autowired Cast cast;
    @Autowired Commands commands;
    @Autowired ReadPosition positions;
    @Autowired Clock clock;

    private String subject = "";
    private String project = "";

    @BeforeEach
    void a_version_without_a_model_card(org.junit.jupiter.api.TestInfo test) {
        project = "wav" + Integer.toHexString(test.getDisplayName().hashCode());
        subject = "model-version:" + project + ".scorer@1.0";
        cast.person("wav-ada", "requester@*");
        cast.person("wav-carl", "compliance-officer@*");
        cast.person("wav-vera", "validator@*");
        cast.person("wav-stranger", "requester@elsewhere", "auditor@elsewhere");
        var ada = actor("wav-ada");
        commands.send(
                new ProjectCommand.Register(
                        new ProjectId(project), "W", "p", "i", "t", List.of("EU"), RiskTier.HIGH),
                ada);
        commands.send(new ModelCommand.Register(new ModelId(project + ".scorer"), "S", ""), ada);
        var sent =
                commands.send(
                        new ModelCommand.RegisterVersion(
                                new ModelVersionId(project + ".scorer@1.0"),
                                Sha256.of("artifact"),
                                "0123abc",
                                List.of(),
                                List.of(),
                                List.of(),
                                ModelCard.EMPTY,
                                ""),
                        ada);
        positions.await(
                java.util.Objects.requireNonNull(sent.lastEventId()), Duration.ofSeconds(30));
    }

    @Test
    void a_waiver_is_asked_for_signed_listed_shown_and_revoked_through_the_api() {
        var until = clock.instant().plus(Duration.ofDays(10));
        var asked = ask("wav-ada", GATE, until, "key-" + project);
        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(201);
        var again = ask("wav-ada", GATE, until, "key-" + project);
        assertThat(again.body()).as("the same key again").isEqualTo(asked.body());
        var id = first("/api/v1/waivers/([^\"]+)", asked.body());
        assertThat(first("/api/v1/waivers/([^\"]+)", again.body())).isEqualTo(id);
        shown(asked);
        assertThat(get("wav-ada", "/waivers/" + id))
                .contains(
                        "\"state\":\"open\"", "\"by\":[\"compliance-officer\"]", "=1+1 in repair");
        assertThat(get("wav-carl", "/reviews/inbox")).contains("waiver:" + id);
        assertThat(get("wav-vera", "/reviews/inbox")).doesNotContain("waiver:" + id);

        var signed = sign(id, "wav-carl");
        assertThat(signed.statusCode()).as(signed.body()).isEqualTo(201);
        shown(signed);
        assertThat(get("wav-ada", "/waivers?state=ends-soon&project=" + project))
                .contains(id, "\"state\":\"in-force\"", "\"endsSoon\":true");
        assertThat(get("wav-ada", "/waivers?state=open&project=" + project)).doesNotContain(id);
        assertThat(get("wav-ada", "/reviews/" + subject + "/readiness"))
                .contains("\"status\":\"WAIVED\"", "\"waived.by\":\"" + id + "\"");
        var page = cast.signedIn("wav-ada").get("/models/" + project + ".scorer/versions/1.0");
        assertThat(page.body()).contains("Waivers in force", id);

        assertThat(cast.signedIn("wav-carl").get("/reviews/waiver:" + id + "/revocation").body())
                .contains("makes no approval stale and closes no deployment");
        var revoked =
                post(
                        "wav-carl",
                        "/reviews/waiver:" + id + "/revocation",
                        "{\"reason\":\"misused\"}");
        assertThat(revoked.statusCode()).as(revoked.body()).isEqualTo(201);
        shown(revoked);
        assertThat(get("wav-ada", "/waivers?state=ended&subject=" + subject))
                .contains(id, "\"review\":\"revoked\"");
        assertThat(get("wav-ada", "/reviews/" + subject + "/readiness"))
                .contains("the waiver " + id + " is revoked");
        assertThat(cast.signedIn("wav-ada").get("/waivers/" + id).body())
                .contains("Revoked", "Asked for a waiver");
    }

    @Test
    void what_policy_does_not_allow_is_refused_with_the_field_and_the_policy() {
        var late = ask("wav-ada", GATE, clock.instant().plus(Duration.ofDays(31)), null);
        assertThat(late.statusCode()).isEqualTo(400);
        assertThat(late.body()).contains("\"field\":\"until\"", "at most 30 days");
        var fixed = ask("wav-ada", "bias-assessed", clock.instant().plusSeconds(600), null);
        assertThat(fixed.statusCode()).isEqualTo(422);
        assertThat(fixed.body())
                .contains("waiver.not-waivable", "model-sign-off v", "\"field\":\"gate\"");
        assertThat(ask("wav-vera", GATE, clock.instant().plusSeconds(600), null).statusCode())
                .as("no requester")
                .isEqualTo(403);
        assertThat(ask("wav-stranger", GATE, clock.instant().plusSeconds(600), null).statusCode())
                .as("of another project")
                .isEqualTo(404);
    }

    @Test
    void the_form_leads_from_the_closed_gate_to_the_waiver_and_keeps_what_was_typed() {
        var ada = cast.signedIn("wav-ada");
        var review = ada.get("/reviews/" + subject).body();
        assertThat(review).contains("Ask for a waiver");
        assertThat(cast.signedIn("wav-carl").get("/reviews/" + subject).body())
                .doesNotContain("Ask for a waiver");
        var form = "/waivers/new?subject=" + subject + "&gate=" + GATE;
        assertThat(ada.get(form).body()).contains("ends on", "Compliance officer");
        var wrong = ada.submit(form, "/waivers", typed("someday"));
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("f-until-error", "&lt;b&gt;why</textarea>");
        var day =
                java.time.LocalDate.ofInstant(clock.instant(), java.time.ZoneOffset.UTC)
                        .plusDays(9)
                        .toString();
        var asked = ada.submit(form, "/waivers", typed(day));
        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(302);
        var at =
                asked.headers()
                        .firstValue("Location")
                        .orElseThrow()
                        .replaceFirst("^https?://[^/]+", "");
        assertThat(ada.get(at).body()).contains("&lt;b&gt;why", "Open", "It counts once");
        var id = first("/waivers/([^?]+)", at);
        assertThat(ada.get("/waivers?project=" + project).body()).contains(id);
        assertThat(ada.get("/reviews/waiver:" + id).body())
                .contains("What is to be waived", "so somebody else has to sign");
        assertThat(cast.signedIn("wav-carl").get("/reviews").body()).contains("Waiver: " + id);

        var stranger = cast.signedIn("wav-stranger");
        assertThat(stranger.get("/waivers/" + id).statusCode()).isEqualTo(404);
        assertThat(stranger.get("/waivers").body()).doesNotContain(id);
        assertThat(stranger.get(form).statusCode()).isEqualTo(404);
    }

    private Map<String, String> typed(String until) {
        return Map.of(
                "subject", subject,
                "gate", GATE,
                "reason", "<b>why",
                "control", "read by hand",
                "until", until);
    }

    private HttpResponse<String> ask(
            String person,
            String gate,
            Instant until,
            @org.jspecify.annotations.Nullable String key) {
        var body =
                """
                {"gate":"%s","subject":"%s","reason":"=1+1 in repair","control":"by hand",
                 "until":"%s","comment":"please"}\
                """
                        .formatted(gate, subject, until);
        return key == null
                ? post(person, "/waivers", body)
                : post(person, "/waivers", body, "Idempotency-Key", key);
    }

    private HttpResponse<String> sign(String waiver, String person) {
        var sheet = get(person, "/reviews/waiver:" + waiver);
        return post(
                person,
                "/reviews/waiver:" + waiver + "/signatures",
                "{\"manifest\":\"%s\",\"role\":\"compliance-officer\",\"verdict\":\"approve\"}"
                        .formatted(
                                first("\"round\":\\{.*?\"manifest\":\"([0-9a-f]{64})\"", sheet)));
    }

    private HttpResponse<String> post(String person, String path, String body, String... headers) {
        var all = new String[headers.length + 2];
        all[0] = "Authorization";
        all[1] = Browser.basic(person, Cast.PASSWORD);
        System.arraycopy(headers, 0, all, 2, headers.length);
        return cast.browser().json("POST", "/api/v1" + path, body, all);
    }

    private String get(String person, String path) {
        var answer =
                cast.browser()
                        .get(
                                "/api/v1" + path,
                                "Authorization",
                                Browser.basic(person, Cast.PASSWORD));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private void shown(HttpResponse<String> answer) {
        positions.await(first("\"after\":\"([^\"]+)\"", answer.body()), Duration.ofSeconds(30));
    }

    private static String first(String pattern, String text) {
        var found = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
        assertThat(found.find()).as(pattern + " in " + text).isTrue();
        return found.group(1);
    }

    private Actor actor(String username) {
        return new Actor(cast.person(username), null, Channel.PAGE, clock.instant(), Set.of());
    }
}
