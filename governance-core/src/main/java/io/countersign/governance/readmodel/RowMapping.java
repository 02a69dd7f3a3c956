package io.countersign.governance.readmodel;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Between a row record and its table: component {@code riskTier} is column {@code risk_tier}. Text,
 * numbers, booleans, enums and instants have columns of their own type; ids with one text component
 * are text; everything else is {@code jsonb}.
 */
final class RowMapping<R extends Record> implements RowMapper<R> {
    private final Class<R> type;
    private final JsonMapper json;
    private final List<Column> columns;
    private final Constructor<R> constructor;

    private enum Form {
        PLAIN,
        INSTANT,
        ENUM,
        ID,
        JSON
    }

    private record Column(String name, RecordComponent component, Form form, JavaType javaType) {}

    RowMapping(Class<R> type, JsonMapper json) {
        this.type = type;
        this.json = json;
        this.columns =
                Arrays.stream(type.getRecordComponents())
                        .map(c ->
                                new Column(
                                        snake(c.getName()),
                                        c,
                                        form(c.getType()),
                                        json.constructType(c.getGenericType())))
                        .toList();
        columns.forEach(column -> column.component().getAccessor().setAccessible(true));
        try {
            this.constructor =
                    type.getDeclaredConstructor(
                            columns.stream()
                                    .map(column -> column.component().getType())
                                    .toArray(Class<?>[]::new));
            constructor.setAccessible(true);
        } catch (NoSuchMethodException e) {
            throw new AssertionError("every record has it: " + type, e);
        }
    }

    List<String> columnNames() {
        return columns.stream().map(Column::name).toList();
    }

    /** For COPY: each value's text is the form PostgreSQL reads. */
    List<@Nullable Object> values(R row) {
        var values = new ArrayList<@Nullable Object>();
        columns.forEach(column -> values.add(value(column, row)));
        return values;
    }

    @Override
    public R mapRow(ResultSet row, int rowNumber) throws SQLException {
        var arguments = new @Nullable Object[columns.size()];
        for (var i = 0; i < arguments.length; i++) {
            arguments[i] = read(columns.get(i), row);
        }
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("a row of " + type.getSimpleName(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a row of " + type.getSimpleName(), e);
        }
    }

    private @Nullable Object value(Column column, R row) {
        try {
            var value = column.component().getAccessor().invoke(row);
            if (value == null) {
                return null;
            }
            return switch (column.form()) {
                case PLAIN, INSTANT -> value;
                case ENUM -> ((Enum<?>) value).name();
                case ID -> value.toString();
                case JSON -> json.writeValueAsString(value);
            };
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a row of " + type.getSimpleName(), e);
        }
    }

    private @Nullable Object read(Column column, ResultSet row) throws SQLException {
        var type = column.component().getType();
        return switch (column.form()) {
            case PLAIN -> {
                if (type == int.class || type == Integer.class) {
                    var number = row.getInt(column.name());
                    yield row.wasNull() ? null : (Object) number;
                }
                if (type == long.class || type == Long.class) {
                    var number = row.getLong(column.name());
                    yield row.wasNull() ? null : (Object) number;
                }
                yield row.getObject(column.name());
            }
            case INSTANT -> {
                var at = row.getObject(column.name(), OffsetDateTime.class);
                yield at == null ? null : at.toInstant();
            }
            case ENUM -> {
                var name = row.getString(column.name());
                yield name == null
                        ? null
                        : Arrays.stream(type.getEnumConstants())
                                .filter(c -> ((Enum<?>) c).name().equals(name))
                                .findFirst()
                                .orElseThrow();
            }
            case ID -> {
                var text = row.getString(column.name());
                yield text == null ? null : json.convertValue(text, column.javaType());
            }
            case JSON -> {
                var text = row.getString(column.name());
                yield text == null ? null : json.readValue(text, column.javaType());
            }
        };
    }

    private static Form form(Class<?> type) {
        if (type == String.class
                || type == boolean.class
                || type == Boolean.class
                || type == BigDecimal.class
                || type == int.class
                || type == Integer.class
                || type == long.class
                || type == Long.class) {
            return Form.PLAIN;
        }
        if (type == Instant.class) {
            return Form.INSTANT;
        }
        // An enum with a key of its own still has a name, and that is what the column holds.
        if (type.isEnum()) {
            return Form.ENUM;
        }
        // SubjectRef has two components but one text form.
        return type == io.countersign.governance.shared.SubjectRef.class
                        || (type.isRecord()
                                && type.getRecordComponents().length == 1
                                && type.getRecordComponents()[0].getType() == String.class)
                ? Form.ID
                : Form.JSON;
    }

    static String snake(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
