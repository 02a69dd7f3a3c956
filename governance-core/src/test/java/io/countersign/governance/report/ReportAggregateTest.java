package io.countersign.governance.report;

import static io.countersign.testing.People.AUDITOR;
import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.PROJECT;
import static io.countersign.testing.People.as;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import io.countersign.testing.People;
import io.countersign.testing.Refusals;
import io.countersign.testing.Subjects;
import java.util.Set;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.FixtureConfiguration;
import org.junit.jupiter.api.Test;

class ReportAggregateTest {
    private static final Sha256 DATA = Sha256.of("data");
    private static final ReportCommand.Made MADE = made(DATA);
    private static final ReportEvent.Issued ISSUED =
            new ReportEvent.Issued(
                    MADE.id(),
                    "bias-and-risk/1",
                    Subjects.VERSION.ref(),
                    41,
                    DATA,
                    ReportFormat.PDF);

    private final FixtureConfiguration<ReportAggregate> reports =
            new AggregateTestFixture<>(ReportAggregate.class);

    @Test
    void is_issued_once_with_its_digest() {
        var issue = new ReportCommand.Issue(MADE, ReportFormat.PDF);
        reports.givenNoPriorActivity().when(issue, as(ENGINEER)).expectEvents(ISSUED);
        reports.given(ISSUED).when(issue, as(AUDITOR)).expectNoEvents();
    }

    @Test
    void whoever_takes_it_along_first_issues_it() {
        var handOut = new ReportCommand.HandOut(MADE, ReportFormat.PDF);
        var downloaded = new ReportEvent.Downloaded(MADE.id(), ReportFormat.PDF);
        reports.givenNoPriorActivity().when(handOut, as(AUDITOR)).expectEvents(ISSUED, downloaded);
        reports.given(ISSUED).when(handOut, as(AUDITOR)).expectEvents(downloaded);
    }

    @Test
    void another_digest_is_no_longer_the_same_report() {
        Refusals.expect(
                reports.given(ISSUED)
                        .when(
                                new ReportCommand.HandOut(
                                        made(Sha256.of("other")), ReportFormat.CSV),
                                as(AUDITOR)),
                "report.differs");
    }

    @Test
    void verifying_records_whether_it_is_still_the_same() {
        var other = Sha256.of("other");
        reports.given(ISSUED)
                .when(new ReportCommand.Verify(MADE.id(), DATA), as(AUDITOR))
                .expectEvents(new ReportEvent.Verified(MADE.id(), DATA, DATA, true));
        reports.given(ISSUED)
                .when(new ReportCommand.Verify(MADE.id(), other), as(AUDITOR))
                .expectEvents(new ReportEvent.Verified(MADE.id(), DATA, other, false));
    }

    @Test
    void somebody_without_a_role_in_the_project_learns_nothing() {
        var stranger = new Actor(new UserId("u-eve"), null, Channel.PAGE, People.NOW, Set.of());
        Refusals.expect(
                reports.given(ISSUED).when(new ReportCommand.Verify(MADE.id(), DATA), as(stranger)),
                "project.unknown");
    }

    private static ReportCommand.Made made(Sha256 digest) {
        return new ReportCommand.Made(
                PROJECT, "bias-and-risk/1", Subjects.VERSION.ref(), 41, digest);
    }
}
