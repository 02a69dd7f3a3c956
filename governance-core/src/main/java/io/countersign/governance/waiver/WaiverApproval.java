package io.countersign.governance.waiver;

import io.countersign.governance.policy.PoliciesInForce;
import io.countersign.governance.project.Projects;
import io.countersign.governance.review.Manifest;
import io.countersign.governance.review.ReviewedSubject;
import io.countersign.governance.review.Snapshot;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** What the decision on a waiver rests on: its terms, and what policy says of the gate now. */
@Component
class WaiverApproval implements ReviewedSubject {
    private final Waivers waivers;
    private final Projects projects;
    private final PoliciesInForce policies;

    WaiverApproval(Waivers waivers, Projects projects, PoliciesInForce policies) {
        this.waivers = waivers;
        this.projects = projects;
        this.policies = policies;
    }

    @Override
    public SubjectKind kind() {
        return SubjectKind.WAIVER;
    }

    @Override
    public Snapshot snapshot(SubjectRef subject, Instant now) {
        var waiver = waivers.asked(new WaiverId(subject.id()));
        var project = projects.active(waiver.id().project());
        var facts = new TreeMap<String, Object>();
        facts.put("id", waiver.id().value());
        facts.put("gate", waiver.gate());
        facts.put("subject", waiver.subject().toString());
        if (waiver.environment() != null) {
            facts.put("environment", waiver.environment());
        }
        facts.put("until", waiver.until().toString());
        facts.put("waivable", waivable(waiver));
        facts.put("by", waiver.by().stream().map(Role::key).toList());
        return new Snapshot(
                        waiver.id().project(),
                        project.riskTier().key(),
                        new Manifest(List.of(terms(waiver), policy(waiver))),
                        Map.of(
                                "project",
                                Map.of(
                                        "id", waiver.id().project().value(),
                                        "riskTier", project.riskTier().key(),
                                        "jurisdictions", project.jurisdictions()),
                                "waiver",
                                facts),
                        waiver.excluded())
                .endingBy(waiver.until());
    }

    private boolean waivable(WaiverEvent.Requested waiver) {
        try {
            return policies.forSubject(waiver.subject().kind())
                    .policy()
                    .waivable(waiver.gate())
                    .isPresent();
        } catch (CommandRefused _) {
            return false;
        }
    }

    private static Manifest.Item terms(WaiverEvent.Requested waiver) {
        return new Manifest.Item(
                "terms",
                waiver.id().ref(),
                Sha256.of(
                        String.join(
                                "\n",
                                waiver.gate(),
                                waiver.subject().toString(),
                                String.valueOf(waiver.environment()),
                                waiver.until().toString(),
                                waiver.reason(),
                                waiver.control())),
                waiver.gate() + " of " + waiver.subject() + " until " + waiver.until());
    }

    private static Manifest.Item policy(WaiverEvent.Requested waiver) {
        return new Manifest.Item(
                "policy of the gate",
                waiver.subject(),
                waiver.policy().digest(),
                waiver.policy().toString());
    }
}
