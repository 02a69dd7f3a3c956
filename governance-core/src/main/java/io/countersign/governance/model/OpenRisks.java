package io.countersign.governance.model;

import io.countersign.governance.shared.SubjectRef;
import java.util.List;

/** Which risks are open now; asked inside commands, answered by the risk register. */
@FunctionalInterface
public interface OpenRisks {
    /** Of any of these subjects, each risk once, in a stable order. */
    List<OpenRisk> of(List<SubjectRef> subjects);

    /**
     * @param id of the risk
     * @param critical at its present level
     */
    record OpenRisk(String id, boolean critical) {
        /** As policies see them: {@code {open, openCritical, criticalIds}}. */
        public static java.util.Map<String, Object> facts(List<OpenRisk> risks) {
            var critical = risks.stream().filter(OpenRisk::critical).map(OpenRisk::id).toList();
            return java.util.Map.of(
                    "open", risks.size(), "openCritical", critical.size(), "criticalIds", critical);
        }
    }
}
