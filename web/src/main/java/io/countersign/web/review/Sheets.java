package io.countersign.web.review;

import io.countersign.governance.people.Names;
import io.countersign.governance.people.PeopleRegister;
import io.countersign.governance.policy.AdoptedRoles;
import io.countersign.governance.policy.Evaluation;
import io.countersign.governance.policy.SignatureRule;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.review.Approval;
import io.countersign.governance.review.Condition;
import io.countersign.governance.review.Manifest;
import io.countersign.governance.review.Readiness;
import io.countersign.governance.review.Remark;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.Reviews;
import io.countersign.governance.review.Round;
import io.countersign.governance.review.Signature;
import io.countersign.governance.review.Stake;
import io.countersign.governance.review.Status;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Puts together what a decision is taken on. */
@Component
class Sheets {
    private static final Set<SubjectKind> REVIEWED =
            Set.of(
                    SubjectKind.DATASET_VERSION,
                    SubjectKind.MODEL_VERSION,
                    SubjectKind.DEPLOYMENT,
                    SubjectKind.WAIVER);

    private final Reviews reviews;
    private final Readiness readiness;
    private final AdoptedRoles roles;
    private final Names names;
    private final PeopleRegister register;

    Sheets(
            Reviews reviews,
            Readiness readiness,
            AdoptedRoles roles,
            Names names,
            PeopleRegister register) {
        this.register = register;
        this.reviews = reviews;
        this.readiness = readiness;
        this.roles = roles;
        this.names = names;
    }

    /**
     * @throws CommandRefused {@code review.unknown} where it is not the name of something reviewed,
     *     or of a project the actor may not see; whatever the subject's capability says where there
     *     is no such subject
     */
    Sheet sheet(SubjectRef subject, Actor actor, At at) {
        var project = project(subject, actor);
        var row = reviews.find(subject, at, actor.visibility());
        if (at.past() && row.isEmpty()) {
            throw unknown(subject);
        }
        var review = row.map(Reviews.Row::review).orElse(Review.NONE);
        Readiness.@Nullable Standing standing = null;
        @Nullable String problem = null;
        if (!at.past()) {
            try {
                standing = readiness.of(subject, actor.id());
            } catch (CommandRefused refused) {
                if (row.isEmpty()) {
                    throw refused;
                }
                problem = refused.refusal().message();
            }
        }
        var people = people(review, standing);
        actor.standsInFor().forEach(other -> people.add(other.of()));
        return new Writing(titles(), names.of(people))
                .sheet(subject, project, review, standing, problem, actor, at);
    }

    /** How it stands against policy now. */
    Sheet.Live readiness(SubjectRef subject, Actor actor) {
        project(subject, actor);
        var standing = readiness.of(subject, actor.id());
        return new Writing(titles(), names.of(people(Review.NONE, standing))).live(standing);
    }

    /** The subject named in a path. */
    static SubjectRef subject(String text) {
        return SubjectRef.parse(text);
    }

    /**
     * Who can own a condition: names by id of those active with a role in the subject's project.
     *
     * @throws CommandRefused {@code review.unknown} as {@link #sheet}
     */
    Map<String, String> owners(SubjectRef subject, Actor actor, At at) {
        var people = register.holdingIn(project(subject, actor), at);
        var known = names.of(people);
        var owners = new LinkedHashMap<String, String>();
        people.stream()
                .sorted(Comparator.comparing(person -> String.valueOf(known.get(person))))
                .forEach(person -> owners.put(person.value(), String.valueOf(known.get(person))));
        return owners;
    }

    /** The role that confirms a condition; null where there is no such condition. */
    @Nullable Role confirmer(SubjectRef subject, int round, int condition, Actor actor, At at) {
        return reviews.find(subject, at, actor.visibility()).stream()
                .flatMap(row -> row.review().rounds().stream())
                .filter(asked -> asked.number() == round)
                .flatMap(asked -> asked.conditions().stream())
                .filter(set -> set.number() == condition)
                .map(Condition::confirmer)
                .findFirst()
                .orElse(null);
    }

    Map<String, String> titles() {
        var titles = new LinkedHashMap<String, String>();
        roles.inForce().roles().forEach(entry -> titles.put(entry.role().key(), entry.title()));
        return titles;
    }

    /** The project of a subject that this person may see, or a refusal. */
    static ProjectId project(SubjectRef subject, Actor actor) {
        if (!REVIEWED.contains(subject.kind())) {
            throw unknown(subject);
        }
        var project = new ProjectId(subject.id().split("\\.", 2)[0]);
        if (!actor.visibility().includes(project)) {
            throw unknown(subject);
        }
        return project;
    }

