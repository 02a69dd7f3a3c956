package io.countersign.governance.review;

import io.countersign.governance.shared.ProjectId;
import java.util.List;
import java.util.Map;

/**
 * How a subject stands at this moment.
 *
 * @param facts as {@code FactModel} documents for the kind, without {@code now}, {@code subject}
 *     and {@code review}, which the review adds
 * @param stakes developers of a version, owners of data; the requester is known to the review
 */
public record Snapshot(
        ProjectId project,
        String riskTier,
        Manifest manifest,
        Map<String, Object> facts,
        List<Stake> stakes) {
    public Snapshot {
        stakes = List.copyOf(stakes);
    }
}
