package io.countersign.governance.readmodel;

import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Visibility;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The rows of one temporal table that held at a position, as far as somebody may see them: {@code
 * tables.held("dataset", DatasetRow.class, at, visible).where("id = :id", "id", id).optional()}.
 *
 * <p>Only conditions that narrow it are in the statement, so that PostgreSQL plans it for the
 * indexes they have.
 */
public final class HeldRows<R extends Record> {
    private final JdbcClient db;
    private final RowMapper<R> rows;
    private final StringBuilder sql;
    private final Map<String, @Nullable Object> parameters = new HashMap<>();

    HeldRows(JdbcClient db, RowMapper<R> rows, String table, At at, Visibility visible) {
        this.db = db;
        this.rows = rows;
        this.sql =
                new StringBuilder("select * from ")
                        .append(table)
                        .append(" where valid_from <= :at and valid_to > :at");
        parameters.put("at", at.position());
        if (!visible.all()) {
            where("project_id = any(:projects)", "projects", visible.projectKeys());
        }
    }

    /** One more condition; it names its parameter {@code :name}. */
    public HeldRows<R> where(String condition, String name, Object value) {
        sql.append(" and (").append(condition).append(')');
        parameters.put(name, value instanceof String[] many ? many : text(value));
        return this;
    }

    /** The same where there is a value; otherwise it does not narrow the rows. */
    public HeldRows<R> whereGiven(String condition, String name, @Nullable Object value) {
        return value == null ? this : where(condition, name, value);
    }

    /** One row, or none; for a condition on the table's key. */
    public Optional<R> optional() {
        return db.sql(sql.toString()).params(parameters).query(rows).optional();
    }

    /**
     * @param order columns, such as {@code registered_at desc, id desc}
     * @param limit the most rows
     */
    public List<R> list(String order, int limit) {
        parameters.put("limit", limit);
        return db.sql(sql + " order by " + order + " limit :limit")
                .params(parameters)
                .query(rows)
                .list();
    }

    /**
     * How many rows have each value of some columns, in their order; a row of the answer is those
     * values and the number.
     */
    public <T> List<T> grouped(String columns, RowMapper<T> as) {
        return db.sql(
                        "select "
                                + columns
                                + ", count(*)"
                                + sql.substring(sql.indexOf(" from "))
                                + " group by "
                                + columns
                                + " order by "
                                + columns)
                .params(parameters)
                .query(as)
                .list();
    }

    /** Numbers and booleans as they are; ids and enums by their text. */
    private static Object text(Object value) {
        return value instanceof Number || value instanceof Boolean ? value : value.toString();
    }
}
