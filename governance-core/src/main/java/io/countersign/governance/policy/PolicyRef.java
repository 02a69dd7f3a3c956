package io.countersign.governance.policy;

import io.countersign.governance.shared.Sha256;

/**
 * One adopted edition of a policy.
 *
 * @param name the file's name without {@code .yml}
 * @param version counted from 1, by adoption
 * @param digest of the file's bytes
 */
public record PolicyRef(String name, int version, Sha256 digest) {
    @Override
    public String toString() {
        return name + " v" + version;
    }
}
