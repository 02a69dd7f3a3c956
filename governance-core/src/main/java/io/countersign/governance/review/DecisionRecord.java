package io.countersign.governance.review;

import io.countersign.governance.policy.GateResult;
import io.countersign.governance.policy.Policy;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One round of a review as its events tell it, and what computing it again from them and from the
 * policy it was asked for under gives. A function of the events and the policy alone, so that the
 * same record is computed again with the same answer at any time, and by anyone.
 *
 * @param steps what happened, oldest first
 */
public record DecisionRecord(
        SubjectRef subject,
        Round round,
        List<Step> steps,
        List<Answer> answers,
        List<Check> checks) {
    /**
     * @param eventId the event's id, by which it is proved
     */
    public record Step(String eventId, Instant at, ReviewEvent event) {}

    /**
     * One gate as it was answered at one step, and as the policy answers it again from the inputs
     * on record.
     */
    public record Answer(String eventId, GateResult recorded, GateResult again) {
        public boolean same() {
            return recorded.status() == again.status()
                    && recorded.explanation().equals(again.explanation());
        }
    }

    /**
     * @param sentence what has to hold
     */
    public record Check(String sentence, boolean holds) {}

    public DecisionRecord {
        steps = List.copyOf(steps);
        answers = List.copyOf(answers);
        checks = List.copyOf(checks);
    }

    /** Everything comes out as it was decided. */
    public boolean same() {
        return answers.stream().allMatch(Answer::same) && checks.stream().allMatch(Check::holds);
    }

    /**
     * @param steps of this round, oldest first, the request first
     * @param round as these left it
     * @param policy the edition the round was asked for under
     */
    static DecisionRecord of(SubjectRef subject, List<Step> steps, Round round, Policy policy) {
        var answers =
                steps.stream()
                        .flatMap(step ->
                                gates(step.event())
                                        .map(gate ->
                                                new Answer(
                                                        step.eventId(), gate, policy.replay(gate))))
                        .toList();
        return new DecisionRecord(subject, round, steps, answers, checks(round, steps, answers));
    }

    private static Stream<GateResult> gates(ReviewEvent event) {
        return switch (event) {
            case ReviewEvent.Requested e -> e.evaluation().gates().stream();
            case ReviewEvent.SignaturesVoided e -> e.evaluation().gates().stream();
            case ReviewEvent.Signed e -> e.gates().stream();
            default -> Stream.of();
        };
    }

    private static List<Check> checks(Round round, List<Step> steps, List<Answer> answers) {
        var approved = round.status() == Status.APPROVED;
        var checks = new ArrayList<Check>();
        checks.add(
                new Check(
                        "Every gate answers from the inputs on record as it did then.",
                        answers.stream().allMatch(Answer::same)));
        if (approved) {
            checks.add(
                    new Check(
                            "Every gate held at the request and at each approving signature.",
                            answers.stream().allMatch(answer -> answer.again().passed())));
            checks.add(
                    new Check("The signatures given are those policy asks for.", round.signed()));
            checks.add(
                    new Check(
                            "Nobody returned or rejected it.",
                            round.signatures().stream()
                                    .allMatch(s -> s.verdict() == Verdict.APPROVE)));
        }
        checks.add(
                new Check(
                        "Every signature that counts was given on this manifest.",
                        round.signatures().stream()
                                .allMatch(s -> s.manifest().equals(round.manifest().digest()))));
        checks.add(
                new Check(
                        "Nobody signed, or was signed for, who asked for it or has a stake in it.",
                        round.signatures().stream()
                                .flatMap(DecisionRecord::people)
                                .noneMatch(person -> round.stakeOf(person).isPresent())));
        checks.add(new Check("Nobody counts twice.", onceEach(round)));
        checks.add(
                new Check(
                        "Every password was given at most "
                                + ReviewDecision.FRESH.toMinutes()
                                + " minutes before its signature.",
                        round.signatures().stream()
                                .allMatch(s ->
                                        !s.freshAt().isAfter(s.at())
                                                && !s.freshAt()
                                                        .isBefore(
                                                                s.at().minus(
                                                                                ReviewDecision
                                                                                        .FRESH)))));
        checks.add(
                new Check(
                        "Every signature was given before the time for signatures was over.",
                        round.signatures().stream().allMatch(s -> s.at().isBefore(round.dueAt()))));
        checks.add(
                new Check(
                        "The manifest's digest is that of its items.",
                        steps.stream()
                                .map(Step::event)
                                .allMatch(event ->
                                        switch (event) {
                                            case ReviewEvent.Requested e ->
                                                    e.manifest()
                                                            .digest()
                                                            .equals(e.manifestDigest());
                                            case ReviewEvent.SignaturesVoided e ->
                                                    e.manifest()
                                                            .digest()
                                                            .equals(e.manifestDigest());
                                            default -> true;
                                        })));
        return checks;
    }

    private static boolean onceEach(Round round) {
        Set<UserId> counted = new HashSet<>();
        return round.signatures().stream().flatMap(DecisionRecord::people).allMatch(counted::add);
    }

    private static Stream<UserId> people(Signature signature) {
        return Stream.concat(
                Stream.of(signature.signer()), Stream.ofNullable(signature.onBehalfOf()));
    }
}
