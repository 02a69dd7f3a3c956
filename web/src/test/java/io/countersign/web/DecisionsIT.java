package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.bias.AssessmentCommand;
import io.countersign.governance.bias.AssessmentId;
import io.countersign.governance.bias.engine.Assessment;
import io.countersign.governance.bias.engine.AssessmentResult;
import io.countersign.governance.bias.engine.AttributeResult;
import io.countersign.governance.bias.engine.ColumnMapping;
import io.countersign.governance.bias.engine.Counts;
import io.countersign.governance.bias.engine.Fraction;
import io.countersign.governance.bias.engine.GroupResult;
import io.countersign.governance.bias.engine.RuleSet;
import io.countersign.governance.bias.engine.Verdict;
import io.countersign.governance.dataset.DatasetCommand;
import io.countersign.governance.dataset.DatasetId;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.Datasheet;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.evidence.EvidenceStore;
import io.countersign.governance.job.JobWorkers;
import io.countersign.governance.model.ModelCard;
import io.countersign.governance.model.ModelCommand;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.place.FirstEnvironments;
import io.countersign.governance.place.PlaceCommand;
import io.countersign.governance.place.PlaceId;
import io.countersign.governance.place.PlaceKind;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.testing.Held;
import io.countersign.testing.StoredLog;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@WebTest
class DecisionsIT {
    @Autowired Cast cast;
    @Autowired Commands commands;
    @Autowired JobWorkers workers;
    @Autowired EvidenceStore store;
    @Autowired FirstEnvironments environments;
    @Autowired ReadPosition positions;
    @Autowired JdbcClient db;

    private String project = "";

    @BeforeEach
    void cast(org.junit.jupiter.api.TestInfo test) {
        project = "dec" + Integer.toHexString(test.getDisplayName().hashCode());
        environments.ensure();
        cast.person("dec-ada", "requester@*");
        cast.person("dec-alan", "requester@*");
        cast.person("dec-stella", "data-steward@*");
        cast.person("dec-vera", "validator@*");
        cast.person("dec-carl", "compliance-officer@*", "validator@*");
        cast.person("dec-rene", "release-manager@*");
        cast.person("dec-both", "requester@*", "data-steward@*");
        var ada = actor("dec-ada");
        commands.send(
                new ProjectCommand.Register(
                        new ProjectId(project), "D", "p", "i", "t", List.of("EU"), RiskTier.HIGH),
                ada);
        var dataset = new DatasetId(project + ".data");
        commands.send(new DatasetCommand.Register(dataset, "Data", ""), actor("dec-alan"));
        data("1.0");
    }

    @Test
    void the_whole_path_to_production_through_the_api() {
        var data = "dataset-version:" + project + ".data@1.0";
        var version = project + ".scorer@1.0";
        model(version);

        var early = post("dec-ada", "/reviews/model-version:" + version + "/request", "{}");
        assertThat(early.statusCode()).isEqualTo(422);
        assertThat(early.body()).contains("review.gates-closed").contains("not approved");
        assertThat(get("dec-ada", "/reviews/model-version:" + version + "/readiness"))
                .contains("\"open\":false")
                .contains("training-data-approved");

        approve(data, "dec-ada", Map.of("dec-stella", "data-steward"));
        approve(
                "model-version:" + version,
                "dec-ada",
                Map.of("dec-vera", "validator", "dec-carl", "compliance-officer"));

        aReceiptOf("model-version:" + version, 5);

        var made =
                post(
                        "dec-ada",
                        "/deployments",
                        """
                        {"modelVersion":"%s","environment":"production","place":"%s.desk",
                         "artifactDigest":"%s","comment":"go"}\
                        """
                                .formatted(version, project, Sha256.of("artifact")));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        var id = first("\"id\":\"([^\"]+)\"", made.body());
        shown(made);
        assertThat(get("dec-ada", "/deployments/" + id + "/gate"))
                .contains("\"answer\":\"no\"")
                .contains("its approval has not been asked for");
        var hasty = post("dec-rene", "/deployments/" + id + "/activation", "{}");
        assertThat(hasty.statusCode()).isEqualTo(422);
        assertThat(hasty.body()).contains("deployment.gate-closed");
        assertThat(refusals("dec-rene", "deployment.gate-closed")).isEqualTo(1);

        approve("deployment:" + id, "dec-ada", Map.of("dec-rene", "release-manager"));
        assertThat(get("dec-ada", "/deployments/" + id + "/gate")).contains("\"answer\":\"yes\"");
        var active = post("dec-rene", "/deployments/" + id + "/activation", "{}");
        assertThat(active.statusCode()).as(active.body()).isEqualTo(201);
        shown(active);
        assertThat(get("dec-ada", "/deployments?project=" + project + "&status=active"))
                .contains(id);

        var revoked =
                post(
                        "dec-carl",
                        "/reviews/model-version:" + version + "/revocation",
                        "{\"reason\":\"drift\"}");
        assertThat(revoked.statusCode()).as(revoked.body()).isEqualTo(201);
        assertThat(get("dec-ada", "/deployments/" + id + "/gate"))
                .contains("\"answer\":\"no\"")
                .contains("sign-off-not-revoked");

        var rene = cast.signedIn("dec-rene");
        shown(revoked);
        assertThat(rene.get("/deployments/" + id).body())
                .contains("the sign-off of " + version + " was revoked")
                .contains("Activated deployment");
        var stopped =
                rene.submit(
                        "/deployments/" + id,
                        "/deployments/" + id + "/suspension",
                        Map.of("reason", ""));
        assertThat(stopped.statusCode()).isEqualTo(400);
        assertThat(stopped.body()).contains("Fill in the reason");
        assertThat(
                        rene.submit(
                                        "/deployments/" + id,
                                        "/deployments/" + id + "/suspension",
                                        Map.of("reason", "revoked"))
                                .statusCode())
                .isEqualTo(302);
        assertThat(rene.get("/").body())
                .contains("From idea to production")
                .contains("Decided lately");
        assertThat(rene.get("/deployments").body()).contains(id);
        assertThat(cast.signedIn("dec-ada").get("/deployments/new").body())
                .contains(project + ".desk");
    }

