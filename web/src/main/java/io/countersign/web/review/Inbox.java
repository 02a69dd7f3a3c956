package io.countersign.web.review;

import io.countersign.governance.people.Names;
import io.countersign.governance.people.PeopleRegister;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.review.Conditions;
import io.countersign.governance.review.Reviews;
import io.countersign.governance.review.Status;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.staleness.StaleApprovals;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Lists of reviews for one person. */
@Component
public class Inbox {
    private static final int MOST_DELEGATIONS = 200;

    private final Reviews reviews;
    private final Conditions conditions;
    private final Names names;
    private final StaleApprovals stale;
    private final PeopleRegister register;

    Inbox(
            Reviews reviews,
            Conditions conditions,
            Names names,
            StaleApprovals stale,
            PeopleRegister register) {
        this.register = register;
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
     * @param standsFor in whose place it waits for this person, or null where for themself
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
            List<String> awaiting,
            @Nullable StoodFor standsFor) {
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

    /**
     * @param note of somebody out of office, or null
     */
    public record StoodFor(Sheet.Person person, boolean away, @Nullable String note) {}

    /** What this person can sign now in their own name, the soonest due first. */
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

    /** What this person can sign now in the place of others, the soonest due first of each. */
    public List<Listed> delegated(Actor actor, int limit, At at) {
        var delegations = register.delegations(at, actor.id(), MOST_DELEGATIONS);
        return actor.standsInFor().stream()
                .flatMap(other ->
                        listed(
                                reviews.awaiting(actor.standingIn(other), limit, at),
                                at,
                                stoodFor(other.of(), actor, delegations, at))
                                .stream())
                .toList();
    }

    private StoodFor stoodFor(
            UserId person, Actor actor, List<PeopleRegister.Delegation> delegations, At at) {
        var counting =
                delegations.stream()
                        .filter(d ->
                                d.person().equals(person)
                                        && d.delegate().equals(actor.id())
                                        && d.stateAt(at.time()).equals("active"))
                        .toList();
        return new StoodFor(
                new Sheet.Person(person.value(), names.of(person)),
                counting.stream().anyMatch(PeopleRegister.Delegation::away),
                counting.stream()
                        .map(PeopleRegister.Delegation::note)
                        .filter(Objects::nonNull)
                        .map(PersonalText::text)
                        .findFirst()
                        .orElse(null));
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

    /** The conditions this person can confirm, also in the place of others. */
    public List<Conditioned> toConfirm(Actor actor, int limit, At at) {
        return conditioned(
                Stream.concat(Stream.of(actor), actor.standsInFor().stream().map(actor::standingIn))
                        .flatMap(acting -> conditions.toConfirm(acting, limit, at).stream())
                        .distinct()
                        .toList());
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
        return listed(rows, at, null);
    }

    private List<Listed> listed(List<Reviews.Row> rows, At at, @Nullable StoodFor standsFor) {
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
                                row.awaiting(),
                                standsFor))
                .toList();
    }
}
