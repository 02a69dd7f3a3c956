package io.countersign.web.deployment;

import io.countersign.governance.audit.AuditEntry;
import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.deployment.DeploymentId;
import io.countersign.governance.deployment.Deployments;
import io.countersign.governance.deployment.GateAnswers;
import io.countersign.governance.people.Names;
import io.countersign.governance.policy.GateResult;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Deployments as those may see them who ask. */
@Component
class DeploymentFile {
    private static final int HISTORY = 200;

    private final Deployments deployments;
    private final GateAnswers gates;
    private final AuditTrail trail;
    private final Names names;
    private final Sight sight;

    DeploymentFile(
            Deployments deployments,
            GateAnswers gates,
            AuditTrail trail,
            Names names,
            Sight sight) {
        this.sight = sight;
        this.deployments = deployments;
        this.gates = gates;
        this.trail = trail;
        this.names = names;
    }

    record Person(String id, String name) {}

    /**
     * One deployment.
     *
     * @param gateOpen the last answer on record, and {@code gateReasons} what spoke against it
     * @param gateAnsweredAt null before the first answer
     * @param changedBy who brought about the status
     */
    record Shown(
            DeploymentId id,
            String project,
            String modelVersion,
            String environment,
            boolean production,
            String place,
            String placeKind,
            Sha256 artifactDigest,
            Person requester,
            @Nullable String comment,
            String status,
            boolean gateOpen,
            List<String> gateReasons,
            @Nullable Instant gateAnsweredAt,
            Instant requestedAt,
            Instant changedAt,
            Person changedBy,
            @Nullable String reason) {}

    /**
     * Whether it may run at this moment.
     *
     * @param answer yes or no; anything but a clear yes is a no
     * @param reasons what speaks against it
     */
    record Gate(
            String deployment,
            String answer,
            List<String> reasons,
            List<GateResult> gates,
            String status,
            Instant at) {
        boolean yes() {
            return answer.equals("yes");
        }
    }

    /** Something that happened to it. */
    record Moment(Instant at, String name, String who, String eventId, long position) {}

    List<Shown> list(Deployments.Filter filter, int limit, Actor actor, At at) {
        return shown(deployments.list(filter, limit, at, actor.visibility()));
    }

    /**
     * @throws CommandRefused {@code deployment.unknown}
     */
    Shown find(DeploymentId id, Actor actor, At at) {
        return shown(
                        List.of(
                                deployments
                                        .find(id, at, actor.visibility())
                                        .orElseThrow(() -> unknown(id))))
                .getFirst();
    }

    /** At the position, the answer on record: when a past one was asked for. */
    Gate gate(DeploymentId id, Actor actor) {
        if (!actor.visibility().includes(id.project())) {
            throw unknown(id);
        }
        var live = gates.now(id);
        return new Gate(
                id.value(),
                live.answer().yes() ? "yes" : "no",
                live.answer().reasons(),
                live.answer().gates(),
                live.status().words(),
                live.at());
    }

    /** Newest first: what happened to it, its gate's answers among it. */
    List<Moment> history(DeploymentId id, Actor actor, At at) {
        var entries =
                trail.newest(
                        AuditTrail.Filter.about(id.ref()),
                        Long.MAX_VALUE,
                        HISTORY,
                        at,
                        sight.of(actor, Area.AUDIT_TRAIL));
        var known = names.of(entries.stream().map(AuditEntry::actor).map(UserId::new).toList());
        return entries.stream()
                .map(entry ->
                        new Moment(
                                entry.at(),
                                entry.name(),
                                known.getOrDefault(new UserId(entry.actor()), entry.actor()),
                                entry.eventId(),
                                entry.position()))
                .toList();
    }

    static CommandRefused unknown(DeploymentId id) {
        return new CommandRefused(
                Refusal.notFound(
                                "deployment.unknown",
                                "There is no deployment '"
                                        + id
                                        + "' that you may see. Check the id.")
                        .with("deployment", id.value()));
    }

    private List<Shown> shown(List<Deployments.Row> rows) {
        var people = new ArrayList<UserId>();
        rows.forEach(row -> {
            people.add(row.requester());
            people.add(row.changedBy());
        });
        var known = names.of(people);
        return rows.stream()
                .map(row ->
                        new Shown(
                                row.id(),
                                row.projectId().value(),
                                row.modelVersion().value(),
                                row.environment().value(),
                                row.production(),
                                row.place().value(),
                                row.placeKind().word(),
                                row.artifactDigest(),
                                person(row.requester(), known),
                                Objects.toString(row.comment(), null),
                                row.status().words(),
                                row.gateOpen(),
                                row.gateReasons(),
                                row.gateAnsweredAt(),
                                row.requestedAt(),
                                row.changedAt(),
                                person(row.changedBy(), known),
                                Objects.toString(row.reason(), null)))
                .toList();
    }

    private static Person person(UserId id, Map<UserId, String> known) {
        return new Person(id.value(), known.getOrDefault(id, id.value()));
    }
}
