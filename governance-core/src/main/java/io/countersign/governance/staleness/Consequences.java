package io.countersign.governance.staleness;

import io.countersign.governance.dataset.DatasetEvent;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.deployment.DeploymentGate;
import io.countersign.governance.deployment.DeploymentId;
import io.countersign.governance.deployment.DeploymentState;
import io.countersign.governance.deployment.DeploymentStatus;
import io.countersign.governance.deployment.Deployments;
import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.model.ModelEvent;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.project.ProjectEvent;
import io.countersign.governance.review.Readiness;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.risk.OpenRisks;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Visibility;
import io.countersign.governance.waiver.WaiverId;
import io.countersign.governance.waiver.Waivers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a command would cause, told before it is given: the approvals that depend on its subject, by
 * the decision index, and the gates that would close, each asked as if it had happened. Nothing is
 * recorded.
 */
@Component
public class Consequences {
    private static final int PAGE = 500;
    private static final int LISTED = 20;

    /** Approvals asked and gates asked at most, and for how long: a page waits for it. */
    private static final int MOST = 5_000;

    private static final Duration LONGEST = Duration.ofSeconds(3);

    private final ApprovalIndex index;
    private final Readiness readiness;
    private final Deployments deployments;
    private final DeploymentGate gate;
    private final Streams streams;
    private final OpenRisks risks;
    private final Waivers waivers;
    private final Clock clock;
    private final TransactionTemplate reading;

    Consequences(
            ApprovalIndex index,
            Readiness readiness,
            Deployments deployments,
            DeploymentGate gate,
            Streams streams,
            OpenRisks risks,
            Waivers waivers,
            Clock clock,
            PlatformTransactionManager transactions) {
        this.index = index;
        this.readiness = readiness;
        this.deployments = deployments;
        this.gate = gate;
        this.streams = streams;
        this.risks = risks;
        this.waivers = waivers;
        this.clock = clock;
        this.reading = new TransactionTemplate(transactions);
        this.reading.setReadOnly(true);
    }

    /** What somebody is about to do. */
    public enum Act {
        REVOCATION,
        RETIREMENT;

        /** Within a sentence and an address. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** An approval or a deployment, and what would be in its way. */
    public record Affected(SubjectRef subject, String reason) {}

    /**
     * @param dataApprovals that would become stale
     * @param signOffs that would become stale
     * @param deploymentApprovals that would become stale
     * @param closed deployments whose gate is open now and would close
     * @param running those of them that are active
     * @param listed some of these, as far as the person may see them
     * @param elsewhere how many are in projects that the person does not see
     * @param dependents approvals in force that depend on the subject itself
     * @param complete false where there were too many to ask each; the numbers are then the least
     */
    public record Foreseen(
            int dataApprovals,
            int signOffs,
            int deploymentApprovals,
            int closed,
            int running,
            List<Affected> listed,
            int elsewhere,
            long dependents,
            boolean complete) {
        public boolean nothing() {
            return dataApprovals + signOffs + deploymentApprovals + closed == 0 && complete;
        }

        /** {@code makes 3 sign-offs stale and closes 4 deployments, 2 of them running}. */
        public String sentence() {
            if (nothing()) {
                return "makes no approval stale and closes no deployment";
            }
            var approvals = new ArrayList<String>();
            counted(approvals, dataApprovals, "data approval");
            counted(approvals, signOffs, "sign-off");
            counted(approvals, deploymentApprovals, "deployment approval");
            var least = complete ? "" : "at least ";
            var stale = approvals.isEmpty() ? "" : "makes " + least + listed(approvals) + " stale";
            var closes =
                    closed == 0
                            ? ""
                            : "closes "
                                    + least
                                    + many(closed, "deployment")
                                    + (running == 0 ? "" : ", " + running + " of them running");
            return stale.isEmpty() && closes.isEmpty()
                    ? "touches " + many((int) dependents, "approval") + ", too many to ask each"
                    : stale.isEmpty()
                            ? closes
                            : closes.isEmpty() ? stale : stale + " and " + closes;
        }

        private static void counted(List<String> words, int count, String what) {
            if (count > 0) {
                words.add(many(count, what));
            }
        }

        private static String many(int count, String what) {
            return String.format(Locale.ROOT, "%,d %s", count, what) + (count == 1 ? "" : "s");
        }

        private static String listed(List<String> words) {
            return words.size() == 1
                    ? words.getFirst()
                    : String.join(", ", words.subList(0, words.size() - 1))
                            + " and "
                            + words.getLast();
        }
    }

