package io.countersign.governance.ledger;

import io.countersign.governance.ledger.tlog.Note;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.governance.ledger.tlog.WitnessPolicy;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Those who cosign checkpoints, each on a host of somebody else's. */
@Component
public class Witnesses {
    /**
     * The checkpoint with as many cosignatures as the quorum asks for.
     *
     * @param connection to read the tree with
     * @return null while the quorum is not met
     */
    @Nullable Note cosign(Note checkpoint, Connection connection, int epoch) {
        return checkpoint;
    }

    /**
     * A witness as this host knows it.
     *
     * @param lastCosigned its time of the last cosignature it gave here; null before the first
     * @param lastSize the size it cosigned then
     * @param alarm what is wrong with it, in a sentence; null where nothing is
     */
    public record View(
            String name,
            String url,
            @Nullable Instant lastCosigned,
            @Nullable Long lastSize,
            @Nullable String alarm) {}

    List<View> views() {
        return List.of();
    }

    /** What a checkpoint of a log with these keys must have. */
    WitnessPolicy policy(List<VerifierKey> log) {
        return new WitnessPolicy(
                log.stream().map(key -> new WitnessPolicy.Log(key, null)).toList(),
                List.of(),
                List.of(),
                WitnessPolicy.NONE);
    }
}
