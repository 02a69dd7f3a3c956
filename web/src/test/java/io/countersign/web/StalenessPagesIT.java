package io.countersign.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.review.Reviews;
import io.countersign.governance.review.Verdict;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Visibility;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;

@WebTest
@ExtendWith(Chromium.class)
class StalenessPagesIT {
    private static final ProjectId PROJECT = new ProjectId("stalepages");
    private static final DatasetId DATA = new DatasetId("stalepages.data");

    @Autowired Cast cast;
    @Autowired Commands commands;
    @Autowired Reviews reviews;
    @Autowired ReadPosition positions;

    @Test
    void a_revocation_says_first_what_it_will_cause_and_then_tells_who_relied_on_it(Page page) {
        cast.person("stale-ada", "requester@*");
        cast.person("stale-stella", "data-steward@*");
        send(
                "stale-ada",
                new ProjectCommand.Register(
                        PROJECT, "S", "p", "i", "t", List.of("EU"), RiskTier.HIGH));
        send("stale-ada", new DatasetCommand.Register(DATA, "Data", ""));
        var raw = approved("raw");
        var derived = approved("derived", raw);

        var api =
                cast.browser()
                        .get(
                                "/api/v1/consequences?act=revocation&subject=" + raw.ref(),
                                "Authorization",
                                Browser.basic("stale-ada", Cast.PASSWORD));
        assertThat(api.body())
                .contains("\"sentence\":\"makes 1 data approval stale\"")
                .contains("\"dataApprovals\":1", "\"closed\":0", "\"complete\":true")
                .contains(derived.ref().toString());
        cast.person("stale-eve", "requester@elsewhere");
        var hidden =
                cast.browser()
                        .get(
                                "/api/v1/consequences?act=revocation&subject=" + raw.ref(),
                                "Authorization",
                                Browser.basic("stale-eve", Cast.PASSWORD));
        assertThat(hidden.statusCode()).isEqualTo(404);
        var odd =
                cast.browser()
                        .get(
                                "/api/v1/consequences?act=deletion&subject=" + raw.ref(),
                                "Authorization",
                                Browser.basic("stale-ada", Cast.PASSWORD));
        assertThat(odd.statusCode()).isEqualTo(400);
        assertThat(odd.body()).contains("use revocation or retirement");

        var address = cast.browser().address();
        signIn(page, address, "stale-stella");
        page.navigate(address + "/reviews/" + raw.ref());
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Revoke…")).click();
        assertThat(page.locator("main"))
                .containsText("This revocation makes 1 data approval stale.");
        assertThat(page.locator("main")).containsText(derived.value());
        page.getByLabel("Reason").fill("The consent was withdrawn");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Revoke the approval"))
                .click();
        assertThat(page.locator("main")).containsText("is revoked");

        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        reviews.find(derived.ref(), positions.now(), Visibility.ALL)
                                .orElseThrow()
                                .status()
                                .name()
                                .equals("STALE"));
        page.context().clearCookies();
        signIn(page, address, "stale-ada");
        assertThat(page.locator("main")).containsText("No longer stands");
        assertThat(page.locator("main")).containsText("became stale");
        assertThat(page.locator("main"))
                .containsText(
                        "because the data approval of stalepages.data@raw was revoked;"
                                + " lineage-approved: not approved or no longer in force:"
                                + " stalepages.data@raw");

        // The page that retires says the same, before and after.
        page.navigate(address + "/datasets/" + DATA + "/versions/derived/retirement");
        assertThat(page.locator("main"))
                .containsText("makes no approval stale and closes no deployment");
    }

    private static void signIn(Page page, String address, String username) {
        page.navigate(address + "/sign-in");
        page.getByLabel("User name").fill(username);
        page.getByLabel("Password").fill(Cast.PASSWORD);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in")).click();
        assertThat(page.locator("h1")).containsText("Welcome");
    }

    private DatasetVersionId approved(String version, DatasetVersionId... sources) {
        var id = DatasetVersionId.of(DATA, version);
        send(
                "stale-ada",
                new DatasetCommand.RegisterVersion(
                        id,
                        "s3://data",
                        Sha256.of(version),
                        "a, b",
                        new Datasheet("m", "c", "c", "p", "u", "d", "m"),
                        "internal",
                        "contract",
                        List.of(),
                        List.of(sources)));
        send("stale-ada", new ReviewCommand.Request(Review.stream(id.ref()), null));
        var last =
                send(
                        "stale-stella",
                        new ReviewCommand.Sign(
                                Review.stream(id.ref()),
                                manifest(id.ref()),
                                Role.DATA_STEWARD,
                                Verdict.APPROVE,
                                null,
                                "Stella"));
        positions.await(
                java.util.Objects.requireNonNull(last.lastEventId()), Duration.ofSeconds(20));
        return id;
    }

    private Sha256 manifest(SubjectRef subject) {
        return await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> reviews.find(subject, positions.now(), Visibility.ALL),
                        java.util.Optional::isPresent)
                .orElseThrow()
                .review()
                .latest()
                .orElseThrow()
                .manifest()
                .digest();
    }

    private Commands.Sent send(String username, Command command) {
        return commands.send(
                command,
                new Actor(
                        cast.person(username),
                        null,
                        Channel.PAGE,
                        Clock.systemUTC().instant(),
                        Set.of()));
    }
}
