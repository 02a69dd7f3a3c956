package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.countersign.governance.dataset.DatasetCommand;
import io.countersign.governance.dataset.DatasetId;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.Datasheet;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;

@WebTest
@ExtendWith(Chromium.class)
class ConditionsIT {
    private static final LocalDate DUE = LocalDate.now(ZoneOffset.UTC).plusDays(30);

    @Autowired Cast cast;
    @Autowired Commands commands;
    @Autowired ReadPosition positions;

    private String project = "";
    private String subject = "";

    @BeforeEach
    void a_dataset_version_that_approval_is_asked_for(TestInfo test) {
        project = "con" + Integer.toHexString(test.getDisplayName().hashCode());
        subject = "dataset-version:" + project + ".data@1.0";
        cast.person("con-ada", "requester@*");
        cast.person("con-alan", "requester@*");
        cast.person("con-stella", "data-steward@*");
        cast.person("con-carl", "compliance-officer@*");
        commands.send(
                new ProjectCommand.Register(
                        new ProjectId(project), "C", "p", "i", "t", List.of("EU"), RiskTier.HIGH),
                actor("con-ada"));
        commands.send(
                new DatasetCommand.Register(new DatasetId(project + ".data"), "Data", ""),
                actor("con-alan"));
        commands.send(
                new DatasetCommand.RegisterVersion(
                        new DatasetVersionId(project + ".data@1.0"),
                        "s3://data",
                        Sha256.of("content"),
                        "a, b",
                        new Datasheet("m", "c", "c", "p", "u", "d", "m"),
                        "internal",
                        "contract",
                        List.of(),
                        List.of()),
                actor("con-alan"));
        done(post("con-ada", "/request", "{}"));
    }

    @Test
    void a_condition_is_set_fulfilled_and_confirmed_through_the_api() {
        assertThat(get("con-stella", "/owners")).contains("Name of con-alan");
        var early = post("con-stella", "/signatures", decision("approve", terms("2020-01-31"), ""));
        assertThat(early.statusCode()).as(early.body()).isEqualTo(400);
        assertThat(early.body()).contains("\"conditions[0].dueAt\"");
        var nobody =
                post(
                        "con-stella",
                        "/signatures",
                        decision(
                                "approve",
                                terms(DUE.toString())
                                        .replace(cast.person("con-alan").value(), "u-nobody"),
                                ""));
        assertThat(nobody.body()).contains("conditions[0].owner");
        done(
                post(
                        "con-stella",
                        "/signatures",
                        decision(
                                "approve",
                                terms(DUE.toString()),
                                "{\"grade\":\"should\",\"text\":\"Name the units.\"}")));

        assertThat(get("con-ada", ""))
                .contains("\"status\":\"APPROVED\"")
                .contains("\"state\":\"open\"")
                .contains(DUE + "T23:59:59.999Z")
                .contains("\"grade\":\"should\"")
                .contains("Name of con-stella");
        assertThat(mine("con-alan")).contains("Add the monitoring of drift.");
        assertThat(mine("con-carl")).doesNotContain(subject);

        assertThat(post("con-ada", "/rounds/1/conditions/1/fulfilment", note()).body())
                .contains("review.not-condition-owner");
        assertThat(
                        post(
                                        "con-alan",
                                        "/rounds/1/conditions/1/fulfilment",
                                        """
                                        {"note":"Up.","attached":["%s.0123456789ab"]}\
                                        """
                                                .formatted(project))
                                .body())
                .contains("no such piece of evidence");
        done(post("con-alan", "/rounds/1/conditions/1/fulfilment", note()));
        assertThat(mine("con-carl")).contains("\"toConfirm\":[{\"subject\":\"" + subject);
        done(answer("con-carl", "{\"confirmed\":false,\"reason\":\"The link is dead.\"}"));
        assertThat(mine("con-alan")).contains("Add the monitoring of drift.");
        done(post("con-alan", "/rounds/1/conditions/1/fulfilment", note()));
        done(answer("con-carl", "{\"confirmed\":true}"));
        assertThat(get("con-ada", ""))
                .contains("\"state\":\"confirmed\"")
                .contains("\"by\":{\"id\":\"" + cast.person("con-carl"));

        var page = cast.signedIn("con-ada").get("/datasets/" + project + ".data/versions/1.0");
        assertThat(page.body()).contains("On conditions").contains("Add the monitoring of drift.");
    }

    @Test
    void a_resubmission_shows_what_changed_and_keeps_the_round_before() {
        done(
                post(
                        "con-stella",
                        "/signatures",
                        decision(
                                "return",
                                "",
                                "{\"grade\":\"note\",\"text\":\"Well written.\"},"
                                        + "{\"grade\":\"must\",\"text\":\"Name the licence.\"}")));
        done(post("con-ada", "/request", "{}"));
        var page = cast.signedIn("con-ada").get("/reviews/" + subject).body();
        assertThat(page)
                .contains("What changed since round 1")
                .contains("Earlier rounds")
                .contains("Name of con-stella");
        assertThat(page.indexOf("Name the licence."))
                .as("the weightiest first")
                .isPositive()
                .isLessThan(page.indexOf("Well written."));
    }

