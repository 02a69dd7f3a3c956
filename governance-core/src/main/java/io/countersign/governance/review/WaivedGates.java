package io.countersign.governance.review;

import io.countersign.governance.policy.Waived;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.List;

/** Which gates are waived; asked inside commands, answered by the waivers. */
@FunctionalInterface
public interface WaivedGates {
    WaivedGates NONE = (_, _) -> List.of();

    /**
     * The waivers ever granted for this very subject, but those that ended long ago. One that is
     * granted while this is asked may be missing, never one that is taken back be taken to count.
     */
    List<Waived> of(SubjectRef subject, Instant now);

    /** For a manifest; the time alone does not move it. */
    static List<Manifest.Item> items(List<Waived> granted) {
        return granted.stream()
                .filter(waived -> waived.ended() == null)
                .map(waived ->
                        new Manifest.Item(
                                "waives " + waived.gate(),
                                new SubjectRef(SubjectKind.WAIVER, waived.waiver()),
                                Sha256.of(
                                        waived.gate()
                                                + "\n"
                                                + waived.environment()
                                                + "\n"
                                                + waived.until()
                                                + "\n"
                                                + waived.reason()),
                                "until " + waived.until()))
                .toList();
    }
}
