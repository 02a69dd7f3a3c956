package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The risk register, the audit trail and the configuration, as people and programs use them. */
@WebTest
class OversightIT {
    private static final String PAYLOAD = "<script>alert(1)</script>";
    private static final ProjectId PROJECT = new ProjectId("oversight");

    @Autowired Cast cast;
    @Autowired Commands commands;

    private Browser owner;
    private Browser officer;
    private Browser auditor;
    private Browser outsider;

    @BeforeEach
    void the_cast() {
        var requester = cast.person("oversight-req", "requester@oversight");
        owner = cast.signedIn("oversight-owner", "risk-owner@oversight");
        officer = cast.signedIn("oversight-officer", "compliance-officer@*");
        auditor = cast.signedIn("oversight-auditor", "auditor@*");
        outsider = cast.signedIn("oversight-out", "risk-owner@elsewhere");
        try {
            commands.send(
                    new ProjectCommand.Register(
                            PROJECT, "O", "p", "i", "t", List.of("EU"), RiskTier.LOW),
                    new Actor(
                            requester,
                            null,
                            Channel.PAGE,
                            null,
                            Set.of(new Actor.Grant(Role.REQUESTER, PROJECT))));
        } catch (io.countersign.governance.shared.CommandRefused alreadyThere) {
            assertThat(alreadyThere.refusal().code()).isEqualTo("subject.exists");
        }
    }

