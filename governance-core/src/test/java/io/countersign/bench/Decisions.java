package io.countersign.bench;

import io.countersign.governance.bias.AssessmentEvent;
import io.countersign.governance.dataset.DatasetEvent;
import io.countersign.governance.deployment.DeploymentEvent;
import io.countersign.governance.evidence.EvidenceEvent;
import io.countersign.governance.people.PersonEvent;
import io.countersign.governance.risk.Rating;
import io.countersign.governance.risk.RiskEvent;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.shared.SubjectRef;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.postgresql.PGConnection;

/** What the decision indexes hold after a history, to be written at its end. */
final class Decisions {
    private final Set<String> lineage = new LinkedHashSet<>();
    private final Map<String, String> latest = new LinkedHashMap<>();
    private final Map<RiskId, Rated> risks = new LinkedHashMap<>();
    private final Map<String, String> gates = new LinkedHashMap<>();
    private final Set<String> needs = new LinkedHashSet<>();
    private final Map<String, String> persons = new LinkedHashMap<>();
    private final Set<String> grants = new LinkedHashSet<>();

    private static final class Rated {
        final Set<SubjectRef> subjects = new LinkedHashSet<>();
        Rating rating;
        boolean residual;
        boolean open = true;

        Rated(Rating rating) {
            this.rating = rating;
        }
    }

    void on(Happened event) {
        switch (event.payload()) {
            case DatasetEvent.VersionRegistered e ->
                    e.sources().forEach(source -> lineage.add(e.id() + "\t" + source));
            case DatasetEvent.SourceRecorded e -> lineage.add(e.id() + "\t" + e.source());
            case AssessmentEvent.Completed e ->
                    latest.put(
                            e.modelVersion().value(),
                            e.id() + "\t" + e.verdict().word() + "\t" + event.at());
            case RiskEvent.Raised e -> {
                var rated = new Rated(e.inherent());
                rated.subjects.addAll(e.subjects());
                risks.put(e.id(), rated);
            }
            case RiskEvent.ResidualRated e -> {
                of(e.id()).rating = e.rating();
                of(e.id()).residual = true;
            }
            case RiskEvent.Closed e -> of(e.id()).open = false;
            case RiskEvent.Reopened e -> of(e.id()).open = true;
            case DeploymentEvent.GateChanged e -> gates.put(e.id().value(), "0\t" + event.at());
            case EvidenceEvent.Attached e -> needs.add(e.digest().hex() + "\t" + e.id());
            case PersonEvent.Invited e ->
                    persons.put(
                            e.person().value(),
                            "%1$s\tPerson %1$s\tACTIVE\t%2$s".formatted(e.person(), event.at()));
            case PersonEvent.RoleGranted e -> grants.add(grant(e.person(), e.role(), e.project()));
            case PersonEvent.RoleRevoked e ->
                    grants.remove(grant(e.person(), e.role(), e.project()));
            default -> {}
        }
    }

    void copyTo(Connection owner) throws SQLException, IOException {
        copy(owner, "lineage_edge (version, source)", lineage);
        copy(
                owner,
                "assessment_latest (model_version, assessment_id, verdict, completed_at)",
                joined(latest));
        var open = new LinkedHashSet<String>();
        risks.forEach((id, rated) ->
                rated.subjects.forEach(subject ->
                        open.add(
                                String.join(
                                        "\t",
                                        id.value(),
                                        subject.toString(),
                                        "" + rated.rating.likelihood(),
                                        "" + rated.rating.impact(),
                                        "" + rated.residual,
                                        "" + rated.open))));
        copy(owner, "subject_risk (risk_id, subject, likelihood, impact, residual, open)", open);
        copy(owner, "deployment_gate_repeat (deployment_id, repeats, last_at)", joined(gates));
        copy(owner, "evidence_need (digest, evidence)", needs);
        copy(owner, "person (id, username, display_name, state, created_at)", joined(persons));
        copy(owner, "role_grant (person_id, role, scope)", grants);
    }

    private Rated of(RiskId id) {
        return java.util.Objects.requireNonNull(risks.get(id));
    }

    private static String grant(
            Object person, Object role, @org.jspecify.annotations.Nullable Object project) {
        return person + "\t" + role + "\t" + (project == null ? "*" : project);
    }

    private static Set<String> joined(Map<String, String> rows) {
        var lines = new LinkedHashSet<String>();
        new TreeMap<>(rows).forEach((key, rest) -> lines.add(key + "\t" + rest));
        return lines;
    }

    private static void copy(Connection owner, String table, Set<String> lines)
            throws SQLException, IOException {
        owner.unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn(
                        "copy " + table + " from stdin",
                        new StringReader(lines.isEmpty() ? "" : String.join("\n", lines) + "\n"));
    }
}