    @Test
    void a_condition_is_set_and_answered_on_the_page_without_script(BrowserContext context) {
        try (var plain =
                context.browser()
                        .newContext(
                                new com.microsoft.playwright.Browser.NewContextOptions()
                                        .setJavaScriptEnabled(false))) {
            var page = plain.newPage();
            signIn(page, "con-stella");
            page.navigate(cast.browser().address() + "/reviews/" + subject);
            page.getByText("Conditions and remarks").click();
            var second = page.getByRole(AriaRole.GROUP, group("Condition 2"));
            second.getByLabel("What has to be done").fill("Add the monitoring of drift.");
            second.getByLabel("What will show it").fill("A link to the dashboard.");
            second.getByLabel("Owner").selectOption(cast.person("con-alan").value());
            second.getByLabel("Due").fill("2020-01-31");
            second.getByLabel("Confirmed by").selectOption("compliance-officer");
            var remark = page.getByRole(AriaRole.GROUP, group("Remark 1"));
            remark.getByLabel("Weight").selectOption("should");
            remark.getByLabel("Remark").fill("Name the units.");
            page.getByLabel("Your password, again").fill(Cast.PASSWORD);
            press(page, "Approve");

            assertThat(page.locator("#f-condition2-dueAt-error").innerText())
                    .contains("has to be due after now");
            assertThat(second.getByLabel("What has to be done").inputValue())
                    .isEqualTo("Add the monitoring of drift.");
            assertThat(remark.getByLabel("Remark").isVisible()).isTrue();
            second.getByLabel("Due").fill(DUE.toString());
            page.getByLabel("Your password, again").fill(Cast.PASSWORD);
            press(page, "Approve");
            assertThat(page.locator("main").innerText())
                    .contains("Conditions of round 1")
                    .contains("Add the monitoring of drift.")
                    .contains(DUE + " 23:59 UTC")
                    .contains("Name the units.");

            signOutAndIn(page, "con-alan");
            page.navigate(cast.browser().address() + "/");
            page.getByText("Condition 1 of " + project + ".data@1.0").click();
            page.getByLabel("How it is fulfilled").fill("The dashboard is up.");
            press(page, "Condition 1 is fulfilled");

            signOutAndIn(page, "con-carl");
            page.navigate(cast.browser().address() + "/reviews");
            page.getByText(project + ".data@1.0: Add the monitoring").click();
            page.getByLabel("Your password, again").fill(Cast.PASSWORD);
            press(page, "Not fulfilled");
            assertThat(page.locator("#f-reason-1-1-error").innerText()).contains("what is missing");
            page.getByLabel("Your password, again").fill(Cast.PASSWORD);
            press(page, "Confirm condition 1");
            assertThat(page.locator(".condition").innerText())
                    .contains("Confirmed")
                    .contains("Name of con-carl");
        }
    }

    private static Page.GetByRoleOptions group(String name) {
        return new Page.GetByRoleOptions().setName(name).setExact(true);
    }

    private void signOutAndIn(Page page, String username) {
        press(page, "Sign out");
        signIn(page, username);
    }

    private void signIn(Page page, String username) {
        page.navigate(cast.browser().address() + "/sign-in");
        page.getByLabel("User name").fill(username);
        page.getByLabel("Password").fill(Cast.PASSWORD);
        press(page, "Sign in");
    }

    private static void press(Page page, String button) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    private String terms(String due) {
        return """
        {"text":"Add the monitoring of drift.","evidence":"A link.","owner":"%s","dueAt":"%s",
         "confirmer":"compliance-officer"}\
        """
                .formatted(cast.person("con-alan"), due);
    }

    private String decision(String verdict, String conditions, String remarks) {
        return """
        {"manifest":"%s","role":"data-steward","verdict":"%s",
         "conditions":[%s],"remarks":[%s]}\
        """
                .formatted(manifest(), verdict, conditions, remarks);
    }

    private String manifest() {
        var found =
                Pattern.compile("\"manifest\":\"([0-9a-f]{64})\"").matcher(get("con-stella", ""));
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    private static String note() {
        return "{\"note\":\"The dashboard is up.\"}";
    }

    private HttpResponse<String> answer(String person, String body) {
        return post(person, "/rounds/1/conditions/1/confirmation", body);
    }

    private String mine(String person) {
        return body(person, "/api/v1/reviews/inbox");
    }

    private String get(String person, String path) {
        return body(person, "/api/v1/reviews/" + subject + path);
    }

    private String body(String person, String path) {
        var answer =
                cast.browser().get(path, "Authorization", Browser.basic(person, Cast.PASSWORD));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private HttpResponse<String> post(String person, String path, String body) {
        return cast.browser()
                .json(
                        "POST",
                        "/api/v1/reviews/" + subject + path,
                        body,
                        "Authorization",
                        Browser.basic(person, Cast.PASSWORD));
    }

    /** And the read models show it. */
    private void done(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        var after = Pattern.compile("\"after\":\"([^\"]+)\"").matcher(answer.body());
        assertThat(after.find()).isTrue();
        positions.await(after.group(1), Duration.ofSeconds(10));
    }

    private Actor actor(String username) {
        return new Actor(cast.person(username), null, Channel.PAGE, null, Set.of());
    }
}
