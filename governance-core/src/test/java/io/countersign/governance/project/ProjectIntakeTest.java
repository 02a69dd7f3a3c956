package io.countersign.governance.project;

import static io.countersign.testing.People.AUDITOR;
import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.NOW;
import static io.countersign.testing.People.OFFICER;
import static io.countersign.testing.People.PROJECT;
import static io.countersign.testing.People.RISK_OWNER;
import static io.countersign.testing.People.VALIDATOR;
import static io.countersign.testing.People.as;
import static io.countersign.testing.People.person;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.intake.IntakeDecision;
import io.countersign.governance.intake.Questions;
import io.countersign.governance.project.ProjectCommand.AnswerIntake;
import io.countersign.governance.project.ProjectCommand.DecideTierOverride;
import io.countersign.governance.project.ProjectCommand.RequestTierOverride;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Role;
import io.countersign.testing.Refusals;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The risk tier of a project: declared, derived, overridden. */
class ProjectIntakeTest {
    private static final ProjectEvent.Registered REGISTERED =
            new ProjectEvent.Registered(
                    PROJECT,
                    "Credit",
                    "Too slow",
                    "Score applications",
                    "Lending",
                    List.of("EU"),
                    RiskTier.HIGH,
                    ENGINEER.id());
    private static final Actor SECOND_OFFICER = person("u-cora", Role.COMPLIANCE_OFFICER);

    private final List<ProjectEvent> history = new ArrayList<>(List.of(REGISTERED));

    private static Map<String, List<String>> answers(String... pairs) {
        var answers = new HashMap<String, List<String>>(Questions.harmless());
        for (var i = 0; i < pairs.length; i += 2) {
            answers.put(pairs[i], List.of(pairs[i + 1]));
        }
        return answers;
    }

    private static AnswerIntake intake(String... pairs) {
        return new AnswerIntake(PROJECT, 1, answers(pairs));
    }

    private static ProjectEvent.IntakeAnswered answered(String... pairs) {
        return new ProjectEvent.IntakeAnswered(
                PROJECT, IntakeDecision.decide(Questions.shipped(), answers(pairs), ENGINEER.id()));
    }

    private ResultValidator<ProjectAggregate> when(ProjectCommand command, Actor actor) {
        TierRules rules =
                (version, given, by) -> IntakeDecision.decide(Questions.shipped(), given, by);
        return new AggregateTestFixture<>(ProjectAggregate.class)
                .registerInjectableResource(rules)
                .registerInjectableResource(Clock.fixed(NOW, ZoneOffset.UTC))
                .given(history)
                .when(command, as(actor));
    }

    private ProjectState state() {
        var state = ProjectState.NONE;
        for (var event : history) {
            state = state.evolve(event, NOW);
        }
        return state;
    }

    private void happened(ProjectEvent... events) {
        history.addAll(Arrays.asList(events));
    }

    private TierOverride requested(RiskTier tier, Actor by) {
        var before = state();
        var override =
                new TierOverride(
                        before.overrides() + 1,
                        before.riskTier(),
                        tier,
                        new PersonalText(by.id(), "The clerks recheck all of it."),
                        by.id(),
                        by.onBehalfOf(),
                        TierOverride.digest(
                                PROJECT,
                                before.overrides() + 1,
                                before.riskTier(),
                                tier,
                                java.util.Objects.requireNonNull(before.intake())));
        happened(new ProjectEvent.TierOverrideRequested(PROJECT, override));
        return override;
    }

    private static TierOverride.Signature signature(
            TierOverride override, boolean approve, @Nullable String comment) {
        return new TierOverride.Signature(
                OFFICER.id(),
                null,
                Role.COMPLIANCE_OFFICER,
                approve
                        ? "I approve that this project has another risk tier than its intake"
                                + " decided."
                        : "I refuse that this project has another risk tier.",
                new PersonalText(OFFICER.id(), "Carl Osei"),
                comment == null ? null : new PersonalText(OFFICER.id(), comment),
                NOW,
                NOW,
                override.digest());
    }

    private TierOverride overridden(RiskTier tier) {
        var override = requested(tier, ENGINEER);
        happened(
                new ProjectEvent.TierOverridden(
                        PROJECT, override.number(), tier, signature(override, true, null)));
        return override;
    }

    private static DecideTierOverride approve(TierOverride override) {
        return new DecideTierOverride(PROJECT, override.digest(), true, "", "Carl Osei");
    }

    private static RequestTierOverride wish(RiskTier tier) {
        return new RequestTierOverride(PROJECT, tier, "The clerks recheck all of it.");
    }

    private static Actor with(Actor actor, Channel channel, @Nullable Instant freshAt) {
        return new Actor(actor.id(), actor.onBehalfOf(), channel, freshAt, actor.grants());
    }

