package io.countersign.governance.policy;

import io.countersign.governance.shared.Role;

/**
 * Signatures asked for.
 *
 * @param count how many different people with this role, at least 1
 * @param meaning what a signer declares
 */
public record SignatureRule(Role role, int count, String meaning) {}