    private static CommandRefused unknown(SubjectRef subject) {
        return new CommandRefused(
                Refusal.notFound(
                        "review.unknown",
                        "There is nothing under review at '"
                                + subject
                                + "' that you may see. Reviewed are dataset versions, model"
                                + " versions, deployments and waivers; write it as"
                                + " model-version:credit.scorer@1.0."));
    }

    private static Set<UserId> people(Review review, Readiness.@Nullable Standing standing) {
        var people = new HashSet<UserId>();
        for (var round : review.rounds()) {
            people.add(round.requester());
            round.excluded().forEach(stake -> people.add(stake.person()));
            round.remarks().forEach(said -> people.add(said.by()));
            for (var condition : round.conditions()) {
                people.add(condition.owner());
                people.add(condition.setBy());
                var answer = condition.answer();
                if (answer != null) {
                    people.add(answer.by());
                    if (answer.onBehalfOf() != null) {
                        people.add(answer.onBehalfOf());
                    }
                }
            }
            Stream.concat(round.signatures().stream(), round.voided().stream())
                    .forEach(signature -> {
                        people.add(signature.signer());
                        if (signature.onBehalfOf() != null) {
                            people.add(signature.onBehalfOf());
                        }
                    });
        }
        if (standing != null) {
            standing.excluded().forEach(stake -> people.add(stake.person()));
        }
        return people;
    }

    private record Writing(Map<String, String> titles, Map<UserId, String> names) {
        Sheet sheet(
                SubjectRef subject,
                ProjectId project,
                Review review,
                Readiness.@Nullable Standing standing,
                @Nullable String problem,
                Actor actor,
                At at) {
            var now = at.time();
            var rounds =
                    new ArrayList<>(
                            review.rounds().stream()
                                    .map(r -> asked(r, review, at.past() ? null : actor, now))
                                    .toList());
            var latest = rounds.isEmpty() ? null : rounds.removeLast();
            return new Sheet(
                    subject,
                    project.value(),
                    review.status(now),
                    approved(review, now),
                    latest,
                    rounds.reversed(),
                    standing == null ? null : live(standing),
                    problem,
                    at.past()
                            ? new Sheet.May(false, Map.of(), null, Map.of(), false, false, false)
                            : may(project, review, standing, actor, now));
        }

        Sheet.Live live(Readiness.Standing standing) {
            return new Sheet.Live(
                    standing.at(),
                    standing.open(),
                    standing.title(),
                    standing.policy().toString(),
                    standing.policy().digest(),
                    standing.manifest().digest(),
                    items(standing.manifest()),
                    standing.evaluation().gates(),
                    wanted(standing.evaluation().rules()),
                    words(standing.evaluation()),
                    kept(standing.excluded()),
                    standing.moved(),
                    standing.waivable());
        }

        private Sheet.May may(
                ProjectId project,
                Review review,
                Readiness.@Nullable Standing standing,
                Actor actor,
                Instant now) {
            var held = actor.rolesIn(project);
            var open = review.open(now).orElse(null);
            var approval = review.approval();
            var mine = open != null && open.requester().equals(actor.id());
            var renewable =
                    review.approvedUntil(now)
                            .map(until -> !now.isBefore(until.minus(Review.RENEWAL)))
                            .orElse(true);
            var revokes =
                    approval != null
                            && now.isBefore(approval.until())
                            && (approval.ending() == null
                                    || approval.ending().how() == Status.STALE)
                            && actor.channel() != Channel.TOKEN
                            && (held.contains(Role.COMPLIANCE_OFFICER)
                                    || review
                                            .rounds()
                                            .get(approval.round() - 1)
                                            .signatures()
                                            .stream()
                                            .anyMatch(s -> held.contains(s.role())));
            var signAs = new LinkedHashMap<String, String>();
            @Nullable String not = null;
            if (open != null) {
                not = notSigning(open, standing, actor);
                if (not == null) {
                    var roles = open.outstanding().stream().map(SignatureRule::role).toList();
                    roles.stream()
                            .filter(held::contains)
                            .forEach(role -> signAs.put(role.key(), title(role.key())));
                    for (var other : actor.standsInFor()) {
                        var acting = actor.standingIn(other);
                        if (notSigning(open, standing, acting) == null) {
                            put(signAs, roles, acting, project);
                        }
                    }
                    if (signAs.isEmpty()) {
                        not =
                                "Signatures are asked of roles you do not hold in this project, and"
                                        + " that nobody who may sign has delegated to you.";
                    }
                }
            }
            return new Sheet.May(
                    open == null && standing != null && renewable && held.contains(Role.REQUESTER),
                    signAs,
                    not,
                    open == null || signAs.isEmpty() ? Map.of() : confirmers(open),
                    mine,
                    mine && standing != null && !standing.moved().isEmpty(),
                    revokes);
        }

