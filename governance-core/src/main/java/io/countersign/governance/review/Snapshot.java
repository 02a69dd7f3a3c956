package io.countersign.governance.review;

import io.countersign.governance.policy.Waived;
import io.countersign.governance.shared.ProjectId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a subject stands at this moment.
 *
 * @param facts as {@code FactModel} documents for the kind, without {@code now}, {@code subject}
 *     and {@code review}, which the review adds
 * @param stakes developers of a version, owners of data; the requester is known to the review
 * @param until an approval ends then at the latest; null where only policy says when
 * @param waived the waivers granted for it, which the review adds
 */
public record Snapshot(
        ProjectId project,
        String riskTier,
        Manifest manifest,
        Map<String, Object> facts,
        List<Stake> stakes,
        @Nullable Instant until,
        List<Waived> waived) {
    public Snapshot {
        stakes = List.copyOf(stakes);
        waived = List.copyOf(waived);
    }

    public Snapshot(
            ProjectId project,
            String riskTier,
            Manifest manifest,
            Map<String, Object> facts,
            List<Stake> stakes) {
        this(project, riskTier, manifest, facts, stakes, null, List.of());
    }

    /** The same, ending at the latest then. */
    public Snapshot endingBy(Instant latest) {
        return new Snapshot(project, riskTier, manifest, facts, stakes, latest, waived);
    }

    /** The same, with what these waivers add to it. */
    Snapshot with(List<Waived> granted) {
        return granted.isEmpty()
                ? this
                : new Snapshot(
                        project,
                        riskTier,
                        manifest.with(WaivedGates.items(granted)),
                        facts,
                        stakes,
                        until,
                        granted);
    }
}
