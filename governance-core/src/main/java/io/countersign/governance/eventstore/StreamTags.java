package io.countersign.governance.eventstore;

import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.SubjectRef;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Names for the states of a stream, as entity tags (RFC 9110, section 8.8.3): the sequence number
 * of its last event in quotes, such as {@code "3"}. What a stream says changes with each of its
 * events, and with nothing else.
 */
@Component
public class StreamTags {
    /** In {@link Commands.Context#ifMatch}: whatever the state, so long as there is one. */
    public static final String ANY = "*";

    private final JdbcClient db;

    StreamTags(JdbcClient db) {
        this.db = db;
    }

    /**
     * What the stream was at a ledger position.
     *
     * @return empty where it had no event yet
     */
    public Optional<String> at(SubjectRef stream, long position) {
        return db.sql(
                        """
                        select e.sequence_number
                          from event e join log_leaf l using (global_index)
                         where e.aggregate_identifier = ? and l.position <= ?
                         order by e.sequence_number desc limit 1
                        """)
                .params(stream.toString(), position)
                .query((row, _) -> tag(row.getLong(1)))
                .optional();
    }

    /**
     * In a command that has locked the stream: it is as one of these tags has it, and stays so till
     * the commit.
     *
     * @throws CommandRefused {@code subject.moved} with the tag it has now as {@code etag}
     */
    void require(SubjectRef stream, List<String> ifMatch) {
        var now =
                db.sql(
                                "select sequence_number from event where aggregate_identifier = ?"
                                        + " order by sequence_number desc limit 1")
                        .param(stream.toString())
                        .query((row, _) -> tag(row.getLong(1)))
                        .optional();
        if (now.isPresent() && (ifMatch.contains(ANY) || ifMatch.contains(now.get()))) {
            return;
        }
        var what = stream.kind().title().toLowerCase(Locale.ROOT) + " '" + stream.id() + "'";
        var refusal =
                new Refusal(
                        "subject.moved",
                        Refusal.Kind.PRECONDITION,
                        now.isEmpty()
                                ? "There is no %s yet, so it cannot be as If-Match says (%s). Leave the header out to begin it."
                                        .formatted(what, String.join(", ", ifMatch))
                                : "The %s has changed since you looked: its state is %s now, not %s. Look again, then send the command with the new tag if it still is what you want."
                                        .formatted(what, now.get(), String.join(" or ", ifMatch)),
                        java.util.Map.of("subject", stream.toString()));
        throw new CommandRefused(now.map(tag -> refusal.with("etag", tag)).orElse(refusal));
    }

    private static String tag(long sequence) {
        return "\"" + sequence + "\"";
    }
}
