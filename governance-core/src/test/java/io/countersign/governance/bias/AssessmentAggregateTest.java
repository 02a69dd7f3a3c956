package io.countersign.governance.bias;

import static io.countersign.testing.People.AUDITOR;
import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.VALIDATOR;
import static io.countersign.testing.People.as;
import static io.countersign.testing.Subjects.ARTIFACT;
import static io.countersign.testing.Subjects.VERSION;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.bias.engine.Assessment;
import io.countersign.governance.bias.engine.AssessmentResult;
import io.countersign.governance.bias.engine.ColumnMapping;
import io.countersign.governance.bias.engine.Counts;
import io.countersign.governance.bias.engine.Fraction;
import io.countersign.governance.bias.engine.GroupResult;
import io.countersign.governance.bias.engine.RuleOutcome;
import io.countersign.governance.bias.engine.RuleSet;
import io.countersign.governance.bias.engine.Verdict;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.DatasetVersions;
import io.countersign.governance.eventstore.EventFamily;
import io.countersign.governance.eventstore.EventSerializer;
import io.countersign.governance.model.ModelVersions;
import io.countersign.governance.project.Projects;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import io.countersign.testing.History;
import io.countersign.testing.People;
import io.countersign.testing.Refusals;
import io.countersign.testing.Subjects;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.FixtureConfiguration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AssessmentAggregateTest {
    private static final AssessmentId ID = new AssessmentId("credit.scorer@1.0/7f3k2a9d");
    private static final Sha256 FILE = Sha256.of("log");
    private static final RuleSet RULES = RuleSet.shipped("four-fifths");
    private static final PinnedRules PINNED = new PinnedRules(Sha256.of("file"), RULES);
    private static final ColumnMapping MAPPING =
            new ColumnMapping(
                    new ColumnMapping.Prediction(
                            "p", new ColumnMapping.Classes(List.of("yes"), List.of("no")), true),
                    null,
                    List.of("sex"),
                    List.of(),
                    ColumnMapping.Unlisted.REFUSE);
    private static final AssessmentEvent.Started STARTED =
            new AssessmentEvent.Started(
                    ID,
                    VERSION,
                    ARTIFACT,
                    null,
                    FILE,
                    "<img src=x>.csv",
                    MAPPING,
                    PINNED,
                    Assessment.METHOD,
                    ENGINEER.id());

    private final History history = History.ofProject().add(VERSION.ref(), Subjects.version());
    private final FixtureConfiguration<AssessmentAggregate> assessments =
            new AggregateTestFixture<>(AssessmentAggregate.class)
                    .registerInjectableResource(history.make(Projects.class))
                    .registerInjectableResource(history.make(ModelVersions.class))
                    .registerInjectableResource(history.make(DatasetVersions.class))
                    .registerInjectableResource((RuleSets) name -> PINNED)
                    .registerInjectableResource((LogFiles) this::requireHere);
    private boolean logIsHere = true;

    private void requireHere(Sha256 log) {
        if (!logIsHere) {
            throw new CommandRefused(Refusal.notFound("evidence.unknown", "not here: " + log));
        }
    }

    /** One group of 40 that fails, and one of 3 that is too small. */
    private static AssessmentResult result(RuleSet rules) {
        var no = Fraction.undefined("not compared");
        var small =
                new GroupResult(
                        List.of("x"),
                        3,
                        GroupResult.Standing.TOO_SMALL,
                        new Counts(3, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0),
                        new Fraction(1, 3, null),
                        new Fraction(1, 3, null),
                        no,
                        no,
                        no,
                        no,
                        no);
        var failing =
                new GroupResult(
                        List.of("f"),
                        40,
                        GroupResult.Standing.ELIGIBLE,
                        new Counts(40, 10, 30, 0, 0, 0, 0, 0, 0, 0, 0),
                        new Fraction(10, 40, null),
                        new Fraction(10, 40, null),
                        new Fraction(1, 2, null),
                        no,
                        no,
                        no,
                        no);
        var rule = rules.rules().getFirst();
        return new AssessmentResult(
                Assessment.METHOD,
                FILE,
                MAPPING,
                rules,
                failing,
                List.of(
                        new io.countersign.governance.bias.engine.AttributeResult(
                                List.of("sex"), null, List.of(failing, small))),
                List.of(
                        new RuleOutcome(
                                rule.id(),
                                rule.metric(),
                                rule.limit(),
                                List.of("sex"),
                                Verdict.FAIL,
                                List.of(
                                        new RuleOutcome.GroupVerdict(
                                                List.of("f"),
                                                Verdict.FAIL,
                                                new Fraction(1, 2, null),
                                                "too low")),
                                "fails")),
                Verdict.FAIL,
                "fails");
    }

    @Nested
    class Starting {
        private AssessmentCommand.Start start(
                @org.jspecify.annotations.Nullable DatasetVersionId data) {
            return new AssessmentCommand.Start(
                    ID, data, FILE, "<img src=x>.csv", MAPPING, "four-fifths");
        }

        @Test
        void pins_version_artifact_file_mapping_limits_and_method_before_the_run() {
            assessments
                    .givenNoPriorActivity()
                    .when(start(null), as(ENGINEER))
                    .expectEvents(STARTED);
        }

        @Test
        void is_also_for_validators_but_not_for_auditors() {
            assessments
                    .givenNoPriorActivity()
                    .when(start(null), as(VALIDATOR))
                    .expectSuccessfulHandlerExecution();
            Refusals.expect(
                    assessments.givenNoPriorActivity().when(start(null), as(AUDITOR)),
                    "access.role-needed");
        }

        @Test
        void refuses_a_log_that_is_not_here_any_more() {
            logIsHere = false;
            Refusals.expect(
                    assessments.givenNoPriorActivity().when(start(null), as(ENGINEER)),
                    "evidence.unknown");
        }

        @Test
        void refuses_an_unknown_dataset() {
            Refusals.expect(
                    assessments.givenNoPriorActivity().when(start(Subjects.DATA), as(ENGINEER)),
                    "dataset.version-unknown");
        }
    }

    @Nested
    class Ending {
        @Test
        void keeps_the_failures_and_of_a_small_group_only_its_size() {
            var kept = result(RULES).withoutSmallGroups();
            assessments
                    .given(STARTED)
                    .when(new AssessmentCommand.Complete(ID, result(RULES)), as(Actor.system()))
                    .expectEvents(
                            new AssessmentEvent.Completed(
                                    ID, VERSION, Verdict.FAIL, Failure.of(kept), kept));
            assertThat(Failure.of(kept))
                    .extracting(Failure::attribute, Failure::group, Failure::measured)
                    .containsExactly(org.assertj.core.api.Assertions.tuple("sex", "f", 0.5));
            var small = kept.attributes().getFirst().groups().getLast();
            assertThat(small.size()).isEqualTo(3);
            assertThat(small.counts()).isNull();
        }

        @Test
        void a_person_cannot_record_a_result() {
            Refusals.expect(
                    assessments
                            .given(STARTED)
                            .when(new AssessmentCommand.Complete(ID, result(RULES)), as(VALIDATOR)),
                    "assessment.system-only");
        }

        @Test
        void a_result_under_other_limits_is_refused() {
            Refusals.expect(
                    assessments
                            .given(STARTED)
                            .when(
                                    new AssessmentCommand.Complete(
                                            ID, result(RuleSet.shipped("equalised-odds"))),
                                    as(Actor.system())),
                    "assessment.other-run");
        }

        @Test
        void ends_once() {
            assessments
                    .given(STARTED)
                    .when(new AssessmentCommand.Cancel(ID), as(ENGINEER))
                    .expectEvents(new AssessmentEvent.Cancelled(ID, VERSION, ENGINEER.id()));
            Refusals.expect(
                    assessments
                            .given(
                                    STARTED,
                                    new AssessmentEvent.Cancelled(ID, VERSION, ENGINEER.id()))
                            .when(
                                    new AssessmentCommand.Complete(ID, result(RULES)),
                                    as(Actor.system())),
                    "assessment.ended");
        }

        @Test
        void says_why_it_failed_sealed_for_who_started_it() {
            assessments
                    .given(STARTED)
                    .when(
                            new AssessmentCommand.Fail(
                                    ID, Refusal.invalid("bias.not-csv", "<b>no</b>")),
                            as(Actor.system()))
                    .expectEvents(
                            new AssessmentEvent.Failed(
                                    ID,
                                    VERSION,
                                    "bias.not-csv",
                                    new PersonalText(ENGINEER.id(), "<b>no</b>")));
        }
    }

    @Nested
    class Running {
        private final List<AssessmentCommand> sent = new ArrayList<>();

        private void run(AssessmentState state, CompletableFuture<AssessmentResult> answer) {
            new AssessmentRun(
                            _ -> state,
                            digest -> Path.of("evidence", digest.hex()),
                            spec -> {
                                assertThat(spec.content()).isEqualTo(FILE);
                                assertThat(spec.rules()).isEqualTo(RULES);
                                return answer;
                            },
                            sent::add)
                    .run(ID);
        }

        private final AssessmentState running = AssessmentState.NONE.evolve(STARTED, People.NOW);

        @Test
        void records_the_result() {
            run(running, CompletableFuture.completedFuture(result(RULES)));
            assertThat(sent).containsExactly(new AssessmentCommand.Complete(ID, result(RULES)));
        }

        @Test
        void records_why_the_file_could_not_be_assessed() {
            var refusal = Refusal.invalid("bias.not-csv", "This is not CSV.");
            run(running, CompletableFuture.failedFuture(new CommandRefused(refusal)));
            assertThat(sent).containsExactly(new AssessmentCommand.Fail(ID, refusal));
        }

        @Test
        void leaves_alone_what_has_ended_and_what_was_stopped() {
            run(
                    running.evolve(
                            new AssessmentEvent.Cancelled(ID, VERSION, ENGINEER.id()), People.NOW),
                    new CompletableFuture<>());
            var stopped = new CompletableFuture<AssessmentResult>();
            stopped.cancel(false);
            run(running, stopped);
            assertThat(sent).isEmpty();
        }
    }

    @Test
    void evidence_names_the_verdict_the_failures_and_the_worst_of_them() {
        var kept = result(RULES);
        var state =
                AssessmentState.NONE
                        .evolve(STARTED, People.NOW)
                        .evolve(
                                new AssessmentEvent.Completed(
                                        ID, VERSION, Verdict.FAIL, Failure.of(kept), kept),
                                People.NOW);
        var evidence = AssessmentEvidence.evidence(state).orElseThrow();
        assertThat(evidence.artifact()).isEqualTo(ARTIFACT);
        assertThat(evidence.facts())
                .containsEntry("verdict", "fail")
                .containsEntry("ruleSet", "four-fifths 1.0");
        assertThat(String.valueOf(evidence.facts().get("worst")))
                .contains("value=0.5", "limit=0.8", "group=f");
    }

    @Test
    void events_read_back_as_they_were_written() {
        var serializer =
                new EventSerializer(List.of(new EventFamily(AssessmentEvent.class)), List.of());
        var kept = result(RULES).withoutSmallGroups();
        for (AssessmentEvent event :
                List.of(
                        STARTED,
                        new AssessmentEvent.Completed(
                                ID, VERSION, Verdict.FAIL, Failure.of(kept), kept))) {
            var written = serializer.serialize(event, byte[].class);
            Object read = serializer.deserialize(written);
            assertThat(read).isEqualTo(event);
        }
    }
}