    @Nested
    class Declared {
        @Test
        void a_tier_named_by_hand_stays_until_an_intake_decides() {
            assertThat(state().riskTier()).isEqualTo(RiskTier.HIGH);
            assertThat(state().origin()).isEqualTo(TierOrigin.DECLARED);
            assertThat(state().origin().words()).isEqualTo("declared, not derived");
            var amend = amend(RiskTier.CRITICAL);
            when(amend, ENGINEER).expectSuccessfulHandlerExecution();
        }

        @Test
        void nobody_declares_a_project_prohibited() {
            Refusals.expect(when(amend(RiskTier.PROHIBITED), ENGINEER), "input.invalid");
        }

        @Test
        void has_nothing_to_override() {
            Refusals.expect(when(wish(RiskTier.LOW), ENGINEER), "project.intake-missing");
        }
    }

    private static ProjectCommand.Amend amend(RiskTier tier) {
        return new ProjectCommand.Amend(
                PROJECT, "Credit", "Slow", "Score", "Lending", List.of("EU"), tier);
    }

    @Nested
    class Derived {
        @Test
        void the_answers_decide_the_tier_with_the_rules_that_matched() {
            when(intake("useOnPeople", "ranks"), ENGINEER)
                    .expectEvents(answered("useOnPeople", "ranks"));
            happened(answered("useOnPeople", "ranks"));
            assertThat(state().riskTier()).isEqualTo(RiskTier.MEDIUM);
            assertThat(state().origin()).isEqualTo(TierOrigin.DERIVED);
        }

        @Test
        void answering_again_is_a_new_event_also_with_the_same_answers() {
            happened(answered());
            when(intake(), ENGINEER).expectEvents(answered());
        }

        @Test
        void a_missing_answer_decides_nothing() {
            Refusals.expect(
                    when(
                            new AnswerIntake(
                                    PROJECT, 1, Map.of("bannedPractices", List.of("none"))),
                            ENGINEER),
                    "intake.answers-missing");
        }

        @Test
        void requesters_and_compliance_officers_answer_and_nobody_else() {
            when(intake(), OFFICER).expectSuccessfulHandlerExecution();
            for (var other : List.of(AUDITOR, VALIDATOR, RISK_OWNER)) {
                Refusals.expect(when(intake(), other), "access.role-needed");
            }
        }

        @Test
        void is_not_changed_by_hand_any_more() {
            happened(answered("useOnPeople", "ranks"));
            Refusals.expect(when(amend(RiskTier.LOW), ENGINEER), "project.tier-derived");
            when(amend(RiskTier.MEDIUM), ENGINEER).expectSuccessfulHandlerExecution();
            happened(
                    new ProjectEvent.Amended(
                            PROJECT,
                            "Credit",
                            "Slow",
                            "Score",
                            "Lending",
                            List.of("US"),
                            RiskTier.MEDIUM));
            assertThat(state().origin()).isEqualTo(TierOrigin.DERIVED);
            assertThat(state().jurisdictions()).containsExactly("US");
        }

        @Test
        void a_retired_project_answers_nothing() {
            happened(
                    answered(),
                    new ProjectEvent.Retired(PROJECT, new PersonalText(ENGINEER.id(), "done")));
            Refusals.expect(when(intake(), ENGINEER), "project.retired");
            Refusals.expect(when(wish(RiskTier.HIGH), ENGINEER), "project.retired");
        }
    }

    @Nested
    class Overriding {
        @Test
        void a_wish_with_its_reason_changes_nothing_yet() {
            happened(answered());
            var before = state();
            var override = requested(RiskTier.HIGH, ENGINEER);
            var asked = history.removeLast();
            when(wish(RiskTier.HIGH), ENGINEER).expectEvents(asked);
            happened(asked);
            assertThat(state().riskTier()).isEqualTo(before.riskTier());
            assertThat(state().asked()).isEqualTo(override);
        }

        @Test
        void needs_a_reason_another_tier_and_one_at_a_time() {
            happened(answered());
            Refusals.expect(
                    when(new RequestTierOverride(PROJECT, RiskTier.HIGH, " "), ENGINEER),
                    "input.required");
            Refusals.expect(when(wish(RiskTier.LOW), ENGINEER), "project.tier-same");
            requested(RiskTier.HIGH, ENGINEER);
            Refusals.expect(when(wish(RiskTier.MEDIUM), RISK_OWNER), "project.override-open");
        }

        @Test
        void counts_once_a_compliance_officer_who_did_not_ask_has_signed() {
            happened(answered("useOnPeople", "decides", "oversight", "on-the-loop"));
            var override = requested(RiskTier.MEDIUM, ENGINEER);
            var overridden =
                    new ProjectEvent.TierOverridden(
                            PROJECT, 1, RiskTier.MEDIUM, signature(override, true, null));
            when(approve(override), OFFICER).expectEvents(overridden);
            happened(overridden);
            assertThat(state().riskTier()).isEqualTo(RiskTier.MEDIUM);
            assertThat(state().origin()).isEqualTo(TierOrigin.OVERRIDDEN);
        }

