package io.countersign.web.audit;

import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One value of an event with its name, for people; any event record can be read so.
 *
 * @param value null where there are parts
 * @param person whose words the value is, or who is meant; null otherwise
 * @param subject what the value points at, or null
 * @param parts values within
 */
public record Detail(
        String label,
        @Nullable String value,
        @Nullable String person,
        @Nullable SubjectRef subject,
        List<Detail> parts) {
    private static final int MOST_PARTS = 500;

    /** Whether it is a time, which is shown as everywhere. */
    public boolean time() {
        return value != null
                && value.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
    }

    /** Whether its parts are single values, as in a list of roles. */
    public boolean flat() {
        return parts.stream().allMatch(part -> part.parts().isEmpty() && part.isNumbered());
    }

    private boolean isNumbered() {
        return label.chars().allMatch(Character::isDigit);
    }

    public boolean lines() {
        return value != null && value.indexOf('\n') >= 0;
    }

    /**
     * The values of an event record.
     *
     * @param names of {@link #persons}
     */
    static List<Detail> of(Object event, Function<UserId, String> names) {
        return detail("", event, names).parts();
    }

    /** Everybody an event speaks of. */
    static Set<UserId> persons(@Nullable Object value) {
        var found = new TreeSet<UserId>();
        collect(value, found);
        return found;
    }

    private static void collect(@Nullable Object value, Set<UserId> found) {
        switch (value) {
            case null -> {}
            case UserId person -> found.add(person);
            case PersonalText text -> found.add(text.person());
            case Optional<?> optional -> optional.ifPresent(inner -> collect(inner, found));
            case Collection<?> many -> many.forEach(inner -> collect(inner, found));
            case Map<?, ?> map -> map.values().forEach(inner -> collect(inner, found));
            case Record row -> {
                for (var component : row.getClass().getRecordComponents()) {
                    collect(read(row, component), found);
                }
            }
            default -> {}
        }
    }

    private static Detail detail(
            String label, @Nullable Object value, Function<UserId, String> names) {
        return switch (value) {
            case null -> text(label, "–");
            case Boolean bool -> text(label, bool ? "yes" : "no");
            case UserId person ->
                    new Detail(label, names.apply(person), person.value(), null, List.of());
            case PersonalText words ->
                    new Detail(label, words.text(), names.apply(words.person()), null, List.of());
            case SubjectRef subject ->
                    new Detail(label, subject.toString(), null, subject, List.of());
            case Enum<?> constant ->
                    text(label, constant.name().toLowerCase(Locale.ROOT).replace('_', ' '));
            case Duration time -> text(label, length(time));
            case Optional<?> optional -> detail(label, optional.orElse(null), names);
            case Collection<?> many -> {
                var parts = new ArrayList<Detail>();
                for (var inner : many) {
                    if (parts.size() == MOST_PARTS) {
                        parts.add(text("…", (many.size() - MOST_PARTS) + " more, see as stored"));
                        break;
                    }
                    parts.add(detail(Integer.toString(parts.size() + 1), inner, names));
                }
                yield parts(label, parts, "none");
            }
            case Map<?, ?> map ->
                    parts(
                            label,
                            map.entrySet().stream()
                                    .map(entry ->
                                            detail(
                                                    String.valueOf(entry.getKey()),
                                                    entry.getValue(),
                                                    names))
                                    .toList(),
                            "none");
            case Record row when row.getClass().getRecordComponents().length == 1 && isId(row) ->
                    text(label, row.toString());
            case Record row -> {
                var parts = new ArrayList<Detail>();
                for (var component : row.getClass().getRecordComponents()) {
                    parts.add(detail(words(component.getName()), read(row, component), names));
                }
                yield parts(label, parts, "–");
            }
            default -> text(label, value.toString());
        };
    }

    /** A value with a form of its own, such as an id: it says how it reads. */
    private static boolean isId(Record row) {
        try {
            return row.getClass().getMethod("toString").getDeclaringClass() == row.getClass()
                    && !row.toString().startsWith(row.getClass().getSimpleName() + "[");
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    /** "14 days" where it is whole days. */
    private static String length(Duration time) {
        var days = time.toDays();
        return days > 0 && time.equals(Duration.ofDays(days))
                ? days + (days == 1 ? " day" : " days")
                : time.toString();
    }

    private static Detail text(String label, String value) {
        return new Detail(label, value.isEmpty() ? "–" : value, null, null, List.of());
    }

    private static Detail parts(String label, List<Detail> parts, String none) {
        return parts.isEmpty()
                ? text(label, none)
                : new Detail(label, null, null, null, List.copyOf(parts));
    }

    private static @Nullable Object read(Record row, RecordComponent component) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(row);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code causeEventId} as "Cause event id". */
    static String words(String name) {
        var words = name.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
}
