package io.countersign.governance.ledger;

import io.countersign.governance.eventstore.WriterKey;
import io.countersign.governance.ledger.entry.LedgerRow;
import io.countersign.governance.ledger.entry.MacState;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The keys events may have been written with, and whether one was. */
public final class WriterKeys {
    private final Supplier<? extends Collection<WriterKey>> source;
    private volatile Map<String, WriterKey> known = Map.of();

    /**
     * @param source asked again when a key is not known, since another node may have brought one
     */
    public WriterKeys(Supplier<? extends Collection<WriterKey>> source) {
        this.source = source;
    }

    /** Checks the writer's MAC of a row. */
    public MacState check(LedgerRow row) {
        var key = known.get(row.writerKeyId());
        if (key == null) {
            known =
                    source.get().stream()
                            .collect(Collectors.toMap(WriterKey::id, Function.identity()));
            key = known.get(row.writerKeyId());
        }
        if (key == null) {
            return MacState.UNKNOWN_KEY;
        }
        var type = row.type();
        var expected =
                type == null
                        ? new byte[0]
                        : key.mac(
                                new WriterKey.Written(
                                        row.eventId(),
                                        type,
                                        row.stream(),
                                        row.sequenceNumber(),
                                        row.time(),
                                        row.payloadType(),
                                        row.payloadRevision(),
                                        row.payload(),
                                        row.metadata(),
                                        row.salt()));
        return MessageDigest.isEqual(expected, row.writerMac())
                ? MacState.VERIFIED
                : MacState.WRONG;
    }
}