        @Test
        void may_raise_the_tier_as_well_even_to_prohibited() {
            happened(answered());
            overridden(RiskTier.PROHIBITED);
            assertThat(state().riskTier()).isEqualTo(RiskTier.PROHIBITED);
            when(wish(RiskTier.LOW), ENGINEER).expectSuccessfulHandlerExecution();
        }

        @Test
        void is_not_signed_by_whoever_asked_nor_in_their_name() {
            happened(answered());
            var own = requested(RiskTier.HIGH, OFFICER);
            Refusals.expect(when(approve(own), OFFICER), "project.own-override");
            var standIn =
                    new Actor(
                            SECOND_OFFICER.id(),
                            OFFICER.id(),
                            Channel.PAGE,
                            NOW,
                            SECOND_OFFICER.grants());
            Refusals.expect(when(approve(own), standIn), "project.own-override");
            when(approve(own), SECOND_OFFICER).expectSuccessfulHandlerExecution();
        }

        @Test
        void is_not_signed_by_the_one_it_was_asked_for_on_behalf_of() {
            happened(answered());
            var asking =
                    new Actor(ENGINEER.id(), OFFICER.id(), Channel.PAGE, NOW, ENGINEER.grants());
            var override = requested(RiskTier.HIGH, asking);
            Refusals.expect(when(approve(override), OFFICER), "project.own-override");
        }

        @Test
        void is_signed_in_no_other_role() {
            happened(answered());
            var override = requested(RiskTier.HIGH, ENGINEER);
            for (var other : List.of(RISK_OWNER, VALIDATOR, AUDITOR)) {
                Refusals.expect(when(approve(override), other), "access.role-needed");
            }
        }

        @Test
        void is_signed_with_the_password_just_given_and_never_by_a_token() {
            happened(answered());
            var override = requested(RiskTier.HIGH, ENGINEER);
            Refusals.expect(
                    when(approve(override), with(OFFICER, Channel.TOKEN, null)),
                    "review.token-cannot-sign");
            Refusals.expect(
                    when(approve(override), with(OFFICER, Channel.PAGE, null)), "review.not-fresh");
            Refusals.expect(
                    when(
                            approve(override),
                            with(OFFICER, Channel.PAGE, NOW.minus(Duration.ofMinutes(6)))),
                    "review.not-fresh");
        }

        @Test
        void is_signed_only_as_it_was_shown() {
            happened(answered());
            var shown = requested(RiskTier.HIGH, ENGINEER);
            happened(
                    new ProjectEvent.TierOverrideRefused(
                            PROJECT, 1, signature(shown, false, "No.")));
            Refusals.expect(when(approve(shown), OFFICER), "project.no-override-open");
            requested(RiskTier.MEDIUM, ENGINEER);
            Refusals.expect(when(approve(shown), OFFICER), "project.override-moved");
        }

        @Test
        void a_refusal_needs_a_comment_and_leaves_the_tier() {
            happened(answered());
            var override = requested(RiskTier.HIGH, ENGINEER);
            var refusing =
                    new DecideTierOverride(
                            PROJECT, override.digest(), false, "Not enough.", "Carl Osei");
            Refusals.expect(
                    when(
                            new DecideTierOverride(
                                    PROJECT, override.digest(), false, " ", "Carl Osei"),
                            OFFICER),
                    "input.required");
            var refused =
                    new ProjectEvent.TierOverrideRefused(
                            PROJECT, 1, signature(override, false, "Not enough."));
            when(refusing, OFFICER).expectEvents(refused);
            happened(refused);
            assertThat(state().riskTier()).isEqualTo(RiskTier.LOW);
            assertThat(state().asked()).isNull();
        }

        @Test
        void a_later_intake_ends_what_is_in_force_and_what_is_asked_for_and_says_so() {
            happened(answered());
            overridden(RiskTier.HIGH);
            requested(RiskTier.CRITICAL, ENGINEER);
            when(intake("useOnPeople", "ranks"), ENGINEER)
                    .expectEvents(
                            answered("useOnPeople", "ranks"),
                            new ProjectEvent.TierOverrideEnded(PROJECT, 1, RiskTier.HIGH, true),
                            new ProjectEvent.TierOverrideEnded(
                                    PROJECT, 2, RiskTier.CRITICAL, false));
            happened(answered("useOnPeople", "ranks"));
            assertThat(state().riskTier()).isEqualTo(RiskTier.MEDIUM);
            assertThat(state().origin()).isEqualTo(TierOrigin.DERIVED);
            assertThat(state().asked()).isNull();
            assertThat(requested(RiskTier.LOW, ENGINEER).number()).isEqualTo(3);
        }

        @Test
        void what_the_rules_prohibit_is_not_overridden() {
            happened(answered("bannedPractices", "social-scoring"));
            assertThat(state().riskTier()).isEqualTo(RiskTier.PROHIBITED);
            Refusals.expect(when(wish(RiskTier.HIGH), OFFICER), "project.prohibited");
        }
    }
}
