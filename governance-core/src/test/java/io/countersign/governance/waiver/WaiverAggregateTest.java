package io.countersign.governance.waiver;

import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.NOW;
import static io.countersign.testing.People.OTHER_ENGINEER;
import static io.countersign.testing.People.VALIDATOR;
import static io.countersign.testing.People.as;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.policy.PoliciesInForce;
import io.countersign.governance.policy.Policy;
import io.countersign.governance.policy.PolicyFile;
import io.countersign.governance.policy.PolicyRef;
import io.countersign.governance.policy.SeparationRule;
import io.countersign.governance.review.Manifest;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewedSubject;
import io.countersign.governance.review.ReviewedSubjects;
import io.countersign.governance.review.Reviews;
import io.countersign.governance.review.Snapshot;
import io.countersign.governance.review.Stake;
import io.countersign.governance.review.WaivedGates;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.testing.History;
import io.countersign.testing.People;
import io.countersign.testing.Refusals;
import io.countersign.testing.Subjects;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WaiverAggregateTest {
    private static final WaiverId ID = new WaiverId("credit.w-7f3k2a9d");
    private static final SubjectRef DEPLOYMENT =
            new SubjectRef(SubjectKind.DEPLOYMENT, "credit.d-7f3k2a9d");
    private static final Instant END = NOW.plus(Duration.ofDays(90));
    private static final Stake DEVELOPER = new Stake(VALIDATOR.id(), SeparationRule.DEVELOPER);
    private static final PolicyRef REF = new PolicyRef("deployment", 3, Sha256.of("policy"));
    private static final Policy POLICY =
            PolicyFile.parse(
                    "deployment.yml",
                    """
                    subject: deployment
                    title: Test
                    gates:
                      - id: no-open-critical-risk
                        sentence: No critical risk is open.
                        when: risks.openCritical == 0
                        waivable: {by: [risk-owner, compliance-officer], at-most: P90D}
                      - {id: model-signed-off, sentence: Signed off., when: model.signedOff}
                    signatures:
                      - {role: release-manager, meaning: I release it.}
                    """
                            .getBytes(UTF_8));

    private final History history = History.ofProject();

    private ResultValidator<WaiverAggregate> when(WaiverCommand command, Actor actor) {
        var fixture = new AggregateTestFixture<>(WaiverAggregate.class);
        fixture.registerInjectableResource(Clock.fixed(NOW, ZoneOffset.UTC));
        fixture.registerInjectableResource(
                new ReviewedSubjects(List.of(new Deployment()), WaivedGates.NONE));
        fixture.registerInjectableResource(new Policies());
        fixture.registerInjectableResource(new NothingGranted(history));
        return fixture.givenCurrentTime(NOW).andGiven().when(command, as(actor));
    }

    private static WaiverCommand.Ask ask(
            String gate, SubjectRef subject, @Nullable String environment, Instant until) {
        return new WaiverCommand.Ask(
                ID, gate, subject, environment, " The fix ships. ", "Every case is read.", until);
    }

    private static WaiverEvent.Requested requested(
            @Nullable String environment, List<Stake> excluded) {
        return new WaiverEvent.Requested(
                ID,
                "no-open-critical-risk",
                "No critical risk is open.",
                DEPLOYMENT,
                environment,
                "The fix ships.",
                "Every case is read.",
                END,
                List.of(Role.RISK_OWNER, Role.COMPLIANCE_OFFICER),
                REF,
                OTHER_ENGINEER.id(),
                excluded);
    }

    @Test
    void records_what_is_asked_with_what_policy_says_of_it() {
        when(ask("no-open-critical-risk", DEPLOYMENT, "staging", END), OTHER_ENGINEER)
                .expectEvents(
                        requested(
                                "staging",
                                List.of(
                                        new Stake(OTHER_ENGINEER.id(), SeparationRule.REQUESTER),
                                        DEVELOPER)));
    }

    @Test
    void keeps_out_who_asked_for_the_approval_of_the_subject_too() {
        history.add(
                Review.stream(DEPLOYMENT), Subjects.approved(DEPLOYMENT, new Manifest(List.of())));
        when(ask("no-open-critical-risk", DEPLOYMENT, null, END), OTHER_ENGINEER)
                .expectEvents(
                        requested(
                                null,
                                List.of(
                                        new Stake(OTHER_ENGINEER.id(), SeparationRule.REQUESTER),
                                        new Stake(ENGINEER.id(), SeparationRule.REQUESTER),
                                        DEVELOPER)));
    }

    @Test
    void refuses_a_gate_that_policy_does_not_let_be_waived_and_names_the_policy() {
        Refusals.expect(
                when(ask("model-signed-off", DEPLOYMENT, null, END), ENGINEER),
                "waiver.not-waivable");
        Refusals.expect(
                when(ask("no-such-gate", DEPLOYMENT, null, END), ENGINEER), "waiver.gate-unknown");
    }

    @Test
    void refuses_a_time_beyond_what_policy_allows_or_in_the_past() {
        for (var until : List.of(NOW, END.plusMillis(1))) {
            Refusals.expect(
                    when(ask("no-open-critical-risk", DEPLOYMENT, null, until), ENGINEER),
                    "input.invalid");
        }
    }

    @Test
    void refuses_another_environment_project_or_kind_of_subject() {
        Refusals.expect(
                when(ask("no-open-critical-risk", DEPLOYMENT, "production", END), ENGINEER),
                "input.invalid");
        Refusals.expect(
                when(
                        ask(
                                "no-open-critical-risk",
                                SubjectRef.parse("deployment:other.d-7f3k2a9d"),
                                null,
                                END),
                        ENGINEER),
                "waiver.subject-of-another-project");
        Refusals.expect(
                when(ask("end-date-ahead", ID.ref(), null, END), ENGINEER), "waiver.of-waiver");
    }

    @Test
    void refuses_who_may_not_request() {
        Refusals.expect(
                when(ask("no-open-critical-risk", DEPLOYMENT, null, END), VALIDATOR),
                "access.role-needed");
    }

    @Test
    void refuses_an_empty_reason_and_an_empty_control() {
        for (var words : List.of(List.of("", "x"), List.of("x", " "))) {
            Refusals.expect(
                    when(
                            new WaiverCommand.Ask(
                                    ID,
                                    "no-open-critical-risk",
                                    DEPLOYMENT,
                                    null,
                                    words.getFirst(),
                                    words.getLast(),
                                    END),
                            ENGINEER),
                    "input.required");
        }
    }

    private static final class NothingGranted extends GrantedWaivers {
        @SuppressWarnings("NullAway") // it asks no database
        NothingGranted(History history) {
            super(null, history.make(Reviews.class));
        }

        @Override
        void requireNoneOpen(String gate, SubjectRef subject, Instant now) {
            // what it finds in the database is tested against one
        }
    }

    private static final class Policies implements PoliciesInForce {
        @Override
        public InForce forSubject(SubjectKind kind) {
            return new InForce(REF, POLICY);
        }

        @Override
        public Policy adopted(PolicyRef ref) {
            return POLICY;
        }
    }

    private static final class Deployment implements ReviewedSubject {
        @Override
        public SubjectKind kind() {
            return SubjectKind.DEPLOYMENT;
        }

        @Override
        public Snapshot snapshot(SubjectRef subject, Instant now) {
            return new Snapshot(
                    People.PROJECT,
                    "high",
                    new Manifest(List.of()),
                    Map.of("environment", Map.of("key", "staging")),
                    List.of(DEVELOPER));
        }
    }
}
