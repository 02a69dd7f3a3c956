package io.countersign.governance.risk;

/**
 * How likely and how bad, each from 1, the least.
 *
 * @param likelihood from 1 to the number of likelihoods of the scale
 * @param impact from 1 to the number of impacts of the scale
 */
public record Rating(int likelihood, int impact) {
    /** For ordering within a level; the level itself comes from the matrix alone. */
    public int product() {
        return likelihood * impact;
    }

    @Override
    public String toString() {
        return likelihood + " × " + impact;
    }
}
