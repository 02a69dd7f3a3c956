package io.countersign.web.review;

import io.countersign.governance.people.Names;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.review.Conditions;
import io.countersign.governance.review.Reviews;
import io.countersign.governance.review.Status;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.staleness.StaleApprovals;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Lists of reviews for one person. */
@Component
public class Inbox {
    private final Reviews reviews;
    private final Conditions conditions;
    private final Names names;
    private final StaleApprovals stale;

    Inbox(
            Reviews reviews,
            Conditions conditions,
            Names names,
            StaleApprovals stale) {
        this.conditions = conditions;
        this.reviews = reviews;
        this.names = names;
        this.stale = stale;
    }

    /**
     * An approval this person relies on that no longer stands, or may not.
     *
     * @param stale false where a gate could not be asked, and is asked again
     * @param because what happened, the gate and its explanation
     * @param cause id of the event
     */
    public record Told(
            SubjectRef subject, boolean stale, String because, String cause, Instant since) {
        /** What kind of decision: {@code Model sign-off}. */
        public String what() {
            return Inbox.what(subject.kind());
        }
    }

    /**
     * A review in a list.
     *
     * @param awaiting keys of the roles whose signature is still asked for
     * @param approvedUntil of an approval that has not ended early
     */
    public record Listed(
            SubjectRef subject,
            String project,
            int round,
            Status status,
            Sheet.Person requester,
            Instant openedAt,
            Instant dueAt,
            @Nullable Instant approvedUntil,
            List<String> awaiting) {
        /** What kind of decision: {@code Model sign-off}. */
        public String what() {
            return Inbox.what(subject.kind());
        }
    }

    /**
     * Which to list; empty or null does not narrow the list.
     *
     * @param after the last subject of the page before
     */
    record Filter(
            @Nullable String kind,
            @Nullable String status,
            @Nullable String project,
            @Nullable String after) {
        private @Nullable SubjectKind kindOrNull() {
            return kind == null || kind.isBlank() ? null : SubjectKind.ofKey(kind);
        }

        private @Nullable Status statusOrNull() {
            var typed = status;
            if (typed == null || typed.isBlank()) {
                return null;
            }
            var wanted = typed.toUpperCase(Locale.ROOT);
            return Arrays.stream(Status.values())
                    .filter(s -> s.name().equals(wanted))
                    .findFirst()
                    .orElseThrow(() ->
                            CommandRefused.invalid(
                                    "status",
                                    typed,
                                    "use open, approved, returned, rejected, withdrawn, expired,"
                                            + " revoked or stale"));
        }

        private @Nullable ProjectId projectOrNull() {
            return project == null || project.isBlank() ? null : new ProjectId(project);
        }
    }

    /** What this person can sign now, the soonest due first. */
    public List<Listed> awaiting(Actor actor, int limit, At at) {
        return listed(reviews.awaiting(actor, limit, at), at);
    }

    /** Of approvals they asked for, and of those that their deployments rest on; newest first. */
    public List<Told> told(Actor actor, int limit, At at) {
        return stale.toldTo(actor.id(), limit, at, actor.visibility()).stream()
                .map(row ->
                        new Told(
                                row.subject(), row.stale(), row.reason(), row.cause(), row.since()))
                .toList();
    }

    /**
     * A condition in a list.
     *
     * @param fulfilled how the owner says it is, or null where they have not yet
     */
    public record Conditioned(
            SubjectRef subject,
            int round,
            int number,
            String text,
            Sheet.Person owner,
            Instant dueAt,
            String confirmer,
            @Nullable String fulfilled) {}

    /** The conditions this person has to see to, the soonest due first. */
    public List<Conditioned> conditions(Actor actor, int limit, At at) {
        return conditioned(conditions.ownedBy(actor.id(), limit, at, actor.visibility()));
    }

    /** The conditions this person can confirm, the soonest due first. */
    public List<Conditioned> toConfirm(Actor actor, int limit, At at) {
        return conditioned(conditions.toConfirm(actor, limit, at));
    }

    /** What this person asked for and is open or returned to them. */
    public List<Listed> requestedBy(Actor actor, int limit, At at) {
        return listed(reviews.requestedBy(actor.id(), limit, at, actor.visibility()), at);
    }

    List<Listed> list(Filter filter, int limit, Actor actor, At at) {
        return listed(
                reviews.list(
                        filter.kindOrNull(),
                        filter.statusOrNull(),
                        filter.projectOrNull(),
                        filter.after(),
                        limit,
                        at,
                        actor.visibility()),
                at);
    }

    static String what(SubjectKind kind) {
        return switch (kind) {
            case DATASET_VERSION -> "Data approval";
            case MODEL_VERSION -> "Model sign-off";
            case DEPLOYMENT -> "Deployment approval";
            default -> kind.title();
        };
    }

    private List<Conditioned> conditioned(List<Conditions.Row> rows) {
        var known = names.of(rows.stream().map(Conditions.Row::owner).toList());
        return rows.stream()
                .map(row ->
                        new Conditioned(
                                row.subject(),
                                row.round(),
                                row.number(),
                                row.condition().text().text(),
                                new Sheet.Person(
                                        row.owner().value(),
                                        known.getOrDefault(row.owner(), row.owner().value())),
                                row.dueAt(),
                                row.confirmer(),
                                row.condition().fulfilment() == null
                                        ? null
                                        : row.condition().fulfilment().note().text()))
                .toList();
    }

    private List<Listed> listed(List<Reviews.Row> rows, At at) {
        var known = names.of(rows.stream().map(Reviews.Row::requester).toList());
        return rows.stream()
                .map(row ->
                        new Listed(
                                row.subject(),
                                row.projectId().value(),
                                row.round(),
                                row.review().status(at.time()),
                                new Sheet.Person(
                                        row.requester().value(),
                                        known.getOrDefault(
                                                row.requester(), row.requester().value())),
                                row.openedAt(),
                                row.dueAt(),
                                row.approvedUntil(),
                                row.awaiting()))
                .toList();
    }
}
