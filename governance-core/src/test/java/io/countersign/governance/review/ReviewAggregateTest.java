package io.countersign.governance.review;

import static io.countersign.testing.People.ADMINISTRATOR;
import static io.countersign.testing.People.AUDITOR;
import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.NOW;
import static io.countersign.testing.People.OFFICER;
import static io.countersign.testing.People.OTHER_ENGINEER;
import static io.countersign.testing.People.VALIDATOR;
import static io.countersign.testing.People.as;
import static io.countersign.testing.People.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.CoreMatchers.allOf;
import static org.hamcrest.CoreMatchers.containsString;
import static org.hamcrest.CoreMatchers.startsWith;

import io.countersign.governance.policy.Change;
import io.countersign.governance.policy.Policy;
import io.countersign.governance.policy.PolicyFile;
import io.countersign.governance.policy.SeparationRule;
import io.countersign.governance.policy.ShippedPolicies;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ReviewAggregateTest {
    private static final Actor SYSTEM = Actor.system();

    private final World world =
            new World(
                    new SubjectRef(SubjectKind.MODEL_VERSION, "credit.scorer@1.0"),
                    ShippedPolicies.model(),
                    ShippedPolicies.policy("model-sign-off"));

    private ResultValidator<ReviewAggregate> when(ReviewCommand command, Actor actor) {
        var fixture = new AggregateTestFixture<>(ReviewAggregate.class);
        fixture.registerInjectableResource(world.subjects);
        fixture.registerInjectableResource(world.policies);
        fixture.registerInjectableResource(world.clock);
        fixture.registerInjectableResource(world.grants);
        return fixture.givenCurrentTime(world.now)
                .andGiven(world.history.toArray())
                .when(command, as(actor));
    }

    private void refused(ReviewCommand command, Actor actor, String code, String... with) {
        var matcher = allOf(startsWith(code + ": "));
        for (var text : with) {
            matcher = allOf(matcher, containsString(text));
        }
        when(command, actor)
                .expectNoEvents()
                .expectException(CommandRefused.class)
                .expectExceptionMessage(matcher);
    }

    private void requested() {
        world.happens(world.request(), ENGINEER);
    }

    private void validated() {
        requested();
        world.happens(world.sign(Role.VALIDATOR, Verdict.APPROVE), world.fresh(VALIDATOR));
    }

    private void approved() {
        validated();
        world.happens(world.sign(Role.COMPLIANCE_OFFICER, Verdict.APPROVE), world.fresh(OFFICER));
    }

    /** On condition 1, due in thirty days, owned by the engineer, confirmed by an officer. */
    private void approvedOnCondition() {
        requested();
        world.happens(world.approveOn(world.terms()), world.fresh(VALIDATOR));
        world.happens(world.sign(Role.COMPLIANCE_OFFICER, Verdict.APPROVE), world.fresh(OFFICER));
    }

    private void fulfilled() {
        world.happens(world.fulfil(), ENGINEER);
    }

    private void criticalRisk() {
        world.facts.put(
                "risks", Map.of("openCritical", 1, "criticalIds", List.of("credit.r-7f3k2a9d")));
    }

    @Nested
    class Requesting {
        @Test
        void pins_manifest_policy_gates_and_who_may_not_sign() {
            world.stakes.add(new Stake(OTHER_ENGINEER.id(), SeparationRule.DEVELOPER));
            var event = (ReviewEvent.Requested) world.happens(world.request(), ENGINEER).getFirst();
            world.history.clear();
            when(world.request(), ENGINEER).expectEvents(event);
            assertThat(event.manifestDigest()).isEqualTo(world.manifest().digest());
            assertThat(event.policy()).isEqualTo(world.adopted.getFirst());
            assertThat(event.evaluation().gates()).hasSize(5).allMatch(gate -> gate.passed());
            assertThat(event.excluded())
                    .containsExactly(
                            new Stake(ENGINEER.id(), SeparationRule.REQUESTER),
                            new Stake(OTHER_ENGINEER.id(), SeparationRule.DEVELOPER));
            assertThat(event.dueAt()).isEqualTo(NOW.plus(Duration.ofDays(14)));
            assertThat(event.comment())
                    .isEqualTo(new PersonalText(ENGINEER.id(), "Please look at the new features."));
        }

        @Test
        void needs_the_role_requester() {
            refused(world.request(), VALIDATOR, "access.role-needed");
        }

        @Test
        void tells_an_outsider_nothing_about_what_exists() {
            var outsider =
                    new Actor(
                            new UserId("u-eve"),
                            null,
                            Channel.PAGE,
                            NOW,
                            java.util.Set.of(Actor.Grant.parse("requester@other")));
            refused(world.request(), outsider, "project.unknown");
            refused(
                    new ReviewCommand.Request(
                            Review.stream(
                                    new SubjectRef(SubjectKind.MODEL_VERSION, "credit.nothing@1")),
                            null),
                    outsider,
                    "project.unknown");
        }

        @Test
        void is_allowed_to_a_token() {
            var token = new Actor(ENGINEER.id(), null, Channel.TOKEN, null, ENGINEER.grants());
            when(world.request(), token).expectSuccessfulHandlerExecution();
        }

        @Test
        void opens_nothing_while_a_gate_is_closed_and_names_each() {
            criticalRisk();
            world.facts.put("assessment", Map.of("present", false));
            refused(
                    world.request(),
                    ENGINEER,
                    "review.gates-closed",
                    "1 open: credit.r-7f3k2a9d",
                    "no bias assessment of credit.scorer@1.0 is recorded");
        }

        @Test
        void opens_nothing_while_a_fact_is_missing() {
            world.facts.remove("risks");
            refused(
                    world.request(),
                    ENGINEER,
                    "review.gates-closed",
                    "missing: risks.openCritical");
        }

        @Test
        void is_refused_while_a_round_is_open() {
            requested();
            refused(world.request(), OTHER_ENGINEER, "review.already-open");
        }

        @Test
        void is_refused_while_approved_save_in_the_last_thirty_days() {
            approved();
            world.passes(Duration.ofDays(334));
            refused(world.request(), ENGINEER, "review.still-approved");
            world.passes(Duration.ofDays(1));
            when(world.request(), ENGINEER).expectSuccessfulHandlerExecution();
            requested();
            assertThat(world.review.inForce(world.now)).isTrue();
            assertThat(world.review.status(world.now)).isEqualTo(Status.OPEN);
            assertThat(world.review.rounds()).hasSize(2);
        }

        @Test
        void opens_a_new_round_when_stale_or_over() {
            approved();
            world.happens(
                    new ReviewCommand.MarkStale(world.stream, "e-1", "A dataset was revoked."),
                    SYSTEM);
            when(world.request(), ENGINEER).expectSuccessfulHandlerExecution();
        }

        @Test
        void closes_a_round_nobody_decided_in_time_and_opens_the_next() {
            requested();
            world.passes(Duration.ofDays(14));
            assertThat(world.happens(world.request(), ENGINEER))
                    .extracting(event -> event.getClass().getSimpleName())
                    .containsExactly("Expired", "Requested");
        }

        @Test
        void approves_by_rule_where_policy_asks_for_no_signature_and_only_there() {
            for (var production : List.of(false, true)) {
                var release =
                        new World(
                                new SubjectRef(SubjectKind.DEPLOYMENT, "credit.d-7f3k2a9d"),
                                ShippedPolicies.deployment(production),
                                ShippedPolicies.policy("deployment"));
                release.happens(release.request(), ENGINEER);
                assertThat(release.review.inForce(NOW)).isEqualTo(!production);
            }
        }
    }

    @Nested
    class Signing {
        @Test
        void approves_with_the_last_role() {
            validated();
            assertThat(world.review.status(NOW)).isEqualTo(Status.OPEN);
            assertThat(world.review.open(NOW).orElseThrow().outstanding())
                    .extracting(rule -> rule.role())
                    .containsExactly(Role.COMPLIANCE_OFFICER);
            var command = world.sign(Role.COMPLIANCE_OFFICER, Verdict.APPROVE);
            var before = List.copyOf(world.history);
            var events = world.happens(command, OFFICER);
            world.history.clear();
            world.history.addAll(before);
            when(command, OFFICER).expectEvents(events.toArray());
            assertThat(events)
                    .last()
                    .isEqualTo(
                            new ReviewEvent.Approved(
                                    world.stream,
                                    1,
                                    world.manifest().digest(),
                                    world.adopted.getFirst(),
                                    false,
                                    NOW.plus(Duration.ofDays(365))));
            assertThat(((ReviewEvent.Signed) events.getFirst()).signature())
                    .isEqualTo(
                            new Signature(
                                    OFFICER.id(),
                                    null,
                                    Role.COMPLIANCE_OFFICER,
                                    Verdict.APPROVE,
                                    "I confirm that this model version meets the policy in force.",
                                    new PersonalText(OFFICER.id(), "Vera Valid"),
                                    null,
                                    NOW,
                                    NOW,
                                    world.manifest().digest()));
            assertThat(world.review.approvedManifest(NOW)).contains(world.manifest());
        }

        @Test
        void needs_a_role_that_policy_asks_for() {
            requested();
            for (var other : List.of(AUDITOR, ADMINISTRATOR)) {
                refused(world.sign(Role.VALIDATOR, Verdict.APPROVE), other, "access.role-needed");
                refused(world.sign(Role.VALIDATOR, Verdict.REJECT), other, "access.role-needed");
            }
            refused(
                    world.sign(Role.COMPLIANCE_OFFICER, Verdict.APPROVE),
                    VALIDATOR,
                    "access.role-needed");
            refused(world.sign(Role.AUDITOR, Verdict.APPROVE), VALIDATOR, "review.role-not-asked");
        }

        @Test
        void is_refused_to_requester_developer_and_data_owner_whatever_roles_they_hold() {
            world.stakes.add(new Stake(new UserId("u-dev"), SeparationRule.DEVELOPER));
            world.stakes.add(new Stake(new UserId("u-own"), SeparationRule.DATA_OWNER));
            requested();
            var sign = world.sign(Role.VALIDATOR, Verdict.APPROVE);
            Map.of(
                            "u-ada", "review.own-submission",
                            "u-dev", "review.own-development",
                            "u-own", "review.own-data")
                    .forEach((id, code) -> {
                        var mighty =
                                person(id, Role.REQUESTER, Role.VALIDATOR, Role.COMPLIANCE_OFFICER);
                        refused(sign, mighty, code);
                        refused(
                                sign,
                                new Actor(
                                        new UserId("u-stand-in"),
                                        new UserId(id),
                                        Channel.PAGE,
                                        NOW,
                                        mighty.grants()),
                                code);
                    });
        }

        @Test
        void is_refused_to_whoever_became_the_developer_since() {
            requested();
            world.stakes.add(new Stake(VALIDATOR.id(), SeparationRule.DEVELOPER));
            refused(
                    world.sign(Role.VALIDATOR, Verdict.APPROVE),
                    VALIDATOR,
                    "review.own-development");
        }

        @Test
        void counts_one_person_once_also_through_a_stand_in() {
            requested();
            var both = person("u-both", Role.VALIDATOR, Role.COMPLIANCE_OFFICER);
            world.happens(world.sign(Role.VALIDATOR, Verdict.APPROVE), both);
            var second = world.sign(Role.COMPLIANCE_OFFICER, Verdict.APPROVE);
            refused(second, both, "review.already-signed");
            refused(
                    second,
                    new Actor(OFFICER.id(), both.id(), Channel.PAGE, NOW, OFFICER.grants()),
                    "review.already-signed");
        }

        @Test
        void refuses_a_second_signature_in_a_role_that_is_complete() {
            validated();
            refused(
                    world.sign(Role.VALIDATOR, Verdict.APPROVE),
                    person("u-vic", Role.VALIDATOR),
                    "review.role-complete");
            when(world.sign(Role.VALIDATOR, Verdict.REJECT), person("u-vic", Role.VALIDATOR))
                    .expectSuccessfulHandlerExecution();
        }

        @Test
        void needs_the_password_within_five_minutes() {
            requested();
            var sign = world.sign(Role.VALIDATOR, Verdict.APPROVE);
            world.passes(Duration.ofMinutes(5));
            when(sign, VALIDATOR).expectSuccessfulHandlerExecution();
            world.passes(Duration.ofMillis(1));
            refused(sign, VALIDATOR, "review.not-fresh");
            refused(
                    sign,
                    new Actor(VALIDATOR.id(), null, Channel.API, null, VALIDATOR.grants()),
                    "review.not-fresh");
        }

        @Test
        void is_never_done_by_a_token_or_the_product() {
            requested();
            var sign = world.sign(Role.VALIDATOR, Verdict.APPROVE);
            refused(
                    sign,
                    new Actor(VALIDATOR.id(), null, Channel.TOKEN, NOW, VALIDATOR.grants()),
                    "review.token-cannot-sign");
            refused(sign, SYSTEM, "review.channel-cannot-sign");
            refused(
                    sign,
                    new Actor(VALIDATOR.id(), null, Channel.COMMAND_LINE, NOW, VALIDATOR.grants()),
                    "review.channel-cannot-sign");
        }

        @Test
        void is_refused_when_something_moved_and_says_what() {
            requested();
            var sign = world.sign(Role.VALIDATOR, Verdict.APPROVE);
            world.state = "with another card";
            refused(
                    sign,
                    VALIDATOR,
                    "review.moved",
                    "Model version credit.scorer@1.0: content changed from 'as registered' to"
                            + " 'with another card'");
            refused(
                    new ReviewCommand.Sign(
                            world.stream,
                            Sha256.of("x"),
                            Role.VALIDATOR,
                            Verdict.APPROVE,
                            null,
                            "V"),
                    VALIDATOR,
                    "review.moved");
        }

        @Test
        void is_refused_when_the_risk_tier_moved() {
            requested();
            world.tier = "critical";
            refused(
                    world.sign(Role.VALIDATOR, Verdict.APPROVE),
                    VALIDATOR,
                    "review.moved",
                    "from 'high' to 'critical'");
        }

        @Test
        void asks_the_gates_again_to_approve_but_not_to_reject() {
            requested();
            criticalRisk();
            refused(
                    world.sign(Role.VALIDATOR, Verdict.APPROVE),
                    VALIDATOR,
                    "review.gates-closed",
                    "no-open-critical-risk");
            when(world.sign(Role.VALIDATOR, Verdict.REJECT), VALIDATOR)
                    .expectSuccessfulHandlerExecution();
        }

        @Test
        void is_refused_after_the_due_date() {
            requested();
            world.passes(Duration.ofDays(14));
            refused(
                    world.sign(Role.VALIDATOR, Verdict.APPROVE),
                    world.fresh(VALIDATOR),
                    "review.past-due");
        }

        @Test
        void to_return_or_reject_needs_a_comment_and_ends_the_round() {
            requested();
            for (var verdict : List.of(Verdict.RETURN, Verdict.REJECT)) {
                refused(
                        new ReviewCommand.Sign(
                                world.stream,
                                world.manifest().digest(),
                                Role.VALIDATOR,
                                verdict,
                                " ",
                                "V"),
                        VALIDATOR,
                        "review.comment-needed");
            }
            var ended = world.happens(world.sign(Role.VALIDATOR, Verdict.RETURN), VALIDATOR);
            assertThat(ended)
                    .last()
                    .isEqualTo(new ReviewEvent.Returned(world.stream, 1, VALIDATOR.id()));
            assertThat(world.review.status(NOW)).isEqualTo(Status.RETURNED);
            requested();
            world.happens(world.sign(Role.COMPLIANCE_OFFICER, Verdict.REJECT), OFFICER);
            assertThat(world.review.status(NOW)).isEqualTo(Status.REJECTED);
            assertThat(world.review.rounds()).hasSize(2);
        }

        @Test
        void is_refused_after_the_outcome_and_the_first_decision_stands() {
            requested();
            world.happens(world.sign(Role.VALIDATOR, Verdict.REJECT), VALIDATOR);
            refused(
                    world.sign(Role.COMPLIANCE_OFFICER, Verdict.APPROVE),
                    OFFICER,
                    "review.not-open",
                    "it is rejected, and that stands");
            var kept = world.review.latest().orElseThrow().signatures().getFirst();
            assertThat(kept.comment())
                    .isEqualTo(new PersonalText(VALIDATOR.id(), "The limits are not met."));
            assertThat(kept.at()).isEqualTo(NOW);
        }

        @Test
        void keeps_the_policy_it_was_requested_under() {
            requested();
            world.adopt(
                    PolicyFile.parse(
                            "model-sign-off.yml",
                            """
                            subject: model-version
                            title: Lenient
                            gates: [{id: always, sentence: Holds., when: "true"}]
                            signatures: [{role: auditor, meaning: Fine}]
                            """
                                    .getBytes(StandardCharsets.UTF_8)));
            refused(world.sign(Role.AUDITOR, Verdict.APPROVE), AUDITOR, "access.role-needed");
            criticalRisk();
            refused(world.sign(Role.VALIDATOR, Verdict.APPROVE), VALIDATOR, "review.gates-closed");
        }
    }

    @Nested
    class Refreshing {
        @Test
        void voids_the_signatures_on_what_moved_and_asks_for_them_again() {
            validated();
            world.state = "with another card";
            var command = new ReviewCommand.Refresh(world.stream);
            refused(command, OTHER_ENGINEER, "review.not-requester");
            var event = (ReviewEvent.SignaturesVoided) world.happens(command, ENGINEER).getFirst();
            assertThat(event.signers()).containsExactly(VALIDATOR.id());
            assertThat(event.manifest()).isEqualTo(world.manifest());
            var round = world.review.open(NOW).orElseThrow();
            assertThat(round.signatures()).isEmpty();
            assertThat(round.voided()).hasSize(1);
            assertThat(round.outstanding()).hasSize(2);
            world.happens(world.sign(Role.COMPLIANCE_OFFICER, Verdict.APPROVE), OFFICER);
            assertThat(world.review.inForce(NOW)).isFalse();
            world.happens(world.sign(Role.VALIDATOR, Verdict.APPROVE), VALIDATOR);
            assertThat(world.review.inForce(NOW)).isTrue();
        }

        @Test
        void does_nothing_where_nothing_moved() {
            requested();
            var command = new ReviewCommand.Refresh(world.stream);
            refused(command, ENGINEER, "review.nothing-moved");
            when(command, SYSTEM).expectNoEvents().expectSuccessfulHandlerExecution();
        }

        @Test
        void is_refused_while_a_gate_is_closed() {
            requested();
            world.state = "worse";
            criticalRisk();
            refused(new ReviewCommand.Refresh(world.stream), ENGINEER, "review.gates-closed");
        }
    }

    @Nested
    class Withdrawing {
        private final ReviewCommand withdraw =
                new ReviewCommand.Withdraw(world.stream, "Not yet ready");

        @Test
        void is_for_the_requester_while_open() {
            requested();
            refused(withdraw, OTHER_ENGINEER, "review.not-requester");
            when(withdraw, ENGINEER)
                    .expectEvents(
                            new ReviewEvent.Withdrawn(
                                    world.stream,
                                    1,
                                    ENGINEER.id(),
                                    new PersonalText(ENGINEER.id(), "Not yet ready")));
            world.happens(withdraw, ENGINEER);
            assertThat(world.review.status(NOW)).isEqualTo(Status.WITHDRAWN);
            refused(withdraw, ENGINEER, "review.not-open");
        }

        @Test
        void is_refused_after_approval() {
            approved();
            refused(withdraw, ENGINEER, "review.not-open", "it is approved");
        }
    }

    @Nested
    class Revoking {
        private final ReviewCommand revoke =
                new ReviewCommand.Revoke(world.stream, "The data was wrong.");

        @Test
        void is_for_a_compliance_officer_or_a_role_that_signed() {
            approved();
            refused(revoke, ENGINEER, "access.role-needed");
            refused(revoke, AUDITOR, "access.role-needed");
            refused(new ReviewCommand.Revoke(world.stream, ""), OFFICER, "review.reason-needed");
            when(revoke, person("u-vic", Role.VALIDATOR)).expectSuccessfulHandlerExecution();
            when(revoke, OFFICER)
                    .expectEvents(
                            new ReviewEvent.Revoked(
                                    world.stream,
                                    1,
                                    OFFICER.id(),
                                    Role.COMPLIANCE_OFFICER,
                                    new PersonalText(OFFICER.id(), "The data was wrong.")));
            world.happens(revoke, OFFICER);
            assertThat(world.review.inForce(NOW)).isFalse();
            assertThat(world.review.status(NOW)).isEqualTo(Status.REVOKED);
            refused(revoke, OFFICER, "review.not-approved");
        }

        @Test
        void is_never_done_by_a_token() {
            approved();
            refused(
                    revoke,
                    new Actor(OFFICER.id(), null, Channel.TOKEN, NOW, OFFICER.grants()),
                    "review.token-cannot-sign");
        }

        @Test
        void needs_an_approval() {
            requested();
            refused(revoke, OFFICER, "review.not-approved");
        }
    }

    @Nested
    class Expiring {
        private final ReviewCommand expire = new ReviewCommand.Expire(world.stream);

        @Test
        void is_done_by_the_product_when_time_has_passed_and_once() {
            approved();
            refused(expire, OFFICER, "review.system-only");
            refused(expire, SYSTEM, "review.not-yet");
            world.passes(Duration.ofDays(365));
            assertThat(world.review.inForce(world.now)).isFalse();
            assertThat(world.review.status(world.now)).isEqualTo(Status.EXPIRED);
            when(expire, SYSTEM)
                    .expectEvents(
                            new ReviewEvent.Expired(
                                    world.stream,
                                    1,
                                    ReviewEvent.Expired.Of.APPROVAL,
                                    NOW.plus(Duration.ofDays(365))));
            world.happens(expire, SYSTEM);
            when(expire, SYSTEM).expectNoEvents().expectSuccessfulHandlerExecution();
        }

        @Test
        void closes_a_request_that_is_past_due() {
            requested();
            refused(expire, SYSTEM, "review.not-yet");
            world.passes(Duration.ofDays(14));
            world.happens(expire, SYSTEM);
            assertThat(world.review.latest().orElseThrow().status()).isEqualTo(Status.EXPIRED);
        }
    }

    @Nested
    class Becoming_stale {
        private final ReviewCommand stale =
                new ReviewCommand.MarkStale(world.stream, "e-1", "A dataset was revoked.");

        @Test
        void ends_the_approval_at_once_and_once() {
            approved();
            refused(stale, OFFICER, "review.system-only");
            when(stale, SYSTEM)
                    .expectEvents(
                            new ReviewEvent.BecameStale(
                                    world.stream, 1, "e-1", "A dataset was revoked."));
            world.happens(stale, SYSTEM);
            assertThat(world.review.inForce(NOW)).isFalse();
            assertThat(world.review.status(NOW)).isEqualTo(Status.STALE);
            when(stale, SYSTEM).expectNoEvents().expectSuccessfulHandlerExecution();
        }

        @Test
        void leaves_an_open_request_alone() {
            requested();
            when(stale, SYSTEM).expectNoEvents().expectSuccessfulHandlerExecution();
        }
    }

    @Nested
    class On_condition {
        @Test
        void approves_and_keeps_what_was_asked_of_whom_until_when() {
            requested();
            var on = world.approveOn(world.terms());
            var terms = world.terms();
            assertThat(world.happens(on, VALIDATOR))
                    .last()
                    .isEqualTo(
                            new ReviewEvent.ConditionSet(
                                    world.stream,
                                    1,
                                    1,
                                    new PersonalText(VALIDATOR.id(), terms.text()),
                                    new PersonalText(VALIDATOR.id(), terms.evidence()),
                                    ENGINEER.id(),
                                    NOW.plus(Duration.ofDays(30)),
                                    Role.COMPLIANCE_OFFICER,
                                    VALIDATOR.id()));
            world.happens(world.sign(Role.COMPLIANCE_OFFICER, Verdict.APPROVE), OFFICER);
            assertThat(world.review.inForce(NOW)).isTrue();
            assertThat(world.review.rounds().getFirst().conditions()).hasSize(1);
        }

        @Test
        void needs_an_approval_a_due_time_within_it_an_owner_and_a_confirmer_policy_knows() {
            requested();
            var t = world.terms();
            refused(
                    new ReviewCommand.Sign(
                            world.stream,
                            world.manifest().digest(),
                            Role.VALIDATOR,
                            Verdict.RETURN,
                            "No.",
                            "Vera",
                            List.of(t),
                            List.of()),
                    VALIDATOR,
                    "review.conditions-need-approval");
            for (var due : List.of(NOW, NOW.plus(Duration.ofDays(366)))) {
                refused(
                        world.approveOn(
                                new ReviewCommand.Sign.Terms(
                                        t.text(), t.evidence(), t.owner(), due, t.confirmer())),
                        VALIDATOR,
                        "input.invalid",
                        "condition 1",
                        due.toString());
            }
            refused(
                    world.approveOn(
                            new ReviewCommand.Sign.Terms(
                                    t.text(),
                                    t.evidence(),
                                    new UserId("x-nobody"),
                                    t.dueAt(),
                                    t.confirmer())),
                    VALIDATOR,
                    "input.invalid",
                    "x-nobody");
            refused(
                    world.approveOn(
                            new ReviewCommand.Sign.Terms(
                                    t.text(), t.evidence(), t.owner(), t.dueAt(), Role.AUDITOR)),
                    VALIDATOR,
                    "input.invalid",
                    "validator, compliance-officer");
            refused(
                    world.approveOn(
                            new ReviewCommand.Sign.Terms(
                                    " ", t.evidence(), t.owner(), t.dueAt(), t.confirmer())),
                    VALIDATOR,
                    "review.conditions-needed");
        }

        @Test
        void is_fulfilled_by_its_owner_and_confirmed_by_somebody_else() {
            approvedOnCondition();
            refused(world.fulfil(), OTHER_ENGINEER, "review.not-condition-owner", "u-ada");
            refused(world.answer(true, null), OFFICER, "review.condition-not-fulfilled");
            fulfilled();
            refused(world.answer(true, null), VALIDATOR, "access.role-needed");
            refused(
                    world.answer(true, null),
                    person("u-ada", Role.COMPLIANCE_OFFICER),
                    "review.own-condition");
            refused(
                    world.answer(true, null),
                    new Actor(OFFICER.id(), ENGINEER.id(), Channel.PAGE, NOW, OFFICER.grants()),
                    "review.own-condition");
            refused(
                    world.answer(true, null),
                    new Actor(OFFICER.id(), null, Channel.TOKEN, NOW, OFFICER.grants()),
                    "review.token-cannot-sign");
            refused(
                    world.answer(true, null),
                    new Actor(OFFICER.id(), null, Channel.PAGE, null, OFFICER.grants()),
                    "review.not-fresh");
            refused(world.answer(false, null), OFFICER, "review.reason-needed");
            world.happens(world.answer(true, null), OFFICER);
            refused(world.fulfil(), ENGINEER, "review.condition-over", "confirmed");
            world.passes(Duration.ofDays(31));
            assertThat(world.review.inForce(world.now)).isTrue();
        }

        @Test
        void cannot_be_confirmed_by_the_developer() {
            world.stakes.add(new Stake(new UserId("u-dev"), SeparationRule.DEVELOPER));
            approvedOnCondition();
            fulfilled();
            refused(
                    world.answer(true, null),
                    person("u-dev", Role.COMPLIANCE_OFFICER),
                    "review.own-development");
        }

        @Test
        void ends_the_approval_when_missed_with_nobody_there_and_the_event_names_it() {
            approvedOnCondition();
            fulfilled();
            world.passes(Duration.ofDays(30));
            assertThat(world.review.inForce(world.now)).as("no timer has fired").isFalse();
            assertThat(world.review.status(world.now)).isEqualTo(Status.STALE);
            refused(world.answer(true, null), world.fresh(OFFICER), "review.condition-over");
            when(new ReviewCommand.Expire(world.stream), SYSTEM)
                    .expectEvents(
                            new ReviewEvent.ConditionMissed(
                                    world.stream,
                                    1,
                                    1,
                                    ENGINEER.id(),
                                    NOW.plus(Duration.ofDays(30))));
            world.happens(new ReviewCommand.Expire(world.stream), SYSTEM);
            assertThat(world.review.ending(world.now).orElseThrow().reason())
                    .contains("condition 1");
            when(new ReviewCommand.Expire(world.stream), SYSTEM)
                    .expectNoEvents()
                    .expectSuccessfulHandlerExecution();
            when(world.request(), ENGINEER).expectSuccessfulHandlerExecution();
        }

        @Test
        void does_not_outlive_the_signature_it_was_set_with() {
            requested();
            world.happens(world.approveOn(world.terms()), VALIDATOR);
            world.state = "moved";
            world.happens(new ReviewCommand.Refresh(world.stream), ENGINEER);
            assertThat(world.review.rounds().getFirst().conditions()).isEmpty();
        }

        @Test
        void leaves_no_approval_to_a_round_that_missed_one_while_it_was_open() {
            requested();
            var t = world.terms();
            world.happens(
                    world.approveOn(
                            new ReviewCommand.Sign.Terms(
                                    t.text(),
                                    t.evidence(),
                                    t.owner(),
                                    NOW.plus(Duration.ofDays(1)),
                                    t.confirmer())),
                    VALIDATOR);
            world.passes(Duration.ofDays(2));
            refused(
                    world.sign(Role.COMPLIANCE_OFFICER, Verdict.APPROVE),
                    world.fresh(OFFICER),
                    "review.condition-overdue");
        }
    }

    @Nested
    class Remarking {
        @Test
        void says_what_must_and_what_should_change() {
            requested();
            var events = world.happens(world.remark(Verdict.RETURN, Remark.Grade.MUST), VALIDATOR);
            assertThat(events)
                    .extracting(event -> event.getClass().getSimpleName())
                    .containsExactly("Signed", "Remarked", "Returned");
            requested();
            assertThat(world.review.rounds().getFirst().remarks())
                    .singleElement()
                    .satisfies(said -> {
                        assertThat(said.by()).isEqualTo(VALIDATOR.id());
                        assertThat(said.remarks())
                                .containsExactly(
                                        new Remark(
                                                Remark.Grade.MUST,
                                                new PersonalText(VALIDATOR.id(), "Drop it.")));
                    });
        }

        @Test
        void does_not_approve_what_must_change() {
            requested();
            refused(
                    world.remark(Verdict.APPROVE, Remark.Grade.MUST),
                    VALIDATOR,
                    "review.must-needs-condition");
            when(world.remark(Verdict.APPROVE, Remark.Grade.NOTE), VALIDATOR)
                    .expectSuccessfulHandlerExecution();
        }

        @Test
        void leaves_a_resubmission_beside_what_changed_since() {
            requested();
            world.happens(world.remark(Verdict.RETURN, Remark.Grade.MUST), VALIDATOR);
            world.state = "without the feature";
            world.tier = "critical";
            requested();
            assertThat(world.review.rounds().get(1).differencesFrom(world.review.rounds().get(0)))
                    .containsExactly(
                            "Model version credit.scorer@1.0: content changed from 'as"
                                    + " registered' to 'without the feature'",
                            "the risk tier changed from 'high' to 'critical'");
        }
    }

    @Test
    void a_renewal_takes_the_place_of_the_approval_before() {
        approved();
        world.passes(Duration.ofDays(340));
        requested();
        world.happens(world.sign(Role.VALIDATOR, Verdict.APPROVE), world.fresh(VALIDATOR));
        var events =
                world.happens(
                        world.sign(Role.COMPLIANCE_OFFICER, Verdict.APPROVE), world.fresh(OFFICER));
        assertThat(events).contains(new ReviewEvent.Superseded(world.stream, 1, 2));
        assertThat(world.review.approvedUntil(world.now))
                .contains(world.now.plus(Duration.ofDays(365)));
    }

    @Nested
    class Reconsidering {
        private ReviewCommand about(Change change, SubjectKind kind, String id) {
            return new ReviewCommand.Reconsider(
                    world.stream, "e-1", change, new SubjectRef(kind, id), "Something happened");
        }

        private final ReviewCommand risk =
                about(Change.RISK, SubjectKind.RISK, "credit.r-7f3k2a9d");

        @Test
        void marks_it_stale_with_the_event_the_gate_and_why_and_once() {
            approved();
            criticalRisk();
            refused(risk, OFFICER, "review.system-only");
            var became = (ReviewEvent.BecameStale) world.happens(risk, SYSTEM).getFirst();
            assertThat(became.cause()).isEqualTo("e-1");
            assertThat(became.reason())
                    .isEqualTo(
                            "Something happened; no-open-critical-risk: 1 open: credit.r-7f3k2a9d");
            assertThat(became.gates())
                    .singleElement()
                    .satisfies(gate -> {
                        assertThat(gate.gate()).isEqualTo("no-open-critical-risk");
                        assertThat(gate.inputs()).containsEntry("risks.openCritical", 1L);
                    });
            assertThat(world.review.status(NOW)).isEqualTo(Status.STALE);
            when(risk, SYSTEM).expectNoEvents().expectSuccessfulHandlerExecution();
        }

        @Test
        void blames_no_event_for_what_another_has_closed() {
            approved();
            criticalRisk();
            when(about(Change.RISK, SubjectKind.RISK, "credit.r-another"), SYSTEM).expectNoEvents();
            when(
                            about(
                                    Change.DATA_APPROVAL,
                                    SubjectKind.DATASET_VERSION,
                                    "credit.applications@1"),
                            SYSTEM)
                    .expectNoEvents();
        }

        @Test
        void leaves_alone_what_no_gate_asks_about_and_what_is_better_or_as_it_was() {
            approved();
            when(risk, SYSTEM).expectNoEvents();
            world.tier = "low";
            when(about(Change.PROJECT, SubjectKind.PROJECT, "credit"), SYSTEM).expectNoEvents();
        }

        @Test
        void asks_the_edition_it_was_approved_under_and_not_a_later_one() {
            approved();
            world.adopt(policy("risks.open == 7", ""));
            when(risk, SYSTEM).expectNoEvents();
        }

        @Test
        void leaves_it_alone_where_policy_says_that_the_gate_makes_nothing_stale() {
            world.adopt(policy("risks.openCritical == 0", "    stale: false\n"));
            approved();
            criticalRisk();
            when(risk, SYSTEM).expectNoEvents();
        }

        @Test
        void reports_once_what_it_cannot_find_out_and_decides_when_it_can() {
            approved();
            world.facts.remove("risks");
            var reported = world.happens(risk, SYSTEM);
            assertThat(reported)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            ReviewEvent.CouldNotBeReconsidered.class,
                            event ->
                                    assertThat(event.problem())
                                            .contains(
                                                    "no-open-critical-risk", "risks.openCritical"));
            assertThat(world.review.status(NOW)).isEqualTo(Status.APPROVED);
            when(risk, SYSTEM).expectNoEvents().expectSuccessfulHandlerExecution();
            assertThat(
                            new PinnedGates(world.policies, (_, _) -> world.waived)
                                    .closed(
                                            world.review,
                                            world.subject,
                                            NOW,
                                            () -> world.subjects.snapshot(world.subject, NOW)))
                    .as("closed for whoever rests on it")
                    .isNotEmpty();
            world.facts.put("risks", Map.of("openCritical", 0, "criticalIds", List.of()));
            assertThat(world.happens(risk, SYSTEM))
                    .containsExactly(new ReviewEvent.Reconsidered(world.stream, 1, "e-1"));
            when(risk, SYSTEM).expectNoEvents();
        }

        @Test
        void asks_the_gates_of_a_higher_tier_that_the_project_has_risen_to() {
            world.tier = "low";
            world.adopt(policy("model.modelCardComplete", "    tiers: [high]\n"));
            approved();
            world.facts.put("model", Map.of("modelCardComplete", false));
            when(about(Change.PROJECT, SubjectKind.PROJECT, "credit"), SYSTEM).expectNoEvents();
            world.tier = "high";
            assertThat(world.happens(about(Change.PROJECT, SubjectKind.PROJECT, "credit"), SYSTEM))
                    .singleElement()
                    .isInstanceOf(ReviewEvent.BecameStale.class);
        }

        @Test
        void stands_in_no_project_that_turns_out_prohibited_whatever_policy_says() {
            world.adopt(policy("risks.openCritical == 0", "    stale: false\n"));
            approved();
            world.tier = "prohibited";
            assertThat(world.happens(about(Change.PROJECT, SubjectKind.PROJECT, "credit"), SYSTEM))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            ReviewEvent.BecameStale.class,
                            event -> assertThat(event.reason()).contains("not-prohibited: "));
        }

        /** With one gate, and the signatures of the shipped policy. */
        private Policy policy(String when, String more) {
            return PolicyFile.parse(
                    "one-gate-" + Math.abs((when + more).hashCode()) + ".yml",
                    """
                    subject: model-version
                    title: One gate
                    gates:
                      - id: the-gate
                        sentence: It holds.
                        when: %s
                    %ssignatures:
                      - role: validator
                        meaning: I have validated it.
                      - role: compliance-officer
                        meaning: It meets the policy.
                    """
                            .formatted(when, more)
                            .getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void every_event_reads_back_from_its_json() {
        validated();
        world.state = "moved";
        world.happens(new ReviewCommand.Refresh(world.stream), ENGINEER);
        world.happens(world.sign(Role.VALIDATOR, Verdict.APPROVE), VALIDATOR);
        world.happens(world.sign(Role.COMPLIANCE_OFFICER, Verdict.APPROVE), OFFICER);
        var asked =
                new ReviewCommand.Reconsider(
                        world.stream,
                        "e-1",
                        Change.RISK,
                        new SubjectRef(SubjectKind.RISK, "credit.r-7f3k2a9d"),
                        "Worse");
        var risks = java.util.Objects.requireNonNull(world.facts.remove("risks"));
        world.happens(asked, SYSTEM);
        world.facts.put("risks", risks);
        world.happens(asked, SYSTEM);
        criticalRisk();
        world.happens(asked, SYSTEM);
        world.facts.put("risks", risks);
        world.happens(new ReviewCommand.Revoke(world.stream, "Wrong."), OFFICER);
        requested();
        world.happens(new ReviewCommand.Withdraw(world.stream, null), ENGINEER);
        requested();
        world.happens(world.sign(Role.VALIDATOR, Verdict.RETURN), VALIDATOR);
        approvedOnCondition();
        fulfilled();
        world.happens(world.answer(false, "Not enough."), OFFICER);
        fulfilled();
        world.happens(world.answer(true, null), OFFICER);
        world.passes(Duration.ofDays(340));
        approvedOnCondition();
        world.passes(Duration.ofDays(40));
        world.happens(new ReviewCommand.Expire(world.stream), SYSTEM);
        requested();
        world.happens(world.remark(Verdict.RETURN, Remark.Grade.MUST), world.fresh(VALIDATOR));
        requested();
        world.happens(world.sign(Role.VALIDATOR, Verdict.REJECT), world.fresh(VALIDATOR));
        requested();
        world.passes(Duration.ofDays(20));
        world.happens(new ReviewCommand.Expire(world.stream), SYSTEM);
        assertThat(world.history.stream().map(Object::getClass).distinct())
                .containsExactlyInAnyOrder(ReviewEvent.class.getPermittedSubclasses());
        var mapper =
                JsonMapper.builder()
                        .disable(
                                tools.jackson.databind.DeserializationFeature
                                        .FAIL_ON_UNKNOWN_PROPERTIES)
                        .build();
        for (var event : world.history) {
            assertThat(mapper.readValue(mapper.writeValueAsString(event), event.getClass()))
                    .isEqualTo(event);
        }
    }

    @Test
    void a_manifest_is_named_by_what_it_holds() {
        var subject = new SubjectRef(SubjectKind.DATASET_VERSION, "credit.applications@1");
        var a = new Manifest.Item("content", subject, Sha256.of("a"), "a\tb\nc\\");
        var b = new Manifest.Item("approval", subject, Sha256.of("b"), "approved");
        assertThat(new Manifest(List.of(a, b))).isEqualTo(new Manifest(List.of(b, a)));
        assertThat(new Manifest(List.of(a, b)).canonical())
                .isEqualTo(
                        "countersign-manifest-v1\n"
                                + "dataset-version:credit.applications@1\tapproval\t"
                                + Sha256.of("b")
                                + "\tapproved\n"
                                + "dataset-version:credit.applications@1\tcontent\t"
                                + Sha256.of("a")
                                + "\ta\\tb\\nc\\\\\n");
        var later = new Manifest.Item("approval", subject, Sha256.of("c"), "approved");
        assertThat(new Manifest(List.of(later)).differencesFrom(new Manifest(List.of(a, b))))
                .containsExactly(
                        "Dataset version credit.applications@1: approval changed",
                        "Dataset version credit.applications@1: content is gone");
        assertThatThrownBy(() -> new Manifest(List.of(b, later)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
