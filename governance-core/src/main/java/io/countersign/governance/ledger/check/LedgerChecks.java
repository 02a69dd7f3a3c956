package io.countersign.governance.ledger.check;

import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.shared.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the checks of the whole ledger came to, each as it was found. */
@Component
public class LedgerChecks {
    private final JdbcClient db;

    LedgerChecks(JdbcClient db) {
        this.db = db;
    }

    /** For those without the application around them. */
    public static LedgerChecks over(JdbcClient db) {
        return new LedgerChecks(db);
    }

    /**
     * A check that was made.
     *
     * @param requestedBy the person, or {@code system} for the command line
     * @param size that was verified from position 0; where it is not whole, the position reached
     * @param whole whether it came to its end: a partial one verifies nothing
     * @param readModels whether read models were compared too
     * @param firstCode of the first finding; null where there is none
     * @param firstFinding in a sentence; null where there is none
     * @param unchecked what could not be checked and why, in sentences
     * @param after what came after, in a sentence
     */
    public record Made(
            long id,
            String requestedBy,
            Instant began,
            Instant ended,
            int epoch,
            long size,
            @Nullable Hash root,
            boolean whole,
            boolean readModels,
            long findings,
            @Nullable String firstCode,
            @Nullable String firstFinding,
            List<String> unchecked,
            String after) {
        /** Whether this is a verification that found nothing. */
        public boolean clean() {
            return whole && findings == 0;
        }
    }

    /** The newest whole one; "last full verification". */
    public Optional<Made> latest() {
        return newest("where whole");
    }

    /** The newest one, whole or not. */
    public Optional<Made> latestTried() {
        return newest("");
    }

    /** Keeps what one came to. */
    public void keep(UserId requestedBy, CheckResult result) {
        var first = result.findings().isEmpty() ? null : result.findings().getFirst();
        db.sql(
                        """
                        insert into ledger_check (requested_by, began_at, ended_at, epoch, size, root,
                                                  whole, read_models, findings, first_code,
                                                  first_finding, unchecked, after)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """)
                .param(requestedBy.value())
                .param(Timestamp.from(result.began()))
                .param(Timestamp.from(result.ended()))
                .param(result.epoch())
                .param(result.size())
                .param(result.root() == null ? null : result.root().bytes())
                .param(result.whole())
                .param(result.readModels())
                .param(result.total())
                .param(first == null ? null : first.kind().code())
                .param(first == null ? null : first.words())
                .param(result.unchecked().toArray(String[]::new))
                .param(result.after())
                .update();
    }

    private Optional<Made> newest(String where) {
        return db.sql("select * from ledger_check " + where + " order by id desc limit 1")
                .query((row, _) -> made(row))
                .optional();
    }

    private static Made made(ResultSet row) throws SQLException {
        var root = row.getBytes("root");
        return new Made(
                row.getLong("id"),
                row.getString("requested_by"),
                row.getTimestamp("began_at").toInstant(),
                row.getTimestamp("ended_at").toInstant(),
                row.getInt("epoch"),
                row.getLong("size"),
                root == null ? null : Hash.of(root),
                row.getBoolean("whole"),
                row.getBoolean("read_models"),
                row.getLong("findings"),
                row.getString("first_code"),
                row.getString("first_finding"),
                List.of((String[]) row.getArray("unchecked").getArray()),
                row.getString("after"));
    }
}
