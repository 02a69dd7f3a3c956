package io.countersign.governance.model;

import io.countersign.governance.shared.SubjectRef;
import java.util.List;
import org.springframework.stereotype.Component;

/** Answers from the risk register; critical is what its scale says blocks. */
@Component
class RegisteredRisks implements OpenRisks {
    private final io.countersign.governance.risk.OpenRisks register;

    RegisteredRisks(io.countersign.governance.risk.OpenRisks register) {
        this.register = register;
    }

    @Override
    public List<OpenRisk> of(List<SubjectRef> subjects) {
        return register.of(subjects).stream()
                .map(open -> new OpenRisk(open.id().value(), open.level().blocks()))
                .toList();
    }
}
