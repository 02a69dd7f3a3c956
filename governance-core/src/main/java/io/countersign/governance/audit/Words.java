package io.countersign.governance.audit;

import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.UserId;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The words of an event, for full-text search: those that are personal kept apart. */
final class Words {
    private static final int MOST = 200_000;

    /** Of each record's components, in their order. */
    private static final ClassValue<List<Method>> ACCESSORS =
            new ClassValue<>() {
                @Override
                protected List<Method> computeValue(Class<?> type) {
                    return Arrays.stream(type.getRecordComponents())
                            .map(RecordComponent::getAccessor)
                            .peek(accessor -> accessor.setAccessible(true))
                            .toList();
                }
            };

    private final StringBuilder business = new StringBuilder();
    private final StringBuilder personal = new StringBuilder();
    private final Set<String> persons = new TreeSet<>();

    private Words() {}

    static Words of(Object payload) {
        var words = new Words();
        words.collect(payload);
        return words;
    }

    String business() {
        return business.toString();
    }

    String personal() {
        return personal.toString();
    }

    /** Whose words the personal ones are. */
    Set<String> persons() {
        return persons;
    }

    private void collect(@Nullable Object value) {
        switch (value) {
            case null -> {}
            case PersonalText text -> {
                add(personal, text.text());
                persons.add(text.person().value());
            }
            case UserId _ -> {}
            case String text -> add(business, text);
            case Enum<?> named -> add(business, named.name());
            case Optional<?> optional -> optional.ifPresent(this::collect);
            case Collection<?> many -> many.forEach(this::collect);
            case Map<?, ?> map -> map.values().forEach(this::collect);
            case Record row -> {
                for (var accessor : ACCESSORS.get(row.getClass())) {
                    try {
                        collect(accessor.invoke(row));
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
            default -> {}
        }
    }

    private static void add(StringBuilder to, String text) {
        if (to.length() < MOST && !text.isBlank()) {
            to.append(text, 0, Math.min(text.length(), MOST - to.length())).append(' ');
        }
    }
}