    /**
     * @throws CommandRefused {@code subject.unknown} for a project the actor has no role in, and
     *     {@code input.invalid} for what is never revoked or retired
     */
    public Foreseen of(Act act, SubjectRef subject, Actor actor) {
        if (!actor.visibility().includes(project(subject))) {
            throw new CommandRefused(
                    Refusal.notFound(
                                    "subject.unknown",
                                    "There is no '" + subject + "' that you may see.")
                            .with("subject", subject.toString()));
        }
        var asking = new Asking(clock.instant());
        var event = supposed(act, subject, actor);
        asking.happens(event.stream(), event.payload());
        Move.of(event.payload(), risks).ifPresent(asking.moves::add);
        if (subject.kind() == SubjectKind.WAIVER) {
            asking.waiver(new WaiverId(subject.id()));
        } else if (subject.kind() == SubjectKind.DEPLOYMENT) {
            asking.deployments.add(new DeploymentId(subject.id()));
        } else if (asking.moves.isEmpty()) {
            asking.deploymentsOn(List.of(subject));
        }
        asking.approvals();
        asking.gates();
        return asking.answer(index.count(List.of(subject)), actor.visibility());
    }

    private record Supposed(SubjectRef stream, Object payload) {}

    private static Supposed supposed(Act act, SubjectRef subject, Actor actor) {
        var why = new PersonalText(actor.id(), act.word());
        return switch (act) {
            case REVOCATION ->
                    switch (subject.kind()) {
                        case DATASET_VERSION, MODEL_VERSION, DEPLOYMENT, WAIVER ->
                                new Supposed(
                                        Review.stream(subject),
                                        new ReviewEvent.Revoked(
                                                Review.stream(subject),
                                                1,
                                                actor.id(),
                                                Role.COMPLIANCE_OFFICER,
                                                why));
                        default -> throw never(subject);
                    };
            case RETIREMENT ->
                    switch (subject.kind()) {
                        case DATASET_VERSION ->
                                new Supposed(
                                        subject,
                                        new DatasetEvent.VersionRetired(
                                                new DatasetVersionId(subject.id()), why));
                        case MODEL_VERSION ->
                                new Supposed(
                                        subject,
                                        new ModelEvent.VersionRetired(
                                                new ModelVersionId(subject.id()), why));
                        case PROJECT ->
                                new Supposed(
                                        subject,
                                        new ProjectEvent.Retired(new ProjectId(subject.id()), why));
                        default -> throw never(subject);
                    };
        };
    }

    private static CommandRefused never(SubjectRef subject) {
        return CommandRefused.invalid(
                "subject",
                subject.toString(),
                "give a dataset version, a model version, a deployment, a waiver (revocation) or a"
                        + " project (retirement)");
    }

    private static ProjectId project(SubjectRef subject) {
        return new ProjectId(subject.id().split("\\.", 2)[0]);
    }

    /** One question: what has been supposed so far, and what follows from it. */
    private final class Asking {
        private final Instant now;
        private final long deadline = System.nanoTime() + LONGEST.toNanos();
        private final Map<SubjectRef, List<Object>> events = new HashMap<>();
        private final ArrayDeque<Move> moves = new ArrayDeque<>();
        private final Map<SubjectRef, String> stale = new LinkedHashMap<>();
        private final TreeSet<DeploymentId> deployments = new TreeSet<>();
        private final Map<SubjectRef, String> closed = new LinkedHashMap<>();
        private int running;
        private int asked;
        private boolean complete = true;

        Asking(Instant now) {
            this.now = now;
        }

        void happens(SubjectRef stream, Object event) {
            events.computeIfAbsent(stream, _ -> new ArrayList<>()).add(event);
        }

