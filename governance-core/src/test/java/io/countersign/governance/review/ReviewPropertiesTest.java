package io.countersign.governance.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.policy.PolicyFile;
import io.countersign.governance.policy.SeparationRule;
import io.countersign.governance.policy.ShippedPolicies;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.testing.People;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;

/** Random people do random things; what policy forbids never gets approved. */
class ReviewPropertiesTest {
    private static final List<UserId> PEOPLE =
            List.of("u-a", "u-b", "u-c", "u-d", "u-e", "u-f").stream().map(UserId::new).toList();
    private static final List<Role> ROLES =
            List.of(Role.REQUESTER, Role.VALIDATOR, Role.COMPLIANCE_OFFICER, Role.AUDITOR);
    private static final String TWO_VALIDATORS =
            """
            subject: model-version
            title: Two of one role and one of another
            due: P3D
            validity: P40D
            gates:
              - id: no-open-critical-risk
                sentence: No critical risk is open.
                when: risks.openCritical == 0
            signatures:
              - {role: validator, count: 2, meaning: Checked}
              - {role: compliance-officer, meaning: Meets policy}
            """;

    private static final String NESTED =
            """
            subject: model-version
            title: In order, of alternatives
            due: P3D
            validity: P40D
            gates:
              - id: no-open-critical-risk
                sentence: No critical risk is open.
                when: risks.openCritical == 0
            signatures:
              - in-order:
                  - {role: validator, meaning: Checked}
                  - any:
                      - {role: compliance-officer, meaning: Meets policy}
                      - {role: auditor, count: 2, meaning: Looked at twice}
            """;

    @Property(tries = 1_000)
    void no_sequence_of_commands_reaches_an_approval_that_policy_forbids(@ForAll long seed) {
        var random = new Random(seed);
        var world =
                new World(
                        new SubjectRef(SubjectKind.MODEL_VERSION, "credit.scorer@1.0"),
                        ShippedPolicies.model(),
                        switch (random.nextInt(3)) {
                            case 0 -> ShippedPolicies.policy("model-sign-off");
                            case 1 ->
                                    PolicyFile.parse(
                                            "two.yml",
                                            TWO_VALIDATORS.getBytes(StandardCharsets.UTF_8));
                            default ->
                                    PolicyFile.parse(
                                            "nested.yml", NESTED.getBytes(StandardCharsets.UTF_8));
                        });
        var roles = new HashMap<UserId, Set<Role>>();
        PEOPLE.forEach(person ->
                roles.put(
                        person,
                        ROLES.stream()
                                .filter(_ -> random.nextInt(3) > 0)
                                .collect(Collectors.toSet())));
        var developer = PEOPLE.get(random.nextInt(PEOPLE.size()));
        world.stakes.add(new Stake(developer, SeparationRule.DEVELOPER));
        var approvals = 0;
        for (var step = 0; step < 60; step++) {
            var before = world.review;
            var actor = someone(random, world, roles);
            List<ReviewEvent> events;
            try {
                events = world.happens(something(random, world, actor), actor);
            } catch (CommandRefused _) {
                assertThat(world.review).isSameAs(before);
                continue;
            } finally {
                move(random, world);
            }
            if (events.stream().anyMatch(ReviewEvent.Approved.class::isInstance)) {
                approvals++;
                assertThat(actor.channel()).isIn(Channel.PAGE, Channel.API);
                check(world, developer, roles);
            }
        }
        Statistics.label("approvals").collect(Math.min(approvals, 3));
    }

