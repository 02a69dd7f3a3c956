package io.countersign.governance.eventstore;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Stores events as JSON under their {@link EventName} instead of their Java class name. */
public final class EventSerializer extends Jackson3Serializer {
    private final Map<String, Class<?>> classOf;

    /**
     * @param modules how to write values that need more than their components, such as sealed text
     */
    public EventSerializer(
            Collection<EventFamily> families, List<? extends JacksonModule> modules) {
        super(
                builder()
                        .jsonMapperBuilderCustomizer(mapper ->
                                mapper.addModules(modules)
                                        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)));
        classOf =
                families.stream()
                        .flatMap(family -> leaves(family.root()))
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        type -> nameOf(type).value(), Function.identity()));
    }

    /** The mapper events are written with; read models keep their columns with the same. */
    public JsonMapper mapper() {
        return (JsonMapper) getObjectMapper();
    }

    /** Every event by its stored name. */
    public Map<String, Class<?>> events() {
        return classOf;
    }

    @Override
    protected String resolveClassName(SerializedType type) {
        var known = classOf.get(type.getName());
        return known == null ? type.getName() : known.getName();
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"}) // the signature Axon declares
    public SerializedType typeForClass(@Nullable Class type) {
        if (type == null || !type.isAnnotationPresent(EventName.class)) {
            return super.typeForClass(type);
        }
        var name = nameOf(type);
        return new SimpleSerializedType(name.value(), name.revision());
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(EventSerializer::leaves)
                : Stream.of(type);
    }

    private static EventName nameOf(Class<?> event) {
        var name = event.getAnnotation(EventName.class);
        if (name == null) {
            throw new IllegalStateException(event.getName() + " is an event without @EventName");
        }
        return name;
    }
}