        private boolean more() {
            complete &= asked++ < MOST && System.nanoTime() < deadline;
            return complete;
        }

        void deploymentsOn(Collection<SubjectRef> subjects) {
            each(
                    subjects,
                    approval -> {
                        if (approval.kind() == SubjectKind.DEPLOYMENT) {
                            deployments.add(new DeploymentId(approval.id()));
                        }
                    });
        }

        /** What it lets pass: an approval that rests on it, and the gate of a deployment. */
        void waiver(WaiverId id) {
            waivers.subjectOf(id)
                    .filter(subject -> subject.kind() == SubjectKind.DEPLOYMENT)
                    .ifPresent(subject -> deployments.add(new DeploymentId(subject.id())));
            waivers.restingOn(id)
                    .ifPresent(resting -> {
                        var reason = resting.reason(id, "revoked");
                        var event =
                                new ReviewEvent.BecameStale(
                                        Review.stream(resting.subject()),
                                        resting.round(),
                                        "",
                                        reason);
                        stale.put(resting.subject(), reason);
                        happens(event.stream(), event);
                        Move.of(event, risks).ifPresent(moves::add);
                    });
        }

        void approvals() {
            while (!moves.isEmpty() && complete) {
                var move = moves.poll();
                each(move.on(), approval -> ask(approval, move));
            }
        }

        private void ask(SubjectRef approval, Move move) {
            if (approval.kind() == SubjectKind.DEPLOYMENT) {
                deployments.add(new DeploymentId(approval.id()));
            }
            if (stale.containsKey(approval) || !more()) {
                return;
            }
            streams.supposing(
                            events,
                            now,
                            () ->
                                    readiness.wouldBecomeStale(
                                            new ReviewCommand.Reconsider(
                                                    Review.stream(approval),
                                                    "",
                                                    move.change(),
                                                    move.moved(),
                                                    move.what())))
                    .ifPresent(event -> {
                        stale.put(approval, event.reason());
                        happens(event.stream(), event);
                        Move.of(event, risks).ifPresent(moves::add);
                    });
        }

        void gates() {
            for (var id : deployments) {
                if (!more()) {
                    return;
                }
                var before = answer(id);
                if (before.state().status().ended() || !before.answer().yes()) {
                    continue;
                }
                var after = streams.supposing(events, now, () -> answer(id));
                if (!after.answer().yes()) {
                    closed.put(id.ref(), String.join("; ", after.answer().reasons()));
                    running += before.state().status() == DeploymentStatus.ACTIVE ? 1 : 0;
                }
            }
        }

        private record Answered(DeploymentState state, DeploymentGate.Answer answer) {}

        private Answered answer(DeploymentId id) {
            return Objects.requireNonNull(
                    reading.execute(_ -> {
                        var state = Consequences.this.deployments.read(id);
                        return new Answered(state, gate.answer(state));
                    }));
        }

        private void each(Collection<SubjectRef> on, java.util.function.Consumer<SubjectRef> act) {
            var after = "";
            List<ApprovalIndex.Dependent> page;
            do {
                page = index.dependents(on, after, PAGE);
                for (var dependent : page) {
                    act.accept(dependent.approval());
                }
                after = page.isEmpty() ? after : page.getLast().approval().toString();
            } while (page.size() == PAGE && complete);
        }

        Foreseen answer(long dependents, Visibility visible) {
            var all = new LinkedHashMap<>(stale);
            closed.forEach(all::putIfAbsent);
            var seen =
                    all.entrySet().stream()
                            .filter(each -> visible.includes(project(each.getKey())))
                            .map(each -> new Affected(each.getKey(), each.getValue()))
                            .toList();
            return new Foreseen(
                    count(SubjectKind.DATASET_VERSION),
                    count(SubjectKind.MODEL_VERSION),
                    count(SubjectKind.DEPLOYMENT),
                    closed.size(),
                    running,
                    seen.stream().limit(LISTED).toList(),
                    all.size() - seen.size(),
                    dependents,
                    complete);
        }

        private int count(SubjectKind kind) {
            return (int) stale.keySet().stream().filter(s -> s.kind() == kind).count();
        }
    }
}
