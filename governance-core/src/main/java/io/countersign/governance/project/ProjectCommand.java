package io.countersign.governance.project;

import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What a person may ask of a project. */
public sealed interface ProjectCommand extends Command {
    ProjectId id();

    @Override
    @TargetAggregateIdentifier
    default SubjectRef stream() {
        return ref(id());
    }

    static SubjectRef ref(ProjectId id) {
        return new SubjectRef(SubjectKind.PROJECT, id.value());
    }

    /**
     * @param jurisdictions where its systems are used, such as {@code EU} or {@code US-NYC}
     * @param riskTier as declared, until an intake decides it
     */
    record Register(
            ProjectId id,
            String name,
            String businessProblem,
            String intendedPurpose,
            String ownerTeam,
            List<String> jurisdictions,
            RiskTier riskTier)
            implements ProjectCommand {}

    /**
     * @param riskTier as declared; once an intake has decided it, what it is
     */
    record Amend(
            ProjectId id,
            String name,
            String businessProblem,
            String intendedPurpose,
            String ownerTeam,
            List<String> jurisdictions,
            RiskTier riskTier)
            implements ProjectCommand {}

    /**
     * Decides the risk tier from answers; ends an override, asked for or in force.
     *
     * @param version of the questionnaire the answers are to
     * @param answers by question: {@code yes} or {@code no}, the ids of what is chosen, a whole
     *     number or a text. What is not asked is passed over
     */
    record AnswerIntake(ProjectId id, int version, Map<String, List<String>> answers)
            implements ProjectCommand {
        public AnswerIntake {
            // in one order, so that the same command is recognised
            answers = Collections.unmodifiableMap(new TreeMap<>(answers));
        }
    }

    /** Asks for another tier than the intake's; counts once somebody else has signed it. */
    record RequestTierOverride(ProjectId id, RiskTier riskTier, String reason)
            implements ProjectCommand {}

    /**
     * The second signature on an override that is asked for, or its refusal.
     *
     * @param digest of what the signer was shown
     * @param comment needed to refuse
     * @param printedName the signer's name as it is to stand on the record
     */
    record DecideTierOverride(
            ProjectId id,
            Sha256 digest,
            boolean approve,
            @Nullable String comment,
            String printedName)
            implements ProjectCommand {}

    /** Its history stays whole; nothing new can be registered in it. */
    record Retire(ProjectId id, String reason) implements ProjectCommand {}
}
