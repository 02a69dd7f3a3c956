package io.countersign.governance.review;

import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.readmodel.TemporalTable;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Reads the conditions that approvals were given on, as they were at a position. */
@Component
public class Conditions {
    /** Belongs to signatures that no longer count, or to an approval that has ended. */
    static final String VOID = "VOID";

    private final ReadTables tables;

    Conditions(ReadTables tables) {
        this.tables = tables;
    }

    /**
     * @param id subject, round and number in one
     * @param state a {@link Condition.State}, or {@code VOID} where nobody waits for it any more
     */
    public record Row(
            String id,
            SubjectRef subject,
            int round,
            int number,
            ProjectId projectId,
            String state,
            UserId owner,
            Instant dueAt,
            String confirmer,
            UserId setBy,
            Condition condition) {}

    /** What this person has to see to, the soonest due first. */
    public List<Row> ownedBy(UserId person, int limit, At at, Visibility visible) {
        return tables.held("review_condition", Row.class, at, visible)
                .where("state = 'OPEN' and owner = :owner", "owner", person.value())
                .list("due_at, subject, number", limit);
    }

    /**
     * What waits for somebody with this person's roles to confirm it and they may, the soonest due
     * first.
     */
    public List<Row> toConfirm(Actor actor, int limit, At at) {
        var people =
                Stream.concat(Stream.of(actor.id()), Stream.ofNullable(actor.onBehalfOf()))
                        .map(UserId::value)
                        .toArray(String[]::new);
        return tables.held("review_condition", Row.class, at, actor.visibility())
                .where("state = 'FULFILLED' and owner <> all(:people)", "people", people)
                .where(
                        "not exists (select 1 from review r where r.subject ="
                                + " review_condition.subject and r.valid_from <= :at and"
                                + " r.valid_to > :at and jsonb_exists_any(r.excluded, :people))",
                        "people",
                        people)
                .where(
                        "confirmer || '@' || project_id = any(:held)"
                                + " or confirmer || '@*' = any(:held)",
                        "held",
                        actor.grants().stream().map(Object::toString).toArray(String[]::new))
                .list("due_at, subject, number", limit);
    }

    /** Keeps the table in step with the reviews it is part of. */
    static final class Rows {
        private final TemporalTable<Row> conditions;

        Rows(ReadTables tables) {
            conditions = tables.temporal("review_condition", Row.class, "id");
        }

        void changed(long position, SubjectRef subject, Review before, Review after) {
            var old = rows(subject, before);
            var now = rows(subject, after);
            old.keySet().stream()
                    .filter(key -> !now.containsKey(key))
                    .forEach(key -> conditions.end(position, key));
            now.forEach((key, row) -> {
                if (!row.equals(old.get(key))) {
                    conditions.put(position, row);
                }
            });
        }

        private static Map<String, Row> rows(SubjectRef subject, Review review) {
            var rows = new LinkedHashMap<String, Row>();
            for (var round : review.rounds()) {
                var approval = review.approval();
                var counts =
                        round.status() == Status.OPEN
                                || (approval != null
                                        && approval.round() == round.number()
                                        && approval.ending() == null);
                for (var condition : round.conditions()) {
                    var id = subject + "#" + round.number() + "." + condition.number();
                    rows.put(
                            id,
                            new Row(
                                    id,
                                    subject,
                                    round.number(),
                                    condition.number(),
                                    round.project(),
                                    counts || !condition.pending()
                                            ? condition.state().name()
                                            : VOID,
                                    condition.owner(),
                                    condition.dueAt(),
                                    condition.confirmer().key(),
                                    condition.setBy(),
                                    condition));
                }
            }
            return rows;
        }
    }
}