    /** Computed from the events alone, without the product's own rules. */
    private static void check(World world, UserId developer, Map<UserId, Set<Role>> roles) {
        var counting = new HashMap<UserId, Signature>();
        ReviewEvent.Requested request = null;
        Instant signedLast = Instant.MIN;
        for (var event : world.history) {
            switch (event) {
                case ReviewEvent.Requested e -> {
                    request = e;
                    counting.clear();
                }
                case ReviewEvent.SignaturesVoided _ -> counting.clear();
                case ReviewEvent.Signed(_, _, var s, var gates) -> {
                    assertThat(counting.put(s.signer(), s)).as("one vote each").isNull();
                    assertThat(
                                    s.verdict() != Verdict.APPROVE
                                            || gates.stream().allMatch(g -> g.passed()))
                            .isTrue();
                    signedLast = s.at();
                }
                default -> {}
            }
        }
        var requested = java.util.Objects.requireNonNull(request);
        var behind = new HashSet<UserId>();
        for (var s : counting.values()) {
            assertThat(s.verdict()).isEqualTo(Verdict.APPROVE);
            assertThat(roles.get(s.signer())).contains(s.role());
            assertThat(s.manifest()).isEqualTo(world.review.rounds().getLast().manifest().digest());
            assertThat(Duration.between(s.freshAt(), s.at()))
                    .isLessThanOrEqualTo(Duration.ofMinutes(5));
            for (var person :
                    s.onBehalfOf() == null
                            ? List.of(s.signer())
                            : List.of(s.signer(), s.onBehalfOf())) {
                assertThat(person).isNotEqualTo(requested.requester()).isNotEqualTo(developer);
                assertThat(behind.add(person)).as("one person one vote").isTrue();
            }
        }
        var given =
                counting.values().stream()
                        .collect(Collectors.groupingBy(Signature::role, Collectors.counting()));
        switch (requested.policy().name()) {
            case "nested" -> {
                assertThat(given).containsEntry(Role.VALIDATOR, 1L);
                assertThat(
                                given.getOrDefault(Role.COMPLIANCE_OFFICER, 0L) == 1
                                        || given.getOrDefault(Role.AUDITOR, 0L) == 2)
                        .as("one of the alternatives, in %s", given)
                        .isTrue();
                assertThat(
                                counting.values().stream()
                                        .min(Comparator.comparing(Signature::at))
                                        .orElseThrow()
                                        .role())
                        .as("the first in order")
                        .isEqualTo(Role.VALIDATOR);
            }
            case "two" ->
                    assertThat(given)
                            .isEqualTo(Map.of(Role.VALIDATOR, 2L, Role.COMPLIANCE_OFFICER, 1L));
            default ->
                    assertThat(given)
                            .isEqualTo(Map.of(Role.VALIDATOR, 1L, Role.COMPLIANCE_OFFICER, 1L));
        }
        var approvedAt = java.util.Objects.requireNonNull(world.review.approval()).from();
        var missed =
                world.review.rounds().getLast().conditions().stream()
                        .filter(c -> c.missed(approvedAt));
        assertThat(missed).as("conditions missed before the approval").isEmpty();
        assertThat(signedLast).isBefore(requested.dueAt());
    }

    private static Actor someone(Random random, World world, Map<UserId, Set<Role>> roles) {
        if (random.nextInt(12) == 0) {
            return Actor.system();
        }
        var person = PEOPLE.get(random.nextInt(PEOPLE.size()));
        var other = PEOPLE.get(random.nextInt(PEOPLE.size()));
        return new Actor(
                person,
                random.nextInt(8) == 0 && !other.equals(person) ? other : null,
                random.nextInt(8) == 0
                        ? Channel.TOKEN
                        : random.nextBoolean() ? Channel.PAGE : Channel.API,
                random.nextInt(10) == 0 ? null : world.now.minusSeconds(random.nextInt(330)),
                roles.getOrDefault(person, Set.of()).stream()
                        .map(role -> new Actor.Grant(role, People.PROJECT))
                        .collect(Collectors.toSet()));
    }

    private static ReviewCommand something(Random random, World world, Actor actor) {
        var held = List.copyOf(actor.rolesIn(People.PROJECT));
        var role =
                held.isEmpty() || random.nextInt(4) == 0
                        ? ROLES.get(random.nextInt(ROLES.size()))
                        : held.get(random.nextInt(held.size()));
        return switch (random.nextInt(40)) {
            case 0, 1, 2, 3 -> world.request();
            case 4 -> new ReviewCommand.Withdraw(world.stream, null);
            case 5 -> new ReviewCommand.Revoke(world.stream, "Because");
            case 6 -> new ReviewCommand.Expire(world.stream);
            case 7 -> new ReviewCommand.MarkStale(world.stream, "e", "Because");
            case 8, 9 -> new ReviewCommand.Refresh(world.stream);
            case 10 -> world.sign(Role.VALIDATOR, Verdict.values()[random.nextInt(3)]);
            case 11, 12 -> world.approveOn(terms(random, world));
            case 13 ->
                    new ReviewCommand.FulfilCondition(
                            world.stream, world.review.rounds().size(), 1, "Done", List.of());
            case 14 ->
                    new ReviewCommand.AnswerCondition(
                            world.stream,
                            world.review.rounds().size(),
                            1,
                            random.nextBoolean(),
                            "So it is");
            default -> world.sign(role, Verdict.APPROVE);
        };
    }

    private static ReviewCommand.Sign.Terms terms(Random random, World world) {
        return new ReviewCommand.Sign.Terms(
                "Do it",
                "It is done",
                PEOPLE.get(random.nextInt(PEOPLE.size())),
                world.now.plusSeconds(random.nextInt(500_000)),
                Role.COMPLIANCE_OFFICER);
    }

    private static void move(Random random, World world) {
        switch (random.nextInt(60)) {
            case 0 -> world.state = "state " + random.nextInt(3);
            case 1 ->
                    world.facts.put(
                            "risks",
                            Map.of("openCritical", random.nextInt(2), "criticalIds", List.of("r")));
            case 2 -> world.passes(Duration.ofDays(random.nextInt(60)));
            case 3 -> world.facts.put("risks", Map.of("openCritical", 0, "criticalIds", List.of()));
            default -> world.passes(Duration.ofSeconds(random.nextInt(200)));
        }
    }
}