    private static Map<String, String> risk(String title) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("project", "oversight");
        fields.put("category", "privacy");
        fields.put("title", title);
        fields.put("description", "Something " + PAYLOAD);
        fields.put("subjects", "project:oversight");
        fields.put("harmed", "People");
        fields.put("likelihood", "4");
        fields.put("impact", "5");
        return fields;
    }

    /** The path of the new risk's page, with {@code ?after=}. */
    private String raise(String title) {
        var answer = owner.submit("/risks/new", "/risks", risk(title));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
        return location(answer);
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers()
                .firstValue("Location")
                .orElseThrow()
                .replaceFirst("^https?://[^/]+", "");
    }

    private static String first(String pattern, String text) {
        var found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern + " in " + text).isTrue();
        return found.group(1);
    }

    @Nested
    class Risks {
        @Test
        void a_risk_is_raised_rated_planned_and_closed_by_somebody_else() {
            var raised = raise("Leak " + PAYLOAD);
            var page = raised.replaceFirst("\\?.*", "");
            var shown = owner.get(raised);
            assertThat(shown.statusCode()).as(shown.body()).isEqualTo(200);
            assertThat(shown.body())
                    .contains("Leak &lt;script&gt;", "Critical", "Plan the treatment")
                    .doesNotContain("<script>");
            var before = first("ledger position <strong>(\\d+)<", shown.body());

            var careless =
                    owner.submit(
                            page + "/residual",
                            page + "/residual",
                            Map.of("likelihood", "1", "impact", "2", "reason", " "));
            assertThat(careless.statusCode()).isEqualTo(400);
            assertThat(careless.body()).contains("f-reason-error");
            var rated =
                    owner.submit(
                            page + "/residual",
                            page + "/residual",
                            Map.of("likelihood", "1", "impact", "2", "reason", "Why " + PAYLOAD));
            assertThat(rated.statusCode()).as(rated.body()).isEqualTo(302);
            assertThat(owner.get(location(rated)).body())
                    .contains("Why &lt;script&gt;", "Name of oversight-owner", "After treatment")
                    .doesNotContain("<script>");
            assertThat(owner.get(page + "?at=" + before).body())
                    .contains("As of position")
                    .doesNotContain("Why &lt;", "Plan the treatment");

            var responsible =
                    first(
                            "value=\"(u-[a-z0-9]+)\">Name of oversight-owner",
                            owner.get(page + "/treatment").body());
            var planned =
                    owner.submit(
                            page + "/treatment",
                            page + "/treatment",
                            Map.of(
                                    "treatment", "mitigate",
                                    "plan", "Less data",
                                    "responsible", responsible,
                                    "due", "2020-01-01"));
            assertThat(planned.statusCode()).as(planned.body()).isEqualTo(302);
            assertThat(owner.get(location(planned)).body()).contains("Overdue", "Less data");

            assertThat(owner.get(page + "/closure").body()).contains("somebody else closes it");
            var own = owner.submit(page + "/closure", page + "/closure", Map.of("reason", "Done"));
            assertThat(own.statusCode()).isEqualTo(403);
            assertThat(own.body()).contains("cannot close it", ">Done</textarea>");
            var closed =
                    officer.submit(page + "/closure", page + "/closure", Map.of("reason", "Done"));
            assertThat(closed.statusCode()).as(closed.body()).isEqualTo(302);
            assertThat(officer.get(location(closed)).body()).contains("Closed", "Reopen");
        }

        @Test
        void list_heat_map_and_api_agree_and_cells_link_to_what_they_count() {
            var raised = raise("=cmd()");
            var id = raised.replaceFirst("/risks/", "").replaceFirst("\\?.*", "");
            var after = raised.replaceFirst(".*\\?", "&");
            var list = owner.get("/risks?project=oversight" + after);
            assertThat(list.statusCode()).as(list.body()).isEqualTo(200);
            assertThat(list.body()).contains("=cmd()", id, "<svg", "likelihood=4&amp;impact=5");
            var cell = owner.get("/risks?project=oversight&by=inherent&likelihood=4&impact=5");
            assertThat(cell.body()).contains(id, "One cell, before treatment");
            assertThat(owner.get("/risks?project=oversight&likelihood=1&impact=1").body())
                    .doesNotContain(id);
            assertThat(owner.get("/risks?category=legal").body()).doesNotContain(id);
            assertThat(owner.get("/risks?status=closed").body()).doesNotContain(id);
            assertThat(owner.get("/risks?status=bogus").statusCode()).isEqualTo(400);

            var one = owner.get("/api/v1/risks/" + id);
            assertThat(one.body()).contains("\"level\":\"critical\"");
            var map = owner.get("/api/v1/risks/heat-map?project=oversight");
            assertThat(map.body())
                    .containsPattern(
                            "\\{\"likelihood\":4,\"impact\":5,\"level\":\"critical\",\"count\":[1-9]");
            assertThat(owner.get("/api/v1/risks?project=oversight").body()).contains(id);

            var csv = owner.get("/risks.csv?project=oversight");
            assertThat(csv.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("text/csv");
            assertThat(csv.body()).contains(",'=cmd(),").contains("critical");
        }

        @Test
        void another_projects_risk_is_not_there() {
            var page = raise("Secret").replaceFirst("\\?.*", "");
            for (var path : List.of(page, page + "/closure", "/api/v1" + page)) {
                var answer = outsider.get(path);
                assertThat(answer.statusCode()).as(path).isEqualTo(404);
                assertThat(answer.body()).doesNotContain("Secret");
            }
            assertThat(outsider.get("/risks?status=all").body()).doesNotContain("Secret");
            assertThat(outsider.get("/risks.csv?status=all").body()).doesNotContain("oversight");
            assertThat(outsider.get("/api/v1/risks/heat-map").body())
                    .doesNotContainPattern("\"count\":[1-9]");
        }

        @Test
        void an_auditor_reads_and_changes_nothing() {
            var raised = raise("Read only");
            var page = raised.replaceFirst("\\?.*", "");
            assertThat(auditor.get(raised).body())
                    .contains("Read only")
                    .doesNotContain("Plan the treatment");
            assertThat(auditor.get("/risks").body()).doesNotContain("Raise a risk");
            assertThat(
                            auditor.submit("/account", page + "/closure", Map.of("reason", "x"))
                                    .statusCode())
                    .isEqualTo(403);
        }

        @Test
        void what_was_typed_stays_when_it_is_refused() {
            var fields = risk("Kept title");
            fields.put("subjects", "model:other.scorer");
            var refused = owner.submit("/risks/new", "/risks", fields);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("value=\"Kept title\"", "f-subjects-error");
        }
    }

    @Nested
    class Audit {
        @Test
        void filters_open_one_event_and_follow_it() {
            var raised = raise("Okapi " + PAYLOAD);
            var page = raised.replaceFirst("\\?.*", "");
            var rated =
                    owner.submit(
                            page + "/inherent",
                            page + "/inherent",
                            Map.of("likelihood", "2", "impact", "2", "reason", "Gnu " + PAYLOAD));
            var after = location(rated).replaceFirst(".*\\?", "&");
            var id = page.replaceFirst("/risks/", "");
            var list =
                    auditor.get("/audit?kind=risk&subject=" + id + "&event=risk&text=gnu" + after);
            assertThat(list.statusCode()).as(list.body()).isEqualTo(200);
            assertThat(list.body())
                    .contains("risk.inherent-rated", "1 of 1")
                    .doesNotContain("<code class=\"muted\">risk.raised");
            assertThat(auditor.get("/audit?subject=" + id).body()).contains("risk.raised");
            assertThat(auditor.get("/audit?from=2020-01-01&until=2020-01-02").body())
                    .contains("Nothing found");
            var event =
                    first(
                            "href=\"(/audit/[^\"?]+)[^\"]*\">Rated the risk before treatment",
                            list.body());
            var shown = auditor.get(event);
            assertThat(shown.statusCode()).as(shown.body()).isEqualTo(200);
            assertThat(shown.body())
                    .contains(
                            "Gnu &lt;script&gt;",
                            "risk-owner@oversight",
                            "Name of oversight-owner",
                            "sealed")
                    .doesNotContain("<script>");
            assertThat(auditor.get("/api/v1/events/" + event.substring(7)).body())
                    .contains("risk.inherent-rated", "sealed")
                    .doesNotContain("Gnu");
        }

        @Test
        void a_filter_that_cannot_be_read_is_explained_and_kept() {
            var wrong = auditor.get("/audit?from=yesterday&text=kept");
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body()).contains("give a day such as", "value=\"kept\"");
            assertThat(auditor.get("/api/v1/events?decision=maybe").statusCode()).isEqualTo(400);
        }

        @Test
        void pages_older_and_newer() {
            for (var i = 0; i < 3; i++) {
                raise("Paged " + i);
            }
            var newest = auditor.get("/api/v1/events?limit=2");
            var next = first("\"next\":(\\d+)", newest.body());
            var older = auditor.get("/api/v1/events?limit=2&before=" + next);
            assertThat(Long.parseLong(first("\"position\":(\\d+)", older.body())))
                    .isLessThan(Long.parseLong(next));
            assertThat(auditor.get("/audit?newer=0").body()).contains("Older");
            assertThat(auditor.get("/audit?before=1000000").body()).contains("Newer");
        }

        @Test
        void exports_what_is_filtered_and_puts_that_on_record() {
            var raised = raise("=HYPERLINK(1)");
            var id = raised.replaceFirst("/risks/", "").replaceFirst("\\?.*", "");
            var position =
                    auditor.get(raised).headers().firstValue("Countersign-Position").orElseThrow();
            // By the id as text, as of before any export that names it: that event and no other.
            for (var by : List.of("subject=", "text=")) {
                var found = auditor.get("/audit.csv?" + by + id + "&at=" + position);
                assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
                assertThat(found.body().lines().toList()).as(by).hasSize(2);
                assertThat(found.body()).contains("risk.raised", "Name of oversight-owner");
            }
            // Later it finds the two exports as well, which name it.
            var later = auditor.get("/api/v1/events?text=" + id + "&after=" + lastExport(id));
            assertThat(later.body().split("audit\\.exported", -1)).hasSize(3);
            var csv = auditor.get("/audit.csv?kind=risk&subject=" + id);
            assertThat(csv.statusCode()).as(csv.body()).isEqualTo(200);
            assertThat(csv.body().lines().toList()).hasSize(2);
            assertThat(csv.body()).contains("risk.raised", "Name of oversight-owner");
            var json = auditor.get("/audit.json?kind=risk&subject=" + id);
            assertThat(json.body()).startsWith("[").endsWith("]").contains("=HYPERLINK(1)");
            var parsed = tools.jackson.databind.json.JsonMapper.shared().readTree(json.body());
            assertThat(parsed).hasSize(1);
            var api = auditor.get("/api/v1/events.csv?kind=risk&subject=" + id);
            assertThat(api.body().lines().toList()).hasSize(2);
            await().atMost(java.time.Duration.ofSeconds(20))
                    .untilAsserted(() ->
                            assertThat(auditor.get("/audit?event=audit.exported&text=" + id).body())
                                    .contains("Name of oversight-auditor", "5 of 5"));
        }

        /** The newest event that says what was exported by this text. */
        private String lastExport(String id) {
            return await().atMost(java.time.Duration.ofSeconds(20))
                    .until(
                            () ->
                                    auditor.get("/api/v1/events?event=audit.exported&text=" + id)
                                            .body(),
                            body -> body.split("audit\\.exported", -1).length == 3)
                    .transform(body -> first("\"id\":\"([^\"]+)\"", body));
        }

        @Test
        void shows_nothing_of_projects_one_has_no_role_in() {
            var raised = raise("Hidden walrus");
            auditor.get(raised);
            var event =
                    first("\"id\":\"([^\"]+)\"", auditor.get("/api/v1/events?text=walrus").body());
            assertThat(outsider.get("/audit?text=walrus").body()).contains("Nothing found");
            assertThat(outsider.get("/audit/" + event).statusCode()).isEqualTo(404);
            assertThat(outsider.get("/api/v1/events/" + event).statusCode()).isEqualTo(404);
            assertThat(outsider.get("/audit.csv?text=walrus").body().lines().toList()).hasSize(1);
            // Nor what belongs to no project at all.
            assertThat(owner.get("/audit?event=configuration.adopted").body())
                    .contains("Nothing found");
            assertThat(auditor.get("/audit?event=configuration.adopted").body())
                    .contains("roles.yml");
        }
    }

    @Nested
    class Configuration {
        @Test
        void lists_every_file_with_the_version_in_force() {
            var list = auditor.get("/configuration");
            assertThat(list.statusCode()).as(list.body()).isEqualTo(200);
            assertThat(list.body())
                    .contains("roles.yml", "risk-scale.yml", "policies/deployment.yml", "The same");
            var file = auditor.get("/configuration/file?name=policies/deployment.yml");
            assertThat(file.body())
                    .contains("In force from the first start")
                    .doesNotContain("Adopt the file on disk");
            assertThat(auditor.get("/configuration/file?name=../secret.yml").statusCode())
                    .isEqualTo(404);
            assertThat(auditor.get("/api/v1/configuration").body())
                    .contains("\"file\":\"roles.yml\"", "\"changed\":false");
            assertThat(auditor.get("/configuration/file?name=roles.yml&version=99").statusCode())
                    .isEqualTo(404);
        }

        @Test
        void adopting_needs_the_role_and_the_content_that_was_seen() {
            var body = "{\"file\":\"roles.yml\",\"sha256\":\"00\",\"reason\":\"because\"}";
            var unseen =
                    officer.json(
                            "POST",
                            "/api/v1/configuration/adoption",
                            body,
                            "Authorization",
                            Browser.basic("oversight-officer", Cast.PASSWORD));
            assertThat(unseen.statusCode()).as(unseen.body()).isEqualTo(409);
            assertThat(unseen.body()).contains("configuration.changed-meanwhile");
            var sha =
                    first(
                            "\"sha256OnDisk\":\"([0-9a-f]{64})\"",
                            officer.get("/api/v1/configuration").body());
            assertThat(sha).hasSize(64);
        }
    }
}
