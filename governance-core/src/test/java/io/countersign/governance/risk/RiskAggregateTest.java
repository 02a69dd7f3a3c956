package io.countersign.governance.risk;

import static io.countersign.testing.People.AUDITOR;
import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.NOW;
import static io.countersign.testing.People.OFFICER;
import static io.countersign.testing.People.RISK_OWNER;
import static io.countersign.testing.People.as;
import static io.countersign.testing.People.person;

import io.countersign.governance.configuration.AdoptedFiles;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.testing.History;
import io.countersign.testing.People;
import io.countersign.testing.Refusals;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RiskAggregateTest {
    private static final RiskId ID = new RiskId("credit.r-7f3k2a9d");
    private static final SubjectRef VERSION = SubjectRef.parse("model-version:credit.scorer@1.0");
    private static final SubjectRef LATER = SubjectRef.parse("model-version:credit.scorer@1.1");
    private static final SubjectRef MEASURED = SubjectRef.parse("model:credit.scorer");
    private static final SubjectRef PASSING = SubjectRef.parse("assessment:credit.a-12345678");
    private static final Actor OTHER_RISK_OWNER = person("u-rolf", Role.RISK_OWNER);
    private static final Actor OUTSIDER =
            new Actor(
                    new UserId("u-eve"),
                    null,
                    io.countersign.governance.shared.Channel.PAGE,
                    NOW,
                    java.util.Set.of(Actor.Grant.parse("risk-owner@other")));
    private static final Rating SEVERE = new Rating(4, 5);
    private static final Rating MILD = new Rating(2, 2);
    private static final String WHY = "New evidence";

    private final List<Object> history = new ArrayList<>();
    private @Nullable SubjectRef passing;
    private List<String> facts = List.of("event-1");

    private ResultValidator<RiskAggregate> when(RiskCommand command, Actor actor) {
        var fixture = new AggregateTestFixture<>(RiskAggregate.class);
        fixture.registerInjectableResource(
                new RiskScales(new History().make(AdoptedFiles.class)) {
                    @Override
                    public Adopted inForce() {
                        return new Adopted(3, RiskScaleTest.parse(RiskScaleTest.SHIPPED));
                    }
                });
        fixture.registerInjectableResource(
                new RiskPeople(id ->
                        id.equals(OTHER_RISK_OWNER.id())
                                ? OTHER_RISK_OWNER.grants()
                                : id.equals(OUTSIDER.id())
                                        ? OUTSIDER.grants()
                                        : People.grantsOf(id)));
        LaterMeasurement measurements =
                (measured, facts, since) ->
                        passing != null && measured.equals(MEASURED) && facts.equals(this.facts)
                                ? LaterMeasurement.Later.passed(passing)
                                : LaterMeasurement.Later.missing("another of " + facts + ".");
        fixture.registerInjectableResource(measurements);
        return fixture.givenCurrentTime(NOW).andGiven(history.toArray()).when(command, as(actor));
    }

    private void refused(RiskCommand command, Actor actor, String code) {
        Refusals.expect(when(command, actor), code);
    }

    private static RiskCommand.Raise raise(String category, Rating inherent, SubjectRef... about) {
        return new RiskCommand.Raise(
                ID, " Leak ", "<b>cause</b>", category, List.of(about), "Applicants", inherent);
    }

    private static RiskEvent.Raised raised(@Nullable String cause, @Nullable SubjectRef measured) {
        return new RiskEvent.Raised(
                ID,
                "Leak",
                "<b>cause</b>",
                "privacy",
                List.of(VERSION),
                "Applicants",
                SEVERE,
                "critical",
                3,
                cause,
                measured);
    }

    private void isRaised() {
        history.add(raised(null, null));
    }

    private void isRaisedByAFact() {
        history.add(raised("event-1", MEASURED));
    }

    private void isOwnedBy(Actor actor) {
        history.add(new RiskEvent.OwnerAssigned(ID, actor.id()));
    }

    private void isClosed() {
        history.add(new RiskEvent.Closed(ID, why(OFFICER), null));
    }

    private static PersonalText why(Actor actor) {
        return new PersonalText(actor.id(), WHY);
    }

    @Nested
    class Raising {
        @Test
        void records_the_level_of_the_scale_in_force_and_which_that_was() {
            when(raise("privacy", SEVERE, VERSION, VERSION), ENGINEER)
                    .expectEvents(raised(null, null));
        }

        @Test
        void needs_a_role_that_works_on_the_project() {
            refused(raise("privacy", SEVERE), AUDITOR, "access.role-needed");
            refused(raise("privacy", SEVERE), OUTSIDER, "project.unknown");
        }

        @Test
        void refuses_a_category_or_a_rating_the_scale_does_not_have() {
            refused(raise("weather", SEVERE), ENGINEER, "risk.category-unknown");
            refused(raise("privacy", new Rating(6, 1)), ENGINEER, "risk.rating-outside-scale");
        }

        @ParameterizedTest
        @CsvSource({"model:other.scorer", "model:credits.scorer", "project:other"})
        void refuses_subjects_of_another_project(String subject) {
            refused(
                    raise("privacy", SEVERE, SubjectRef.parse(subject)),
                    ENGINEER,
                    "risk.subject-of-another-project");
        }

        @Test
        void needs_a_title_and_a_description() {
            refused(
                    new RiskCommand.Raise(ID, " ", "d", "privacy", List.of(), "", MILD),
                    ENGINEER,
                    "input.required");
            refused(
                    new RiskCommand.Raise(ID, "t", "", "privacy", List.of(), "", MILD),
                    ENGINEER,
                    "input.required");
        }
    }

    @Nested
    class Raising_by_a_fact {
        private final RiskCommand.RaiseByFact fact =
                new RiskCommand.RaiseByFact(
                        ID,
                        "Ratio",
                        "0.71",
                        "privacy",
                        List.of(LATER),
                        SEVERE,
                        "event-2",
                        MEASURED);

        @Test
        void raises_it_once_linked_to_its_cause() {
            when(fact, Actor.system())
                    .expectEvents(
                            new RiskEvent.Raised(
                                    ID,
                                    "Ratio",
                                    "0.71",
                                    "privacy",
                                    List.of(LATER),
                                    "",
                                    SEVERE,
                                    "critical",
                                    3,
                                    "event-2",
                                    MEASURED));
        }

        @Test
        void says_that_it_is_there_again_while_open() {
            isRaisedByAFact();
            when(fact, Actor.system())
                    .expectEvents(new RiskEvent.Recurred(ID, "0.71", List.of(LATER), "event-2"));
        }

        @Test
        void reopens_it_where_it_was_closed() {
            isRaisedByAFact();
            isClosed();
            when(fact, Actor.system())
                    .expectEvents(
                            new RiskEvent.Reopened(
                                    ID,
                                    new PersonalText(
                                            UserId.SYSTEM,
                                            "The fact that raised it was found again."),
                                    "event-2"),
                            new RiskEvent.Recurred(ID, "0.71", List.of(LATER), "event-2"));
        }

        @Test
        void is_for_the_product_alone() {
            refused(fact, OFFICER, "risk.by-fact");
        }
    }

    @Nested
    class Assigning_an_owner {
        @Test
        void gives_it_to_a_risk_owner_of_the_project() {
            isRaised();
            when(new RiskCommand.AssignOwner(ID, RISK_OWNER.id()), OFFICER)
                    .expectEvents(new RiskEvent.OwnerAssigned(ID, RISK_OWNER.id()));
        }

        @Test
        void changes_nothing_where_they_own_it() {
            isRaised();
            isOwnedBy(RISK_OWNER);
            when(new RiskCommand.AssignOwner(ID, RISK_OWNER.id()), OFFICER).expectNoEvents();
        }

        @Test
        void refuses_somebody_without_that_role_there() {
            isRaised();
            refused(
                    new RiskCommand.AssignOwner(ID, ENGINEER.id()),
                    OFFICER,
                    "risk.owner-without-role");
            refused(
                    new RiskCommand.AssignOwner(ID, OUTSIDER.id()),
                    OFFICER,
                    "risk.owner-without-role");
        }

        @Test
        void needs_the_role_risk_owner_or_compliance_officer() {
            isRaised();
            refused(
                    new RiskCommand.AssignOwner(ID, RISK_OWNER.id()),
                    ENGINEER,
                    "access.role-needed");
        }
    }

    @Nested
    class Rating_it {
        @Test
        void records_who_why_and_the_scale() {
            isRaised();
            isOwnedBy(RISK_OWNER);
            when(new RiskCommand.RateInherent(ID, MILD, WHY), RISK_OWNER)
                    .expectEvents(new RiskEvent.InherentRated(ID, MILD, "low", 3, why(RISK_OWNER)));
            when(new RiskCommand.RateResidual(ID, MILD, WHY), OFFICER)
                    .expectEvents(new RiskEvent.ResidualRated(ID, MILD, "low", 3, why(OFFICER)));
        }

        @Test
        void makes_the_first_risk_owner_who_does_its_owner() {
            isRaised();
            when(new RiskCommand.RateResidual(ID, MILD, WHY), RISK_OWNER)
                    .expectEvents(
                            new RiskEvent.OwnerAssigned(ID, RISK_OWNER.id()),
                            new RiskEvent.ResidualRated(ID, MILD, "low", 3, why(RISK_OWNER)));
        }

        @Test
        void needs_a_reason_a_rating_of_the_scale_and_an_open_risk() {
            isRaised();
            refused(new RiskCommand.RateInherent(ID, MILD, " "), OFFICER, "input.required");
            refused(new RiskCommand.RateResidual(ID, MILD, ""), OFFICER, "input.required");
            refused(
                    new RiskCommand.RateResidual(ID, new Rating(1, 6), WHY),
                    OFFICER,
                    "risk.rating-outside-scale");
            isClosed();
            refused(new RiskCommand.RateInherent(ID, MILD, WHY), OFFICER, "risk.closed");
            refused(new RiskCommand.RateResidual(ID, MILD, WHY), OFFICER, "risk.closed");
        }

        @Test
        void is_not_for_who_neither_owns_risks_nor_watches_compliance() {
            isRaised();
            refused(new RiskCommand.RateInherent(ID, MILD, WHY), ENGINEER, "access.role-needed");
            refused(new RiskCommand.RateResidual(ID, MILD, WHY), AUDITOR, "access.role-needed");
            refused(new RiskCommand.RateResidual(ID, MILD, WHY), OUTSIDER, "project.unknown");
        }
    }

    @Nested
    class Planning {
        private final LocalDate due = LocalDate.parse("2027-01-31");
        private final RiskCommand.PlanTreatment plan =
                new RiskCommand.PlanTreatment(
                        ID, Treatment.MITIGATE, "Reweigh", ENGINEER.id(), due);

        @Test
        void records_option_plan_responsible_and_day() {
            isRaised();
            when(plan, OFFICER)
                    .expectEvents(
                            new RiskEvent.TreatmentPlanned(
                                    ID, Treatment.MITIGATE, "Reweigh", ENGINEER.id(), due));
            when(new RiskCommand.ScheduleReview(ID, due), OFFICER)
                    .expectEvents(new RiskEvent.ReviewScheduled(ID, due));
        }

        @Test
        void needs_a_plan_a_role_and_an_open_risk() {
            isRaised();
            refused(
                    new RiskCommand.PlanTreatment(ID, Treatment.AVOID, "", ENGINEER.id(), due),
                    OFFICER,
                    "input.required");
            refused(plan, ENGINEER, "access.role-needed");
            refused(new RiskCommand.ScheduleReview(ID, due), ENGINEER, "access.role-needed");
            isClosed();
            refused(plan, OFFICER, "risk.closed");
            refused(new RiskCommand.ScheduleReview(ID, due), OFFICER, "risk.closed");
        }
    }

    @Nested
    class Closing {
        private final RiskCommand.Close close = new RiskCommand.Close(ID, WHY);

        @Test
        void is_for_another_risk_owner_or_a_compliance_officer() {
            isRaised();
            isOwnedBy(RISK_OWNER);
            when(close, OFFICER).expectEvents(new RiskEvent.Closed(ID, why(OFFICER), null));
            when(close, OTHER_RISK_OWNER)
                    .expectEvents(new RiskEvent.Closed(ID, why(OTHER_RISK_OWNER), null));
            refused(close, ENGINEER, "access.role-needed");
        }

        @Test
        void is_refused_to_its_owner() {
            isRaised();
            isOwnedBy(RISK_OWNER);
            refused(close, RISK_OWNER, "risk.own-closure");
        }

        @Test
        void is_refused_to_who_owns_its_treatment() {
            isRaised();
            isOwnedBy(RISK_OWNER);
            history.add(
                    new RiskEvent.TreatmentPlanned(
                            ID,
                            Treatment.MITIGATE,
                            "p",
                            OFFICER.id(),
                            LocalDate.parse("2027-01-31")));
            refused(close, OFFICER, "risk.own-closure");
        }

        @Test
        void waits_for_a_later_passing_measurement_where_one_raised_it() {
            isRaisedByAFact();
            refused(close, OFFICER, "risk.not-measured-since");
            passing = PASSING;
            when(close, OFFICER).expectEvents(new RiskEvent.Closed(ID, why(OFFICER), PASSING));
        }

        @Test
        void asks_for_one_that_makes_good_every_time_it_was_found() {
            isRaisedByAFact();
            history.add(new RiskEvent.Recurred(ID, "again", List.of(VERSION), "event-2"));
            passing = PASSING;
            refused(close, OFFICER, "risk.not-measured-since");
            facts = List.of("event-1", "event-2");
            when(close, OFFICER).expectEvents(new RiskEvent.Closed(ID, why(OFFICER), PASSING));
        }

        @Test
        void needs_a_reason_and_an_open_risk() {
            isRaised();
            refused(new RiskCommand.Close(ID, ""), OFFICER, "input.required");
            isClosed();
            refused(close, OFFICER, "risk.closed");
        }
    }

    @Nested
    class Reopening {
        private final RiskCommand.Reopen reopen = new RiskCommand.Reopen(ID, WHY, null);

        @Test
        void opens_a_closed_one_with_a_reason() {
            isRaised();
            isClosed();
            when(reopen, OFFICER).expectEvents(new RiskEvent.Reopened(ID, why(OFFICER), null));
            refused(new RiskCommand.Reopen(ID, "", null), OFFICER, "input.required");
            refused(reopen, ENGINEER, "access.role-needed");
        }

        @Test
        void is_refused_while_it_is_open() {
            isRaised();
            refused(reopen, OFFICER, "risk.open");
        }
    }
}
