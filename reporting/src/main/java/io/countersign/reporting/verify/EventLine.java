package io.countersign.reporting.verify;

import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.entry.LedgerEntry.Salt;
import io.countersign.governance.ledger.entry.LedgerRow;
import io.countersign.governance.ledger.entry.MacState;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code events.ndjson}: an event as stored, or without its payload and with what the
 * entry needs in its place.
 *
 * @param row without payload and salt where they are withheld
 * @param withheld whether they are
 * @param headSalt for the tree of heads
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record EventLine(
        long position,
        LedgerRow row,
        boolean withheld,
        byte[] rowSalt,
        byte[] headSalt,
        byte[] payloadHash,
        byte[] metadataHash) {
    private static final Set<String> FIELDS =
            Set.of(
                    "eventId",
                    "globalIndex",
                    "macState",
                    "metadata",
                    "payload",
                    "payloadRevision",
                    "payloadType",
                    "position",
                    "positionTime",
                    "recordedAt",
                    "salt",
                    "sequenceNumber",
                    "stream",
                    "time",
                    "txId",
                    "type",
                    "writerKeyId",
                    "writerMac");
    private static final Set<String> INSTEAD =
            Set.of("headSalt", "metadataSalt", "payloadHash", "rowSalt");
    private static final byte[] NOTHING = new byte[0];

    static EventLine parse(String what, byte[] line) {
        var fields = new Fields(what, Json.canonicalObject(what, line));
        var withheld = fields.isNull("payload");
        fields.exactly(FIELDS, withheld ? INSTEAD : Set.of());
        if (withheld != fields.isNull("salt")) {
            throw Wrong.malformed(
                    what + " has only one of payload and salt; both are there, or neither is");
        }
        var salt = withheld ? NOTHING : fields.hash("salt");
        var payload = withheld ? NOTHING : fields.bytes("payload");
        var metadata = fields.bytes("metadata");
        var row =
                new LedgerRow(
                        fields.number("globalIndex"),
                        fields.text("eventId"),
                        fields.textOrNull("type"),
                        fields.text("stream"),
                        fields.number("sequenceNumber"),
                        fields.text("time"),
                        fields.text("payloadType"),
                        fields.textOrNull("payloadRevision"),
                        payload,
                        metadata,
                        salt,
                        fields.text("writerKeyId"),
                        fields.hash("writerMac"),
                        fields.number("txId"),
                        fields.number("recordedAt"),
                        fields.number("positionTime"),
                        macState(what, fields.number("macState")));
        return new EventLine(
                fields.number("position"),
                row,
                withheld,
                withheld ? fields.hash("rowSalt") : LedgerEntry.derive(salt, Salt.ROW),
                withheld ? fields.hash("headSalt") : LedgerEntry.derive(salt, Salt.HEAD),
                withheld
                        ? fields.hash("payloadHash")
                        : LedgerEntry.saltedHash(LedgerEntry.derive(salt, Salt.PAYLOAD), payload),
                LedgerEntry.saltedHash(
                        withheld
                                ? fields.hash("metadataSalt")
                                : LedgerEntry.derive(salt, Salt.METADATA),
                        metadata));
    }

    /** The log entry the event must have. */
    byte[] entry(byte[] logId) {
        return LedgerEntry.of(
                LedgerEntry.commitment(logId, row, rowSalt, payloadHash, metadataHash));
    }

    /** The value of the payload; null where it is withheld. */
    @Nullable Fields payload() {
        if (withheld) {
            return null;
        }
        var what = "the payload of the event at position " + position;
        return new Fields(what, Json.object(what, Json.parse(what, row.payload())));
    }

    private static MacState macState(String what, long code) {
        if (code > 2) {
            throw Wrong.malformed(what + " has the MAC state " + code + "; it is 0, 1 or 2");
        }
        return MacState.ofCode((int) code);
    }
}