        /** The roles in which somebody acts in another's place. */
        private void put(
                Map<String, String> choices, List<Role> roles, Actor acting, ProjectId project) {
            var other = Objects.requireNonNull(acting.onBehalfOf());
            roles.stream()
                    .filter(acting.rolesIn(project)::contains)
                    .forEach(role ->
                            choices.put(
                                    SignAs.of(role.key(), other),
                                    title(role.key()) + " for " + person(other).name()));
        }

        private static Stream<UserId> involved(Actor actor) {
            return Stream.concat(Stream.of(actor.id()), Stream.ofNullable(actor.onBehalfOf()));
        }

        private static @Nullable String notSigning(
                Round open, Readiness.@Nullable Standing standing, Actor actor) {
            if (actor.channel() == Channel.TOKEN) {
                return "A token can request but never sign.";
            }
            if (involved(actor)
                    .anyMatch(person ->
                            open.signatures().stream().anyMatch(s -> s.involves(person)))) {
                return "You have signed in this round, and one person signs once.";
            }
            return Stream.concat(
                            open.excluded().stream(),
                            standing == null ? Stream.empty() : standing.excluded().stream())
                    .filter(stake -> involved(actor).anyMatch(stake.person()::equals))
                    .findFirst()
                    .map(stake ->
                            "You "
                                    + switch (stake.as()) {
                                        case REQUESTER -> "asked for this review";
                                        case DEVELOPER -> "developed this version";
                                        case DATA_OWNER -> "own the data";
                                    }
                                    + ", so somebody else has to sign.")
                    .orElse(null);
        }

        private Sheet.@Nullable Approved approved(Review review, Instant now) {
            var approval = review.approval();
            if (approval == null) {
                return null;
            }
            var ending = review.ending(now);
            return new Sheet.Approved(
                    approval.round(),
                    approval.manifest().digest(),
                    approval.from(),
                    approval.until(),
                    review.inForce(now),
                    ending.map(Approval.Ending::how).orElse(null),
                    ending.map(Approval.Ending::at).orElse(null),
                    ending.map(Approval.Ending::reason).orElse(null));
        }

        private Map<String, String> confirmers(Round round) {
            var confirmers = new LinkedHashMap<String, String>();
            round.confirmers().forEach(role -> confirmers.put(role.key(), title(role.key())));
            return confirmers;
        }

        /**
         * @param actor who asks; null in the past
         */
        private Sheet.Asked asked(Round round, Review review, @Nullable Actor actor, Instant now) {
            var before = round.number() < 2 ? null : review.rounds().get(round.number() - 2);
            return new Sheet.Asked(
                    round.number(),
                    round.status() == Status.OPEN && !now.isBefore(round.dueAt())
                            ? Status.EXPIRED
                            : round.status(),
                    person(round.requester()),
                    Objects.toString(round.comment(), null),
                    round.openedAt(),
                    round.dueAt(),
                    round.closedAt(),
                    round.policy().toString(),
                    round.policy().digest(),
                    round.manifest().digest(),
                    items(round.manifest()),
                    round.evaluation().gates(),
                    wanted(round.evaluation().rules()),
                    words(round.evaluation()),
                    wanted(round.status() == Status.OPEN ? round.outstanding() : List.of()),
                    round.missing(),
                    signed(round.signatures()),
                    signed(round.voided()),
                    kept(round.excluded()),
                    conditions(round, review, actor, now),
                    round.remarks().stream()
                            .flatMap(said ->
                                    said.remarks().stream().map(remark -> remarked(said, remark)))
                            .sorted(Comparator.comparing(r -> Remark.Grade.ofKey(r.grade())))
                            .toList(),
                    before == null ? List.of() : round.differencesFrom(before));
        }

        private Sheet.Remarked remarked(Round.Said said, Remark remark) {
            return new Sheet.Remarked(
                    remark.grade().key(), remark.text().text(), person(said.by()), said.at());
        }

