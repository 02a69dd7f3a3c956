package io.countersign.governance.evidence;

import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.OFFICER;
import static io.countersign.testing.Subjects.CARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.bias.AssessmentCommand;
import io.countersign.governance.bias.AssessmentId;
import io.countersign.governance.bias.engine.ColumnMapping;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.model.ModelCommand;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.testing.CoreTest;
import io.countersign.testing.StoredLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;

/** A content stays for as long as anything needs it. */
@CoreTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvidenceFilesIT {
    private static final ProjectId PROJECT = new ProjectId("kept");
    private static final ModelVersionId VERSION =
            ModelVersionId.of(ModelId.of(PROJECT, "scorer"), "1.0");
    private static final Random RANDOM = new Random(11);
    private static final int RACES = 12;

    @Autowired Commands commands;
    @Autowired EvidenceStore store;

    @BeforeAll
    void there_is_a_model_version() {
        commands.send(
                new ProjectCommand.Register(
                        PROJECT, "K", "p", "i", "t", List.of("EU"), RiskTier.LOW),
                ENGINEER);
        commands.send(new ModelCommand.Register(VERSION.model(), "Scorer", ""), ENGINEER);
        commands.send(
                new ModelCommand.RegisterVersion(
                        VERSION,
                        Sha256.of("a"),
                        "0123abc",
                        List.of(),
                        List.of(),
                        List.of(),
                        CARD,
                        ""),
                ENGINEER);
    }

    @Test
    void a_prediction_log_stays_when_it_is_deleted_as_evidence() {
        var log = StoredLog.in(store, "assessed and attached");
        assess(log);
        var evidence = attach(log);
        delete(evidence);
        everythingDeletedIsGone();
        assertThat(store.isIntact(log)).isTrue();
    }

    @Test
    void a_content_attached_twice_goes_with_the_last() {
        var content = StoredLog.in(store, "attached twice");
        var first = attach(content);
        var second =
                send(
                        new EvidenceCommand.Attach(
                                VERSION.model().ref(),
                                content,
                                "log.csv",
                                EvidenceType.CSV,
                                1,
                                "",
                                soon()));
        delete(first);
        everythingDeletedIsGone();
        assertThat(store.exists(content)).isTrue();
        delete(second);
        everythingDeletedIsGone();
        assertThat(store.exists(content)).isFalse();
    }

    @Test
    void of_a_deletion_and_an_assessment_that_meet_either_the_log_stays_or_none_begins()
            throws Exception {
        var logs = new ArrayList<Sha256>();
        var evidence = new ArrayList<EvidenceId>();
        for (var i = 0; i < RACES; i++) {
            logs.add(StoredLog.in(store, "race " + i));
            evidence.add(attach(logs.getLast()));
        }
        var begun = new ArrayList<Boolean>();
        for (var i = 0; i < RACES; i++) {
            var log = logs.get(i);
            var attached = evidence.get(i);
            var start = new CyclicBarrier(2);
            var deleting =
                    CompletableFuture.runAsync(() -> {
                        meet(start);
                        delete(attached);
                    });
            meet(start);
            begun.add(began(log));
            deleting.get();
        }
        everythingDeletedIsGone();
        for (var i = 0; i < RACES; i++) {
            assertThat(store.exists(logs.get(i))).as("race %d", i).isEqualTo(begun.get(i));
        }
    }

    private boolean began(Sha256 log) {
        try {
            assess(log);
            return true;
        } catch (CommandRefused refused) {
            assertThat(refused.refusal().code()).isEqualTo("evidence.unknown");
            return false;
        }
    }

    private void assess(Sha256 log) {
        commands.send(
                new AssessmentCommand.Start(
                        AssessmentId.random(VERSION, RANDOM),
                        null,
                        log,
                        "log.csv",
                        new ColumnMapping(
                                new ColumnMapping.Prediction(
                                        "p",
                                        new ColumnMapping.Classes(List.of("1"), List.of("0")),
                                        true),
                                null,
                                List.of("sex"),
                                List.of(),
                                ColumnMapping.Unlisted.REFUSE),
                        "four-fifths"),
                ENGINEER);
    }

    private EvidenceId attach(Sha256 content) {
        return send(
                new EvidenceCommand.Attach(
                        VERSION.ref(), content, "log.csv", EvidenceType.CSV, 1, "", soon()));
    }

    private EvidenceId send(EvidenceCommand.Attach command) {
        commands.send(command, ENGINEER);
        return command.id();
    }

    private static Instant soon() {
        return Instant.now().plusMillis(400);
    }

    /** As soon as its retention has ended. */
    private void delete(EvidenceId id) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    try {
                        commands.send(new EvidenceCommand.Delete(id, "No longer needed"), OFFICER);
                        return true;
                    } catch (CommandRefused refused) {
                        assertThat(refused.refusal().code()).isEqualTo("evidence.retained");
                        return false;
                    }
                });
    }

    /** Contents are destroyed in the order of their deletions, so once one of now is gone. */
    private void everythingDeletedIsGone() {
        var last = StoredLog.in(store, "last " + RANDOM.nextLong());
        delete(attach(last));
        await().atMost(Duration.ofSeconds(20)).until(() -> !store.exists(last));
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
