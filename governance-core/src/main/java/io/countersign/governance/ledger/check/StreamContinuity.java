package io.countersign.governance.ledger.check;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether each stream's events come in the order of their numbers and without a hole. What a stream
 * has reached is remembered for the streams met last; of others the event before is looked up.
 */
final class StreamContinuity {
    private static final int REMEMBERED = 100_000;

    private final Connection connection;
    private final Map<String, Long> reached =
            new LinkedHashMap<>(1024, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                    return size() > REMEMBERED;
                }
            };

    StreamContinuity(Connection connection) {
        this.connection = connection;
    }

    List<Finding> look(List<RowReader.Row> rows) throws SQLException {
        recall(rows);
        var findings = new ArrayList<Finding>();
        for (var row : rows) {
            var stream = row.stream();
            if (stream == null) {
                continue;
            }
            var last = reached.getOrDefault(stream, -1L);
            if (row.sequence() != last + 1) {
                findings.add(
                        Finding.at(
                                Finding.Kind.STREAM_HOLE,
                                row.position(),
                                "The stream %s goes on with its event number %d (%s, ledger position %d) after number %s: %s",
                                stream,
                                row.sequence(),
                                row.eventId(),
                                row.position(),
                                last < 0 ? "none" : last.toString(),
                                row.sequence() > last + 1
                                        ? "what is between is missing or comes later."
                                        : "a number comes again, or too late."));
            }
            reached.put(stream, Math.max(last, row.sequence()));
        }
        return findings;
    }

    /** Of streams met first here but begun earlier: whether the event before comes before. */
    private void recall(List<RowReader.Row> rows) throws SQLException {
        var streams = new ArrayList<String>();
        var before = new ArrayList<Long>();
        var seen = new HashSet<String>();
        for (var row : rows) {
            var stream = row.stream();
            if (stream != null
                    && seen.add(stream)
                    && row.sequence() > 0
                    && !reached.containsKey(stream)) {
                streams.add(stream);
                before.add(row.sequence() - 1);
            }
        }
        if (streams.isEmpty()) {
            return;
        }
        var first = rows.getFirst().position();
        try (var query =
                connection.prepareStatement(
                        """
                        select given.stream, given.number
                          from unnest(?::text[], ?::bigint[]) as given (stream, number)
                          join event e on e.aggregate_identifier = given.stream
                                      and e.sequence_number = given.number
                          join log_leaf l on l.global_index = e.global_index
                         where l.position < ?
                        """)) {
            query.setArray(1, connection.createArrayOf("text", streams.toArray(String[]::new)));
            query.setArray(2, connection.createArrayOf("bigint", before.toArray(Long[]::new)));
            query.setLong(3, first);
            try (var row = query.executeQuery()) {
                while (row.next()) {
                    reached.put(row.getString(1), row.getLong(2));
                }
            }
        }
    }
}
