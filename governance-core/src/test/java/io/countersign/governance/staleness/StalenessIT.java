package io.countersign.governance.staleness;

import static io.countersign.testing.People.AUDITOR;
import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.OFFICER;
import static io.countersign.testing.People.OTHER_ENGINEER;
import static io.countersign.testing.People.RELEASE_MANAGER;
import static io.countersign.testing.People.STEWARD;
import static io.countersign.testing.People.everywhere;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.audit.AuditEntry;
import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.dataset.DatasetCommand;
import io.countersign.governance.deployment.DeploymentCommand;
import io.countersign.governance.deployment.Deployments;
import io.countersign.governance.deployment.GateAnswers;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.review.Status;
import io.countersign.governance.risk.Rating;
import io.countersign.governance.risk.RiskCommand;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import io.countersign.testing.CoreTest;
import io.countersign.testing.Held;
import io.countersign.testing.Refusals;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.Lifecycle;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

@CoreTest
@Import(Chain.class)
class StalenessIT {
    private static final int RACES = 20;

    @Autowired Chain chain;
    @Autowired Commands commands;
    @Autowired Consequences consequences;
    @Autowired StaleApprovals stale;
    @Autowired GateAnswers gates;
    @Autowired Deployments deployments;
    @Autowired AuditTrail trail;
    @Autowired ReadPosition positions;
    @Autowired JdbcClient db;
    @Autowired Clock clock;

    @Autowired
    @Qualifier("processors")
    Lifecycle processors;

    @Test
    void a_revoked_source_makes_all_that_was_made_from_it_stale_with_the_cause_and_closes_gates() {
        var project = chain.project("chained");
        var raw = chain.data(project, "raw");
        var derived = chain.data(project, "derived", raw);
        var version = chain.model(project, "1.0", derived);
        var running = chain.deployment(version);
        chain.send(new DeploymentCommand.Activate(running), RELEASE_MANAGER);
        var waiting = chain.deployment(version);
        assertThat(gates.now(waiting).answer().yes()).isTrue();
        awaitProjected();

        var foreseen = consequences.of(Consequences.Act.REVOCATION, raw.ref(), everywhere(STEWARD));
        assertThat(foreseen.sentence())
                .isEqualTo(
                        "makes 1 data approval, 1 sign-off and 2 deployment approvals stale and"
                                + " closes 2 deployments, 1 of them running");
        assertThat(foreseen.complete()).isTrue();
        assertThat(foreseen.dependents()).isEqualTo(2);
        assertThat(foreseen.listed())
                .extracting(Consequences.Affected::subject)
                .containsExactlyInAnyOrder(
                        derived.ref(), version.ref(), running.ref(), waiting.ref());
        assertThat(chain.review(version.ref()).inForce(clock.instant()))
                .as("asking changes nothing")
                .isTrue();

        var revoked =
                Held.still(
                        processors,
                        () -> {
                            var event = chain.revoke(raw.ref(), STEWARD);
                            assertThat(gates.now(running).answer().reasons())
                                    .as("at once, with nothing marked stale yet")
                                    .contains(
                                            "data-approved: not approved or no longer in force:"
                                                    + " chained.data@derived",
                                            "sign-off-not-stale: the sign-off of"
                                                    + " chained.scorer@1.0 is stale");
                            return event;
                        });

        for (var subject : List.of(derived.ref(), version.ref(), running.ref(), waiting.ref())) {
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() ->
                            assertThat(chain.review(subject).status(clock.instant()))
                                    .as(subject.toString())
                                    .isEqualTo(Status.STALE));
        }
        awaitGateClosed(running.ref());
        var ofDerived = becameStale(derived.ref());
        assertThat(ofDerived.causation()).isEqualTo(revoked);
        var ofVersion = becameStale(version.ref());
        assertThat(ofVersion.causation()).isEqualTo(ofDerived.eventId());
        assertThat(ofVersion.correlation()).isEqualTo(ofDerived.correlation());
        assertThat(reason(version.ref()))
                .isEqualTo(
                        "the data approval of chained.data@derived became stale;"
                                + " training-data-approved: not approved or no longer in force:"
                                + " chained.data@derived");
        assertThat(becameStale(running.ref()).causation())
                .isIn(ofDerived.eventId(), ofVersion.eventId());

        // Who asked for them is told, and who does not see the project is not.
        assertThat(told(ENGINEER))
                .extracting(StaleApprovals.Row::subject)
                .contains(derived.ref(), version.ref(), running.ref(), waiting.ref());
        assertThat(stale.toldTo(ENGINEER.id(), 50, positions.now(), Visibility.of(Set.of())))
                .isEmpty();
        assertThat(told(AUDITOR)).isEmpty();

