package io.countersign.governance.policy;

import io.countersign.governance.shared.SubjectKind;

/** The policies that have been adopted. */
public interface PoliciesInForce {
    /**
     * @throws io.countersign.governance.shared.CommandRefused where none has been adopted for this
     *     kind
     */
    InForce forSubject(SubjectKind kind);

    /** An edition that is or was in force: an open review keeps the one it was requested under. */
    Policy adopted(PolicyRef ref);

    record InForce(PolicyRef ref, Policy policy) {}
}
