package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.countersign.governance.dataset.DatasetCommand;
import io.countersign.governance.dataset.DatasetId;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.Datasheet;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.people.PersonCommand;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
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
class DelegationIT {
    private static final LocalDate UNTIL = LocalDate.now(ZoneOffset.UTC).plusDays(7);

    @Autowired Cast cast;
    @Autowired Commands commands;
    @Autowired ReadPosition positions;

    private String project = "";
    private String subject = "";

    /** Names of the people of one test, so that no delegation of another counts in it. */
    private String who = "";

    @BeforeEach
    void a_dataset_version_that_approval_is_asked_for(TestInfo test) {
        who = "del" + Integer.toHexString(test.getDisplayName().hashCode()) + "-";
        project = who + "p";
        subject = "dataset-version:" + project + ".data@1.0";
        person("ada", "requester", "data-steward");
        person("alan", "requester", "data-steward");
        person("stella", "data-steward");
        person("bea");
        commands.send(
                new ProjectCommand.Register(
                        new ProjectId(project), "C", "p", "i", "t", List.of("EU"), RiskTier.HIGH),
                new Actor(
                        cast.person("del-founder", "requester@*"),
                        null,
                        Channel.PAGE,
                        null,
                        Set.of()));
        commands.send(
                new DatasetCommand.Register(new DatasetId(project + ".data"), "Data", ""),
                actor("alan"));
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
                actor("alan"));
        done(post("ada", "/reviews/" + subject + "/request", "{}"));
    }

    @Test
    void a_delegate_signs_and_the_decision_names_both() {
        assertThat(call("bea", "GET", "/reviews/" + subject, "").statusCode()).isEqualTo(404);
        done(delegate("stella", "bea"));
        assertThat(get("bea", "/reviews/inbox"))
                .contains("\"delegated\":[{\"subject\":\"" + subject)
                .contains("Back on Monday.");
        done(sign("bea", ""));
        var sheet = get("ada", "/reviews/" + subject);
        assertThat(sheet)
                .contains("\"status\":\"APPROVED\"")
                .contains("\"onBehalfOf\":{\"id\":\"" + id("stella") + "\"")
                .contains("Name of " + who + "bea");
        assertThat(cast.signedIn(who + "ada").get("/reviews/" + subject).body())
                .contains("Name of " + who + "bea for Name of " + who + "stella");
        cast.person("del-otto", "auditor@*");
        assertThat(
                        cast.browser()
                                .get(
                                        "/api/v1/events?subject="
                                                + project
                                                + ".data@1.0&kind=dataset-version",
                                        "Authorization",
                                        Browser.basic("del-otto", Cast.PASSWORD))
                                .body())
                .contains("\"onBehalfOf\":\"" + id("stella"));
    }

    @Test
    void neither_requester_nor_owner_of_the_data_gets_their_own_through_by_a_delegate() {
        done(delegate("ada", "bea"));
        done(delegate("alan", "bea"));
        assertThat(sign("bea", "ada").body()).contains("review.own-submission");
        assertThat(sign("bea", "alan").body()).contains("review.own-d");
        assertThat(sign("bea", "").body()).contains("delegation.ambiguous");
        done(delegate("stella", "ada"));
        assertThat(sign("ada", "stella").body()).contains("review.own-submission");
    }

    @Test
    void what_was_ended_or_taken_from_the_delegator_counts_no_longer() {
        done(delegate("stella", "bea"));
        var given = Pattern.compile("\"id\":\"(d-[^\"]+)\"").matcher(get("stella", "/delegations"));
        assertThat(given.find()).isTrue();
        done(call("stella", "DELETE", "/delegations/" + id("stella") + "/" + given.group(1), ""));
        assertThat(sign("bea", "stella").statusCode()).isIn(403, 404);
        done(delegate("stella", "bea"));
        commands.send(
                new PersonCommand.RevokeRole(
                        cast.person(who + "stella"), Role.DATA_STEWARD, new ProjectId(project)),
                Actor.system());
        assertThat(sign("bea", "stella").statusCode()).isIn(403, 404);
        assertThat(get("ada", "/reviews/" + subject)).contains("\"status\":\"OPEN\"");
    }

    @Test
    void somebody_delegates_on_the_page_and_the_other_chooses_for_whom_to_sign(Page page) {
        commands.send(
                new PersonCommand.GrantRole(
                        cast.person(who + "bea"), Role.DATA_STEWARD, new ProjectId(project)),
                Actor.system());
        signIn(page, "stella");
        page.navigate(cast.browser().address() + "/account");
        page.getByText("Delegate, or see who").click();
        page.getByLabel("Who stands in").selectOption(id("bea"));
        page.getByLabel("Data steward").check();
        page.getByLabel("Until").fill(UNTIL.toString());
        page.getByLabel("I am out of office").check();
        page.getByLabel("Note").fill("Back on Monday.");
        page.getByLabel("Your password, again").fill("wrong, quite wrong");
        press(page, "Delegate");
        assertThat(page.locator("#f-password-error").isVisible()).isTrue();
        assertThat(page.getByLabel("Note").inputValue()).isEqualTo("Back on Monday.");
        assertThat(page.getByLabel("Data steward").isChecked()).isTrue();
        page.getByLabel("Your password, again").fill(Cast.PASSWORD);
        press(page, "Delegate");
        assertThat(page.locator("table").innerText())
                .contains("Name of " + who + "bea")
                .contains(UNTIL + " 23:59 UTC");

        press(page, "Sign out");
        signIn(page, "bea");
        assertThat(page.locator("main").innerText())
                .contains("for Name of " + who + "stella, out of office: Back on Monday.");
        page.navigate(cast.browser().address() + "/reviews/" + subject);
        page.getByLabel("You sign as").selectOption("data-steward for " + id("stella"));
        page.getByLabel("Your password, again").fill(Cast.PASSWORD);
        press(page, "Approve");
        assertThat(page.locator(".signatures").first().innerText())
                .contains("Name of " + who + "bea for Name of " + who + "stella");
    }

    private void signIn(Page page, String name) {
        page.navigate(cast.browser().address() + "/sign-in");
        page.getByLabel("User name").fill(who + name);
        page.getByLabel("Password").fill(Cast.PASSWORD);
        press(page, "Sign in");
    }

    private static void press(Page page, String button) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    private HttpResponse<String> delegate(String from, String to) {
        return post(
                from,
                "/delegations",
                """
                {"to":"%s","until":"%s","away":true,"note":"Back on Monday."}\
                """
                        .formatted(id(to), UNTIL));
    }

    private HttpResponse<String> sign(String person, String onBehalfOf) {
        var manifest =
                Pattern.compile("\"manifest\":\"([0-9a-f]{64})\"")
                        .matcher(get("ada", "/reviews/" + subject));
        assertThat(manifest.find()).isTrue();
        return post(
                person,
                "/reviews/" + subject + "/signatures",
                """
                {"manifest":"%s","role":"data-steward","verdict":"approve"%s}\
                """
                        .formatted(
                                manifest.group(1),
                                onBehalfOf.isEmpty()
                                        ? ""
                                        : ",\"onBehalfOf\":\"" + id(onBehalfOf) + "\""));
    }

    private void person(String name, String... roles) {
        cast.person(
                who + name,
                java.util.Arrays.stream(roles)
                        .map(role -> role + "@" + project)
                        .toArray(String[]::new));
        if (roles.length == 0) {
            // somebody of another project, whom these know from one they share
            commands.send(
                    new PersonCommand.GrantRole(
                            cast.person(who + name), Role.RISK_OWNER, new ProjectId(who + "q")),
                    Actor.system());
            commands.send(
                    new PersonCommand.GrantRole(
                            cast.person(who + "stella"), Role.REQUESTER, new ProjectId(who + "q")),
                    Actor.system());
        }
    }

    private String id(String name) {
        return cast.person(who + name).value();
    }

    private String get(String person, String path) {
        var answer = call(person, "GET", path, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private HttpResponse<String> post(String person, String path, String body) {
        return call(person, "POST", path, body);
    }

    private HttpResponse<String> call(String person, String method, String path, String body) {
        var basic = Browser.basic(who + person, Cast.PASSWORD);
        return method.equals("GET")
                ? cast.browser().get("/api/v1" + path, "Authorization", basic)
                : cast.browser().json(method, "/api/v1" + path, body, "Authorization", basic);
    }

    /** And the read models show it. */
    private void done(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        var after = Pattern.compile("\"after\":\"([^\"]+)\"").matcher(answer.body());
        assertThat(after.find()).isTrue();
        positions.await(after.group(1), Duration.ofSeconds(10));
    }

    private Actor actor(String name) {
        return new Actor(cast.person(who + name), null, Channel.PAGE, null, Set.of());
    }
}