    /** Of round 1, for people and programs: every gate at the request and at both signatures. */
    private void aReceiptOf(String subject, int gates) {
        var receipt = get("dec-ada", "/reviews/" + subject + "/rounds/1");
        assertThat(receipt)
                .contains("\"same\":true", "\"status\":\"APPROVED\"", "\"position\":")
                .contains("\"name\":\"review.approved\"")
                .doesNotContain("\"same\":false", "\"holds\":false");
        assertThat(Pattern.compile("\"again\":\"PASSED\"").matcher(receipt).results().count())
                .isEqualTo(3L * gates);
        assertThat(cast.signedIn("dec-vera").get("/reviews/" + subject + "/rounds/1").body())
                .contains("Computed again, it comes out the same", "I have validated this model");
        var none =
                cast.browser()
                        .get(
                                "/api/v1/reviews/" + subject + "/rounds/9",
                                "Authorization",
                                Browser.basic("dec-ada", Cast.PASSWORD));
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(none.body()).contains("review.no-round", "There is no round 9");
    }

    @Test
    void one_approval_through_pages() {
        var path = "/reviews/dataset-version:" + project + ".data@1.0";
        var ada = cast.signedIn("dec-ada");
        assertThat(ada.get(path).body()).contains("Ask for approval").contains("datasheet");
        var asked = ada.submit(path, path + "/request", Map.of("comment", "<b>please</b>"));
        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(302);
        var after = ada.get(location(asked)).body();
        assertThat(after)
                .contains("&lt;b&gt;please")
                .contains("so somebody else has to sign")
                .doesNotContain("name=\"password\"");
        assertThat(ada.get("/reviews").body()).contains(project + ".data@1.0");
        assertThat(ada.get("/").body()).contains("You wait for");

        var stella = cast.signedIn("dec-stella");
        assertThat(stella.get("/reviews").body()).contains("Data approval: " + project);
        var page = stella.get(path).body();
        assertThat(page).contains("Your decision").contains("Gates as they stand now");
        var manifest = first("name=\"manifest\" value=\"([0-9a-f]{64})\"", page);
        var wrong =
                stella.submit(
                        path,
                        path + "/signatures",
                        Map.of(
                                "manifest", manifest,
                                "role", "data-steward",
                                "decision", "approve",
                                "comment", "looked at it",
                                "password", "wrong"));
        assertThat(wrong.statusCode()).isEqualTo(403);
        assertThat(wrong.body()).contains("f-password-error").contains("looked at it</textarea>");
        var mute =
                stella.submit(
                        path,
                        path + "/signatures",
                        Map.of(
                                "manifest", manifest,
                                "role", "data-steward",
                                "decision", "return",
                                "comment", "",
                                "password", Cast.PASSWORD));
        assertThat(mute.statusCode()).isEqualTo(400);
        assertThat(mute.body()).contains("f-comment-error");
        var signed =
                stella.submit(
                        path,
                        path + "/signatures",
                        Map.of(
                                "manifest", manifest,
                                "role", "data-steward",
                                "decision", "approve",
                                "comment", "looked at it",
                                "password", Cast.PASSWORD));
        assertThat(signed.statusCode()).as(signed.body()).isEqualTo(302);
        assertThat(stella.get(location(signed)).body())
                .contains("Signed. Your decision is on record.")
                .contains("Name of dec-stella")
                .contains("Revoke the approval")
                .contains("In the ledger", ">Approved</a>");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(stella.get(path).body())
                                .containsPattern("/api/v1/events/[0-9a-f-]{36}/proof"));
        var revoked = stella.submit(path, path + "/revocation", Map.of("reason", "a mistake"));
        assertThat(stella.get(location(revoked)).body())
                .contains("is revoked")
                .contains("a mistake");
        assertThat(stella.get(path + "?at=0").statusCode()).isEqualTo(404);
    }

    @Test
    void own_submissions_second_signatures_tokens_and_what_moved_are_refused() {
        var data = "dataset-version:" + project + ".data@1.0";
        asked(data, "dec-both");
        assertThat(sign(data, "dec-both", "data-steward").body()).contains("review.own-submission");
        assertThat(get("dec-both", "/reviews/" + data)).contains("You asked for this review");

        var token =
                first(
                        "\"token\":\"([^\"]+)\"",
                        post(
                                        "dec-stella",
                                        "/me/tokens",
                                        "{\"name\":\"t\",\"scopes\":[\"REQUEST\"],\"expiresAt\":\"%s\"}"
                                                .formatted(
                                                        Clock.systemUTC()
                                                                .instant()
                                                                .plusSeconds(86_400)))
                                .body());
        var byToken =
                cast.browser()
                        .json(
                                "POST",
                                "/api/v1/reviews/" + data + "/signatures",
                                decision(Sha256.of("x").hex(), "data-steward"),
                                "Authorization",
                                "Bearer " + token);
        assertThat(byToken.statusCode()).isEqualTo(403);
        assertThat(byToken.body()).contains("review.token-cannot-sign");

        var manifest = manifest(data);
        commands.send(
                new DatasetCommand.WriteDatasheet(
                        new DatasetVersionId(project + ".data@1.0"),
                        new Datasheet("other", "c", "c", "p", "u", "d", "m")),
                actor("dec-alan"));
        var stale =
                post(
                        "dec-stella",
                        "/reviews/" + data + "/signatures",
                        decision(manifest, "data-steward"));
        assertThat(stale.statusCode()).isEqualTo(409);
        assertThat(stale.body()).contains("review.moved").contains("datasheet changed");
        var refreshed = post("dec-both", "/reviews/" + data + "/refresh", "");
        assertThat(refreshed.statusCode()).as(refreshed.body()).isEqualTo(201);
        shown(refreshed);
        var old =
                post(
                        "dec-stella",
                        "/reviews/" + data + "/signatures",
                        decision(manifest, "data-steward"));
        assertThat(old.body()).contains("pinned anew");
        assertThat(sign(data, "dec-stella", "data-steward").statusCode()).isEqualTo(201);

        var version = project + ".scorer@1.0";
        model(version);
        var signOff = "model-version:" + version;
        asked(signOff, "dec-ada");
        assertThat(sign(signOff, "dec-carl", "validator").statusCode()).isEqualTo(201);
        var twice = sign(signOff, "dec-carl", "compliance-officer");
        assertThat(twice.statusCode()).isEqualTo(409);
        assertThat(twice.body()).contains("review.already-signed");
        assertThat(get("dec-ada", "/reviews?project=" + project + "&status=open"))
                .contains(signOff)
                .doesNotContain(data);
        assertThat(get("dec-carl", "/reviews/inbox")).doesNotContain(signOff);
        assertThat(get("dec-ada", "/reviews/inbox")).contains(signOff);
        var withdrawn = post("dec-ada", "/reviews/" + signOff + "/withdrawal", "{}");
        assertThat(withdrawn.statusCode()).isEqualTo(201);

        cast.person("dec-stranger", "requester@elsewhere");
        var hidden =
                cast.browser()
                        .get(
                                "/api/v1/reviews/" + data,
                                "Authorization",
                                Browser.basic("dec-stranger", Cast.PASSWORD));
        assertThat(hidden.statusCode()).isEqualTo(404);
    }

    private void approve(String subject, String requester, Map<String, String> signers) {
        asked(subject, requester);
        signers.forEach((person, role) -> {
            var signed = sign(subject, person, role);
            assertThat(signed.statusCode()).as(signed.body()).isEqualTo(201);
            shown(signed);
        });
        assertThat(get(requester, "/reviews/" + subject))
                .contains("\"status\":\"APPROVED\"")
                .contains("Name of " + signers.keySet().iterator().next());
    }

    private void asked(String subject, String requester) {
        var asked = post(requester, "/reviews/" + subject + "/request", "{\"comment\":\"please\"}");
        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(201);
        shown(asked);
    }

    private HttpResponse<String> sign(String subject, String person, String role) {
        var answer =
                cast.browser()
                        .json(
                                "POST",
                                "/api/v1/reviews/" + subject + "/signatures",
                                decision(manifest(subject), role),
                                "Authorization",
                                Browser.basic(person, Cast.PASSWORD),
                                "Prefer",
                                "wait=20");
        if (answer.statusCode() == 201) {
            assertThat(answer.body())
                    .contains("\"receipt\":{\"event\":\"")
                    .containsPattern("\"proof\":\"/api/v1/events/[0-9a-f-]{36}/proof\"");
        }
        return answer;
    }

    private static String decision(String manifest, String role) {
        return "{\"manifest\":\"%s\",\"role\":\"%s\",\"verdict\":\"approve\"}"
                .formatted(manifest, role);
    }

    private String manifest(String subject) {
        return first(
                "\"round\":\\{.*?\"manifest\":\"([0-9a-f]{64})\"",
                get("dec-stella", "/reviews/" + subject));
    }

    private HttpResponse<String> post(String person, String path, String body) {
        return cast.browser()
                .json(
                        "POST",
                        "/api/v1" + path,
                        body,
                        "Authorization",
                        Browser.basic(person, Cast.PASSWORD));
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

    /** Waits until the read models show what an answer of the API says was done. */
    private void shown(HttpResponse<String> answer) {
        positions.await(first("\"after\":\"([^\"]+)\"", answer.body()), Duration.ofSeconds(10));
    }

    private void data(String version) {
        commands.send(
                new DatasetCommand.RegisterVersion(
                        new DatasetVersionId(project + ".data@" + version),
                        "s3://data",
                        Sha256.of("content"),
                        "a, b",
                        new Datasheet("m", "c", "c", "p", "u", "d", "m"),
                        "internal",
                        "contract",
                        List.of(),
                        List.of()),
                actor("dec-alan"));
    }

    /** A model version with a bias assessment that passed. */
    private void model(String name) {
        var ada = actor("dec-ada");
        var version = new ModelVersionId(name);
        commands.send(new ModelCommand.Register(new ModelId(project + ".scorer"), "S", ""), ada);
        commands.send(
                new ModelCommand.RegisterVersion(
                        version,
                        Sha256.of("artifact"),
                        "0123abc",
                        List.of(new DatasetVersionId(project + ".data@1.0")),
                        List.of(),
                        List.of(),
                        new ModelCard("d", "u", "f", "m", "e", "t", "q", "e", "c"),
                        ""),
                ada);
        commands.send(
                new PlaceCommand.RegisterPlace(
                        PlaceId.of(new ProjectId(project), "desk"), PlaceKind.SERVICE, "Desk", "T"),
                ada);
        var mapping =
                new ColumnMapping(
                        new ColumnMapping.Prediction(
                                "p", new ColumnMapping.Classes(List.of("1"), List.of("0")), true),
                        null,
                        List.of("sex"),
                        List.of(),
                        ColumnMapping.Unlisted.REFUSE);
        // The result is given here, not by the product.
        Held.still(
                workers,
                () -> {
                    var id = AssessmentId.random(version, new Random(1));
                    var file = StoredLog.in(store, "f");
                    commands.send(
                            new AssessmentCommand.Start(
                                    id, null, file, "log.csv", mapping, "four-fifths"),
                            ada);
                    var no = Fraction.undefined("not compared");
                    var share = new Fraction(20, 40, null);
                    var all =
                            new GroupResult(
                                    List.of("f"),
                                    40,
                                    GroupResult.Standing.ELIGIBLE,
                                    new Counts(40, 20, 20, 0, 0, 0, 0, 0, 0, 0, 0),
                                    share,
                                    share,
                                    new Fraction(1, 1, null),
                                    no,
                                    no,
                                    no,
                                    no);
                    commands.send(
                            new AssessmentCommand.Complete(
                                    id,
                                    new AssessmentResult(
                                            Assessment.METHOD,
                                            file,
                                            mapping,
                                            RuleSet.shipped("four-fifths"),
                                            all,
                                            List.of(
                                                    new AttributeResult(
                                                            List.of("sex"), null, List.of(all))),
                                            List.of(),
                                            Verdict.PASS,
                                            "passes")),
                            Actor.system());
                    return id;
                });
    }

    private Actor actor(String username) {
        return new Actor(cast.person(username), null, Channel.PAGE, null, Set.of());
    }

    private long refusals(String username, String code) {
        return db.sql(
                        """
                        select count(*) from event
                         where payload_type = 'refusal.recorded'
                           and convert_from(meta_data, 'UTF8')::jsonb ->> 'actor' = ?
                           and convert_from(payload, 'UTF8')::jsonb ->> 'code' = ?
                        """)
                .params(cast.person(username).value(), code)
                .query(Long.class)
                .single();
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers()
                .firstValue("Location")
                .orElseThrow()
                .replaceFirst("^https?://[^/]+", "");
    }

    private static String first(String pattern, String text) {
        var found = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return found.group(1);
    }
}
