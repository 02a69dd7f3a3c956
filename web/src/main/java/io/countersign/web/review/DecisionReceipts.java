package io.countersign.web.review;

import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.people.Names;
import io.countersign.governance.policy.SignatureRule;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.review.DecisionRecord;
import io.countersign.governance.review.DecisionRecords;
import io.countersign.governance.review.Round;
import io.countersign.governance.review.Signature;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.web.ledger.Included;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Writes the receipt of a decision. */
@Component
class DecisionReceipts {
    private final DecisionRecords records;
    private final AuditTrail trail;
    private final Included.Finder ledger;
    private final Names names;

    DecisionReceipts(
            DecisionRecords records, AuditTrail trail, Included.Finder ledger, Names names) {
        this.records = records;
        this.trail = trail;
        this.ledger = ledger;
        this.names = names;
    }

    /**
     * @throws CommandRefused {@code review.no-round} where there is no such round, or as {@link
     *     Sheets#sheet}
     */
    DecisionReceipt receipt(SubjectRef subject, int round, Actor actor, At at) {
        var project = Sheets.project(subject, actor);
        var found =
                records.find(subject, round)
                        .orElseThrow(() ->
                                new CommandRefused(
                                        Refusal.notFound(
                                                "review.no-round",
                                                "There is no round "
                                                        + round
                                                        + " of the review of "
                                                        + subject
                                                        + ".")));
        var outcome =
                trail.find(found.steps().getLast().eventId(), at, actor.visibility())
                        .map(entry -> ledger.of(entry.eventId(), entry.position()))
                        .orElse(null);
        return new Writing(names.of(people(found.round()))).receipt(found, project, outcome);
    }

    private static Set<UserId> people(Round round) {
        var people = new HashSet<UserId>();
        people.add(round.requester());
        signatures(round)
                .forEach(signature -> {
                    people.add(signature.signer());
                    if (signature.onBehalfOf() != null) {
                        people.add(signature.onBehalfOf());
                    }
                });
        round.conditions().forEach(condition -> people.add(condition.owner()));
        round.remarks().forEach(said -> people.add(said.by()));
        return people;
    }

    private static Stream<Signature> signatures(Round round) {
        return Stream.concat(round.signatures().stream(), round.voided().stream());
    }

    private record Writing(Map<UserId, String> names) {
        DecisionReceipt receipt(
                DecisionRecord found, ProjectId project, @Nullable Included outcome) {
            var round = found.round();
            var times =
                    found.steps().stream()
                            .collect(
                                    Collectors.toMap(
                                            DecisionRecord.Step::eventId, DecisionRecord.Step::at));
            return new DecisionReceipt(
                    found.subject(),
                    project.value(),
                    round.number(),
                    round.status(),
                    person(round.requester()),
                    Objects.toString(round.comment(), null),
                    round.openedAt(),
                    round.dueAt(),
                    round.closedAt(),
                    round.riskTier(),
                    round.policy().toString(),
                    round.policy().digest(),
                    asked(round),
                    round.manifest().digest(),
                    round.manifest().items().stream()
                            .map(item ->
                                    new DecisionReceipt.Item(
                                            item.subject().toString(),
                                            item.name(),
                                            item.digest(),
                                            item.label()))
                            .toList(),
                    found.answers().stream()
                            .map(answer ->
                                    new DecisionReceipt.Answer(
                                            Objects.requireNonNull(times.get(answer.eventId())),
                                            answer.eventId(),
                                            answer.recorded(),
                                            answer.again().status(),
                                            answer.same()))
                            .toList(),
                    signatures(round).map(s -> signed(s, round)).toList(),
                    round.conditions().stream()
                            .map(c ->
                                    new DecisionReceipt.Condition(
                                            c.number(),
                                            c.text().text(),
                                            c.evidence().text(),
                                            person(c.owner()),
                                            c.dueAt(),
                                            c.confirmer().key(),
                                            c.state().word()))
                            .toList(),
                    round.remarks().stream()
                            .flatMap(said ->
                                    said.remarks().stream()
                                            .map(r ->
                                                    new DecisionReceipt.Remark(
                                                            person(said.by()),
                                                            r.grade().key(),
                                                            r.text().text(),
                                                            said.at())))
                            .toList(),
                    found.steps().stream()
                            .map(step ->
                                    new DecisionReceipt.Step(
                                            step.eventId(),
                                            step.event()
                                                    .getClass()
                                                    .getAnnotation(EventName.class)
                                                    .value(),
                                            step.at()))
                            .toList(),
                    outcome,
                    found.same(),
                    found.checks());
        }

        private static @Nullable String asked(Round round) {
            List<String> words =
                    round.evaluation().signatures().stream()
                            .map(demand ->
                                    demand instanceof SignatureRule rule
                                            ? rule.count() + " × " + rule.role()
                                            : demand.words(Role::key))
                            .toList();
            return words.isEmpty() ? null : String.join(" and ", words);
        }

        private DecisionReceipt.Signed signed(Signature s, Round round) {
            return new DecisionReceipt.Signed(
                    person(s.signer()),
                    s.printedName().text(),
                    s.onBehalfOf() == null ? null : person(s.onBehalfOf()),
                    s.role().key(),
                    s.verdict(),
                    s.meaning(),
                    Objects.toString(s.comment(), null),
                    s.at(),
                    s.freshAt(),
                    s.manifest(),
                    round.signatures().contains(s));
        }

        private DecisionReceipt.Person person(UserId id) {
            return new DecisionReceipt.Person(id.value(), names.getOrDefault(id, id.value()));
        }
    }
}