        private List<Sheet.On> conditions(
                Round round, Review review, @Nullable Actor actor, Instant now) {
            return round.conditions().stream()
                    .map(condition -> {
                        var waited = review.waitsFor(round, condition, now);
                        return on(
                                round,
                                condition,
                                condition.missed(now)
                                        ? Condition.State.MISSED.word()
                                        : condition.pending() && !waited
                                                ? "void"
                                                : condition.state().word(),
                                actor != null && waited && actor.id().equals(condition.owner()),
                                actor == null || !waited
                                        ? Map.of()
                                        : answerAs(round, condition, actor));
                    })
                    .toList();
        }

        private Map<String, String> answerAs(Round round, Condition condition, Actor actor) {
            var choices = new LinkedHashMap<String, String>();
            if (condition.state() == Condition.State.FULFILLED
                    && actor.channel() != Channel.TOKEN) {
                var role = condition.confirmer();
                if (answers(round, condition, actor)) {
                    choices.put(role.key(), title(role.key()));
                }
                for (var other : actor.standsInFor()) {
                    var acting = actor.standingIn(other);
                    if (answers(round, condition, acting)) {
                        put(choices, List.of(role), acting, round.project());
                    }
                }
            }
            return choices;
        }

        private static boolean answers(Round round, Condition condition, Actor acting) {
            return involved(acting)
                            .noneMatch(person ->
                                    person.equals(condition.owner())
                                            || round.stakeOf(person).isPresent())
                    && acting.rolesIn(round.project()).contains(condition.confirmer());
        }

        private Sheet.On on(
                Round round,
                Condition condition,
                String state,
                boolean mayFulfil,
                Map<String, String> answerAs) {
            var fulfilment = condition.fulfilment();
            var answer = condition.answer();
            return new Sheet.On(
                    round.number(),
                    condition.number(),
                    condition.text().text(),
                    condition.evidence().text(),
                    person(condition.owner()),
                    condition.dueAt(),
                    condition.confirmer().key(),
                    title(condition.confirmer().key()),
                    person(condition.setBy()),
                    state,
                    fulfilment == null
                            ? null
                            : new Sheet.Fulfilled(
                                    fulfilment.note().text(),
                                    fulfilment.attached(),
                                    fulfilment.at()),
                    answer == null
                            ? null
                            : new Sheet.Answered(
                                    person(answer.by()),
                                    answer.onBehalfOf() == null
                                            ? null
                                            : person(answer.onBehalfOf()),
                                    title(answer.role().key()),
                                    answer.confirmed(),
                                    Objects.toString(answer.reason(), null),
                                    answer.at()),
                    mayFulfil,
                    answerAs);
        }

        private List<Sheet.Signed> signed(List<Signature> signatures) {
            return signatures.stream()
                    .map(s ->
                            new Sheet.Signed(
                                    person(s.signer()),
                                    s.printedName().text(),
                                    s.onBehalfOf() == null ? null : person(s.onBehalfOf()),
                                    s.role().key(),
                                    title(s.role().key()),
                                    s.verdict(),
                                    s.meaning(),
                                    Objects.toString(s.comment(), null),
                                    s.at(),
                                    s.manifest()))
                    .toList();
        }

        private List<Sheet.Wanted> wanted(List<SignatureRule> rules) {
            return rules.stream()
                    .map(rule ->
                            new Sheet.Wanted(
                                    rule.role().key(),
                                    title(rule.role().key()),
                                    rule.count(),
                                    rule.meaning()))
                    .toList();
        }

        /** Where it is more than a list of roles: in which groups and order; else null. */
        private @Nullable String words(Evaluation evaluation) {
            return evaluation.signatures().stream().allMatch(SignatureRule.class::isInstance)
                    ? null
                    : evaluation.signatures().stream()
                            .map(demand -> demand.words(role -> title(role.key())))
                            .collect(Collectors.joining(" and "));
        }

        private List<Sheet.Kept> kept(List<Stake> stakes) {
            return stakes.stream()
                    .map(stake -> new Sheet.Kept(person(stake.person()), stake.as().reason()))
                    .toList();
        }

        private static List<Sheet.Item> items(Manifest manifest) {
            return manifest.items().stream()
                    .map(item ->
                            new Sheet.Item(
                                    item.subject().toString(),
                                    item.name(),
                                    item.digest(),
                                    item.label()))
                    .toList();
        }

        private Sheet.Person person(UserId id) {
            return new Sheet.Person(id.value(), names.getOrDefault(id, id.value()));
        }

        private String title(String role) {
            return titles.getOrDefault(role, role);
        }
    }
}
