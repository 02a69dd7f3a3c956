package io.countersign.governance.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.stereotype.Component;

/** How the ledger is doing, for pages and for whoever watches the server. */
@Component
public class LedgerStatus {
    /** Longer than any pause of a healthy ledger. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DataSource database;
    private final Signer signer;
    private final Witnesses witnesses;
    private final Ledger ledger;
    private final Acknowledged acknowledged;
    private final Clock clock;

    LedgerStatus(
            DataSource database,
            Signer signer,
            Witnesses witnesses,
            Ledger ledger,
            Acknowledged acknowledged,
            Clock clock) {
        this.acknowledged = acknowledged;
        this.database = database;
        this.signer = signer;
        this.witnesses = witnesses;
        this.ledger = ledger;
        this.clock = clock;
    }

    /**
     * The ledger at a moment.
     *
     * @param sequenced events with a position
     * @param integrated events in the tree
     * @param newest the newest published checkpoint; null before the first
     * @param oldestUnsequenced when the oldest event without a position was written; null where all
     *     have one
     * @param badMacs events whose writer's MAC is wrong or of an unknown key
     * @param firstBadMac the first of their positions; null where there are none
     * @param fault why nothing is signed on this host, or what it misses in the database where
     *     another signs; null where all is well
     * @param witnesses those asked to cosign; empty where none is configured
     * @param alarms what a person should look at, in sentences; empty where all is well
     */
    public record View(
            long sequenced,
            long integrated,
            Ledger.@Nullable Published newest,
            @Nullable Instant oldestUnsequenced,
            long badMacs,
            @Nullable Long firstBadMac,
            @Nullable LedgerFault fault,
            List<Witnesses.View> witnesses,
            List<String> alarms) {
        public boolean isWell() {
            return alarms.isEmpty();
        }
    }

    /** As it is now. */
    public View now() {
        Connection connection = DataSourceUtils.getConnection(database);
        try {
            return view(new LedgerTables(connection), ledger.newest());
        } catch (SQLException e) {
            throw new IllegalStateException("the ledger's tables cannot be read", e);
        } finally {
            DataSourceUtils.releaseConnection(connection, database);
        }
    }

    private View view(LedgerTables tables, Optional<Ledger.Published> newest) throws SQLException {
        var state = tables.state();
        var now = clock.instant();
        var fault = signer.fault() == null ? acknowledged.fault() : signer.fault();
        var alarms = new ArrayList<String>();
        if (fault != null) {
            alarms.add(fault.kind().title() + ". " + fault.words());
        }
        if (acknowledged.trouble() != null) {
            alarms.add(acknowledged.trouble() + ".");
        }
        var waiting = state.oldestUnsequenced();
        if (waiting != null && waiting.isBefore(now.minus(PATIENCE))) {
            alarms.add(
                    "An event of %s has no ledger position yet. Is an old transaction still open, or the sequencer stopped?"
                            .formatted(waiting));
        }
        var unsigned = state.oldestUnpublished();
        if (fault == null && unsigned != null && unsigned.isBefore(now.minus(PATIENCE))) {
            alarms.add(
                    "No checkpoint covers an event of %s yet. Is the host that signs running, and do its witnesses answer?"
                            .formatted(unsigned));
        }
        if (state.badMacs() > 0) {
            alarms.add(
                    "%d of the events were not written by a key of this product; the first is at ledger position %d."
                            .formatted(state.badMacs(), state.firstBadMac()));
        }
        var asked = witnesses.views();
        asked.stream().filter(w -> w.alarm() != null).forEach(w -> alarms.add(w.alarm()));
        return new View(
                state.sequenced(),
                state.integrated(),
                newest.orElse(null),
                waiting,
                state.badMacs(),
                state.firstBadMac(),
                fault,
                asked,
                List.copyOf(alarms));
    }
}