        // A new request says that it was seen.
        chain.approve(raw.ref());
        chain.approve(derived.ref());
        awaitProjected();
        assertThat(told(ENGINEER))
                .extracting(StaleApprovals.Row::subject)
                .contains(version.ref())
                .doesNotContain(derived.ref());
        assertThat(
                        Refusals.of(() ->
                                        consequences.of(
                                                Consequences.Act.REVOCATION,
                                                raw.ref(),
                                                new Actor(
                                                        STEWARD.id(),
                                                        null,
                                                        STEWARD.channel(),
                                                        null,
                                                        Set.of())))
                                .code())
                .isEqualTo("subject.unknown");
    }

    @Test
    void a_later_assessment_that_fails_closes_the_gate_at_once_and_makes_the_sign_off_stale() {
        var project = chain.project("remeasured");
        var version = chain.model(project, "1.0", chain.data(project, "1"));
        var deployment = chain.deployment(version);
        var failed =
                Held.still(
                        processors,
                        () -> {
                            var event = chain.assess(version, 40);
                            assertThat(gates.now(deployment).answer().reasons())
                                    .containsExactly(
                                            "sign-off-not-stale: the sign-off of"
                                                    + " remeasured.scorer@1.0 is stale");
                            return event;
                        });
        await().atMost(Duration.ofSeconds(20))
                .until(() -> chain.review(version.ref()).status(clock.instant()) == Status.STALE);
        awaitProjected();
        assertThat(becameStale(version.ref()).causation()).isEqualTo(failed);
        assertThat(reason(version.ref()))
                .startsWith("bias assessment remeasured.")
                .contains("was completed with the verdict fail; bias-within-limits: ");
    }

    @Test
    void a_critical_risk_a_retired_dataset_and_a_rewritten_datasheet_are_worse() {
        var project = chain.project("worse");
        var data = chain.data(project, "1");
        var atRisk = chain.model(project, "1.0", data);
        raise(atRisk, "worse.r-00000001", new Rating(5, 5), null);
        awaitStale(atRisk.ref());
        assertThat(reason(atRisk.ref()))
                .isEqualTo(
                        "risk worse.r-00000001 was raised; no-open-critical-risk: 1 open: worse.r-00000001");

        var other = chain.data(project, "2");
        var trained = chain.model(project, "2.0", other);
        assertThat(
                        consequences
                                .of(Consequences.Act.RETIREMENT, other.ref(), everywhere(STEWARD))
                                .sentence())
                .isEqualTo("makes 1 sign-off stale");
        chain.send(new DatasetCommand.RetireVersion(other, "replaced"), STEWARD);
        awaitStale(trained.ref());

        chain.send(
                new DatasetCommand.WriteDatasheet(
                        data,
                        new io.countersign.governance.dataset.Datasheet(
                                "", "c", "c", "p", "u", "d", "m")),
                ENGINEER);
        awaitStale(data.ref());
        assertThat(reason(data.ref()))
                .isEqualTo(
                        "the datasheet of worse.data@1 was rewritten; datasheet-complete: the"
                                + " datasheet lacks: motivation");
    }

    @Test
    void what_gets_better_what_is_no_worse_and_what_an_approval_itself_sets_off_leave_it_alone() {
        var project = chain.project("better");
        var data = chain.data(project, "1");
        var version = chain.model(project, "1.0", data);
        var approved =
                trail(version.ref()).stream()
                        .filter(entry -> entry.name().equals("review.approved"))
                        .findFirst()
                        .orElseThrow();
        chain.assess(version, 60);
        raise(version, "better.r-00000001", new Rating(1, 1), null);
        // As if the approval had set it off, and then one of a risk that is not in the way.
        raise(version, "better.r-00000002", new Rating(5, 5), approved.correlation());
        raise(version, "better.r-00000003", new Rating(1, 1), null);
        chain.send(new RiskCommand.Close(new RiskId("better.r-00000001"), "gone"), OFFICER);
        // In ledger order: when this one is stale, all of the above has been looked at.
        var last = chain.data(project, "2");
        var witness = chain.model(project, "2.0", last);
        chain.revoke(last.ref(), STEWARD);
        awaitStale(witness.ref());
        assertThat(chain.review(version.ref()).status(clock.instant())).isEqualTo(Status.APPROVED);
        assertThat(chain.review(data.ref()).status(clock.instant())).isEqualTo(Status.APPROVED);
    }

    @Test
    void a_revocation_and_an_approval_that_meet_leave_no_approval_in_force() throws Exception {
        var project = chain.project("raced");
        for (var run = 0; run < RACES; run++) {
            var data = chain.data(project, "d" + run);
            var version = chain.model(project, "v" + run, data);
            var deployment = chain.requested(version);
            chain.send(new ReviewCommand.Request(Review.stream(deployment.ref()), null), ENGINEER);
            atOnce(
                    () -> chain.sign(deployment.ref(), Role.RELEASE_MANAGER, RELEASE_MANAGER),
                    () -> chain.revoke(data.ref(), STEWARD));
            assertThat(gates.now(deployment).answer().yes()).isFalse();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> !chain.review(deployment.ref()).inForce(clock.instant()));
            awaitStale(version.ref());
        }
    }

    @Test
    void an_event_that_comes_again_marks_nothing_twice_and_what_ended_is_not_looked_up() {
        var project = chain.project("twice");
        var data = chain.data(project, "1");
        var version = chain.model(project, "1.0", data);
        var deployment = chain.deployment(version);
        assertThat(dependents(data.ref())).isEqualTo(2);
        chain.send(new DeploymentCommand.Retire(deployment, "no need"), RELEASE_MANAGER);
        assertThat(dependents(data.ref())).isEqualTo(1);
        var revoked = chain.revoke(data.ref(), STEWARD);
        awaitStale(version.ref());
        assertThat(dependents(data.ref())).isZero();
        var again =
                commands.send(
                        new ReviewCommand.Reconsider(
                                Review.stream(version.ref()),
                                revoked,
                                io.countersign.governance.policy.Change.DATA_APPROVAL,
                                data.ref(),
                                "again"),
                        Actor.system());
        assertThat(again.eventIds()).isEmpty();
        assertThat(
                        Refusals.of(() ->
                                        commands.send(
                                                new ReviewCommand.Reconsider(
                                                        Review.stream(version.ref()),
                                                        revoked,
                                                        io.countersign.governance.policy.Change
                                                                .DATA_APPROVAL,
                                                        data.ref(),
                                                        "by hand"),
                                                OTHER_ENGINEER))
                                .code())
                .isEqualTo("review.system-only");
    }

    private void raise(
            ModelVersionId version, String id, Rating rating, @Nullable String correlation) {
        commands.send(
                new RiskCommand.Raise(
                        new RiskId(id),
                        "Title",
                        "Cause, event, consequence",
                        "bias-and-fairness",
                        List.of(version.ref()),
                        "applicants",
                        rating),
                OFFICER,
                new Commands.Context(null, correlation, null));
    }

    private long dependents(SubjectRef on) {
        return db.sql(
                        "select count(*) from approval_dependency where subject = ? and approval <>"
                                + " subject")
                .param(on.toString())
                .query(Long.class)
                .single();
    }

    private List<StaleApprovals.Row> told(Actor person) {
        return stale.toldTo(new UserId(person.id().value()), 50, positions.now(), Visibility.ALL);
    }

    private String reason(SubjectRef subject) {
        var approval = java.util.Objects.requireNonNull(chain.review(subject).approval());
        return java.util.Objects.requireNonNull(approval.ending()).reason();
    }

    private AuditEntry becameStale(SubjectRef subject) {
        return trail(subject).stream()
                .filter(entry -> entry.name().equals("review.became-stale"))
                .findFirst()
                .orElseThrow();
    }

    private List<AuditEntry> trail(SubjectRef subject) {
        awaitProjected();
        return trail.newest(
                AuditTrail.Filter.about(subject),
                Long.MAX_VALUE,
                50,
                positions.now(),
                Visibility.ALL);
    }

    private void awaitStale(SubjectRef subject) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> chain.review(subject).status(clock.instant()) == Status.STALE);
    }

    private void awaitGateClosed(SubjectRef deployment) {
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        trail(deployment).stream()
                                .filter(entry -> entry.name().equals("deployment.gate-changed"))
                                .findFirst()
                                .filter(entry -> entry.toString().contains("sign-off"))
                                .isPresent());
        assertThat(
                        deployments
                                .peek(
                                        new io.countersign.governance.deployment.DeploymentId(
                                                deployment.id()))
                                .open())
                .isFalse();
    }

    private void awaitProjected() {
        var newest =
                db.sql("select event_identifier from event order by global_index desc limit 1")
                        .query(String.class)
                        .single();
        positions.await(newest, Duration.ofSeconds(20));
    }

    private static void atOnce(Callable<String> first, Callable<String> second) throws Exception {
        var start = new CyclicBarrier(2);
        try (var threads = Executors.newFixedThreadPool(2)) {
            var both =
                    List.of(first, second).stream()
                            .map(each ->
                                    threads.submit(() -> {
                                        start.await();
                                        try {
                                            return each.call();
                                        } catch (CommandRefused refused) {
                                            return refused.getMessage();
                                        }
                                    }))
                            .toList();
            for (var each : both) {
                assertThat(each.get()).isNotNull();
            }
        }
    }
}
