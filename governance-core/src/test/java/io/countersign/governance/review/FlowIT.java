package io.countersign.governance.review;

import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.STEWARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.dataset.DatasetCommand;
import io.countersign.governance.dataset.DatasetId;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.Datasheet;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Visibility;
import io.countersign.testing.CoreTest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@CoreTest
class FlowIT {
    private static final ProjectId PROJECT = new ProjectId("flowing");
    private static final DatasetId DATA = DatasetId.of(PROJECT, "data");

    @Autowired Commands commands;
    @Autowired Streams streams;
    @Autowired ReadPosition positions;
    @Autowired Flow flow;

    @Test
    void counts_how_long_how_often_for_whom_how_soon_and_who_with_whom() {
        commands.send(
                new ProjectCommand.Register(
                        PROJECT, "F", "p", "i", "t", List.of("EU"), RiskTier.HIGH),
                ENGINEER);
        commands.send(new DatasetCommand.Register(DATA, "Data", ""), ENGINEER);
        for (var version : List.of("1", "2", "3", "4")) {
            commands.send(
                    new DatasetCommand.RegisterVersion(
                            DatasetVersionId.of(DATA, version),
                            "s3://data",
                            Sha256.of(version),
                            "a, b",
                            new Datasheet("m", "c", "c", "p", "u", "d", "m"),
                            "internal",
                            "contract",
                            List.of(),
                            List.of()),
                    ENGINEER);
        }
        decided("1", Verdict.RETURN);
        decided("1", Verdict.APPROVE);
        decided("2", Verdict.APPROVE);
        decided("3", Verdict.APPROVE);
        request("4");
        var here = Visibility.of(Set.of(PROJECT));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(flow.waiting(positions.now(), here))
                                .singleElement()
                                .satisfies(waiting -> {
                                    assertThat(waiting.role()).isEqualTo("data-steward");
                                    assertThat(waiting.rounds()).isEqualTo(1);
                                }));
        var at = positions.now();
        var today =
                new Flow.Period(
                        at.time().minus(Duration.ofHours(1)), at.time().plus(Duration.ofHours(1)));
        assertThat(flow.stages(today, at, here))
                .singleElement()
                .satisfies(stage -> {
                    assertThat(stage.subjectKind()).isEqualTo("dataset-version");
                    assertThat(stage.decided()).isEqualTo(4);
                    assertThat(stage.median()).isPositive().isLessThanOrEqualTo(stage.slow());
                });
        assertThat(flow.rework(today, at, here))
                .containsExactly(new Flow.Rework("dataset-version", 4, 1, 2));
        assertThat(flow.quick(today, at, here))
                .hasSize(3)
                .allSatisfy(quick -> {
                    assertThat(quick.signer()).isEqualTo(STEWARD.id());
                    assertThat(quick.after()).isLessThan(Flow.QUICK);
                });
        assertThat(flow.pairs(today, at, here))
                .containsExactly(new Flow.Pair(ENGINEER.id(), STEWARD.id(), 3, 1.0));

        var elsewhere = Visibility.of(Set.of(new ProjectId("another")));
        assertThat(flow.stages(today, at, elsewhere)).isEmpty();
        assertThat(flow.quick(today, at, elsewhere)).isEmpty();
        assertThat(flow.waiting(at, elsewhere)).isEmpty();
        var before =
                new Flow.Period(
                        at.time().minus(Duration.ofDays(9)), at.time().minus(Duration.ofDays(8)));
        assertThat(flow.rework(before, at, here)).isEmpty();
        assertThat(flow.pairs(before, at, here)).isEmpty();
        var earlier = new ReadPosition.At(1, at.time(), true);
        assertThat(flow.stages(today, earlier, here)).isEmpty();
    }

    private SubjectRef request(String version) {
        var subject = DatasetVersionId.of(DATA, version).ref();
        commands.send(new ReviewCommand.Request(Review.stream(subject), null), ENGINEER);
        return subject;
    }

    private void decided(String version, Verdict verdict) {
        var subject = request(version);
        var digest =
                streams.peek(Review.stream(subject), ReviewEvent.class, Review.NONE, Review::evolve)
                        .rounds()
                        .getLast()
                        .manifest()
                        .digest();
        commands.send(
                new ReviewCommand.Sign(
                        Review.stream(subject),
                        digest,
                        Role.DATA_STEWARD,
                        verdict,
                        "Seen",
                        "Stella"),
                new Actor(
                        STEWARD.id(),
                        null,
                        STEWARD.channel(),
                        Clock.systemUTC().instant(),
                        STEWARD.grants()));
    }
}
