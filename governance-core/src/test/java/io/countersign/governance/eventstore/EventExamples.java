package io.countersign.governance.eventstore;

import io.countersign.governance.bias.engine.ColumnMapping;
import io.countersign.governance.bias.engine.RuleSet;
import io.countersign.governance.bias.engine.SyntheticPredictions;
import io.countersign.governance.model.ModelMetric;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes one plausible instance of any event, to write the stored example of a new one. */
final class EventExamples {
    private static final Map<Class<?>, Object> KNOWN =
            Map.ofEntries(
                    Map.entry(String.class, "text"),
                    Map.entry(int.class, 1),
                    Map.entry(Integer.class, 1),
                    Map.entry(long.class, 1L),
                    Map.entry(Long.class, 1L),
                    Map.entry(boolean.class, true),
                    Map.entry(Boolean.class, true),
                    Map.entry(double.class, 0.5),
                    Map.entry(BigDecimal.class, new BigDecimal("0.5")),
                    Map.entry(BigInteger.class, BigInteger.ONE),
                    Map.entry(Object.class, "value"),
                    Map.entry(Instant.class, Instant.parse("2026-11-22T09:00:00Z")),
                    Map.entry(LocalDate.class, LocalDate.parse("2026-12-31")),
                    Map.entry(Duration.class, Duration.ofDays(14)),
                    Map.entry(UserId.class, new UserId("u-ada")),
                    Map.entry(ProjectId.class, new ProjectId("credit")),
                    Map.entry(Role.class, Role.VALIDATOR),
                    Map.entry(Sha256.class, Sha256.of("content")),
                    Map.entry(ColumnMapping.class, SyntheticPredictions.mapping()),
                    Map.entry(ModelMetric.class, new ModelMetric("AUC", "0.87", null)),
                    Map.entry(RuleSet.class, RuleSet.shipped("four-fifths")),
                    Map.entry(
                            SubjectRef.class,
                            new SubjectRef(SubjectKind.MODEL_VERSION, "credit.scorer@1.0")),
                    Map.entry(
                            PersonalText.class,
                            new PersonalText(new UserId("u-ada"), "in her words")));

    /** Ids with one text, by the first of these forms that they take. */
    private static final List<String> IDS =
            List.of(
                    "credit.scorer@1.0/7f3k2a9d",
                    "credit.scorer@1.0",
                    "credit.d-7f3k2a9d",
                    "credit.r-7f3c2a9d",
                    "credit.w-7f3c2a9d",
                    "credit.scorer",
                    "credit",
                    "4/5",
                    "7f3k2a9d");

    private EventExamples() {}

    static Object of(Type type) {
        return switch (type) {
            case ParameterizedType generic when generic.getRawType() == Map.class ->
                    Map.of("name", of(generic.getActualTypeArguments()[1]));
            case ParameterizedType generic when generic.getRawType() == Set.class ->
                    Set.of(of(generic.getActualTypeArguments()[0]));
            case ParameterizedType generic -> List.of(of(generic.getActualTypeArguments()[0]));
            case Class<?> plain when KNOWN.containsKey(plain) ->
                    Objects.requireNonNull(KNOWN.get(plain));
            case Class<?> plain when plain.isEnum() -> plain.getEnumConstants()[0];
            case Class<?> plain when plain.isSealed() -> of(plain.getPermittedSubclasses()[0]);
            case Class<?> plain when plain.isRecord() -> record(plain);
            default -> throw new IllegalStateException("no example of " + type);
        };
    }

    private static Object record(Class<?> type) {
        var components = type.getRecordComponents();
        if (components.length == 1 && components[0].getType() == String.class) {
            for (var id : IDS) {
                try {
                    return make(type, id);
                } catch (RuntimeException _) {
                    // another form
                }
            }
        }
        var arguments = new @Nullable Object[components.length];
        for (var i = 0; i < arguments.length; i++) {
            arguments[i] = of(components[i].getGenericType());
        }
        try {
            return make(type, arguments);
        } catch (IllegalStateException e) {
            // Some values exclude each other: then those that may be missing are.
            for (var i = 0; i < arguments.length; i++) {
                if (components[i].getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                    arguments[i] = null;
                }
            }
            return make(type, arguments);
        }
    }

    private static Object make(Class<?> type, @Nullable Object... arguments) {
        try {
            var types = new Class<?>[arguments.length];
            for (var i = 0; i < types.length; i++) {
                types[i] = type.getRecordComponents()[i].getType();
            }
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("an example of " + type, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("an example of " + type, e);
        }
    }
}
