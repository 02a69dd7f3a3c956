package io.countersign.governance.eventstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.keys.PersonalSeal;
import io.countersign.governance.keys.PersonalTextModule;
import io.countersign.governance.shared.UserId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.SimpleSerializedType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/**
 * Events are for ever: {@code src/test/contracts} holds one stored example of every event and
 * revision ever released, as the bytes were written, and every one of them must still be read.
 * Files are only ever added. Run with {@code -Dcountersign.contracts.write=true} to write the
 * missing example of a new event; look at it before it is committed.
 */
class EventCorpusTest {
    private static final Path CONTRACTS = Path.of("src/test/contracts");

    private static final PersonalSeal IN_CLEAR =
            new PersonalSeal() {
                @Override
                public String seal(UserId person, String text) {
                    return "v1." + text;
                }

                @Override
                public String open(UserId person, String sealed) {
                    return sealed.substring(3);
                }
            };

    private static final TreeMap<String, Class<?>> EVENTS = events();

    private static final EventSerializer SERIALIZER =
            new EventSerializer(
                    families(EVENTS.values()), List.of(new PersonalTextModule(IN_CLEAR)));

    @Test
    void every_event_has_a_stored_example() throws IOException {
        var missing = new ArrayList<String>();
        for (var event : EVENTS.entrySet()) {
            var file = CONTRACTS.resolve(event.getKey() + ".json");
            if (!Files.exists(file)) {
                if ("true".equals(System.getenv("COUNTERSIGN_WRITE_CONTRACTS"))) {
                    Files.createDirectories(CONTRACTS);
                    Files.writeString(
                            file,
                            SERIALIZER
                                            .mapper()
                                            .writerWithDefaultPrettyPrinter()
                                            .writeValueAsString(EventExamples.of(event.getValue()))
                                    + "\n");
                } else {
                    missing.add(file.toString());
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> every_stored_example_is_still_read() throws IOException {
        if (!Files.isDirectory(CONTRACTS)) {
            return Stream.empty();
        }
        List<Path> files;
        try (var found = Files.list(CONTRACTS)) {
            files = found.sorted().toList();
        }
        return files.stream()
                .map(file ->
                        DynamicTest.dynamicTest(file.getFileName().toString(), () -> read(file)));
    }

    private static void read(Path file) throws IOException {
        var stored = Files.readString(file);
        var label = file.getFileName().toString().replace(".json", "");
        var at = label.lastIndexOf('@');
        var name = label.substring(0, at);
        var revision = label.substring(at + 1);
        var event =
                SERIALIZER.deserialize(
                        new SimpleSerializedObject<>(
                                stored.getBytes(StandardCharsets.UTF_8),
                                byte[].class,
                                new SimpleSerializedType(name, revision)));
        var current =
                EVENTS.entrySet().stream()
                        .filter(known -> known.getKey().startsWith(name + "@"))
                        .findFirst()
                        .orElseThrow();
        assertThat(event).isInstanceOf(current.getValue());
        var again = SERIALIZER.serialize(event, byte[].class);
        assertThat(again.getType().getName()).isEqualTo(name);
        assertThat(SERIALIZER.mapper().readTree(again.getData()))
                .as("what is read is written again as it was")
                .isEqualTo(SERIALIZER.mapper().readTree(stored));
    }

    /** By name and revision: {@code dataset.registered@1}. */
    private static TreeMap<String, Class<?>> events() {
        var scanner =
                new ClassPathScanningCandidateComponentProvider(false) {
                    @Override
                    protected boolean isCandidateComponent(
                            org.springframework.beans.factory.annotation.AnnotatedBeanDefinition
                                    definition) {
                        return true;
                    }
                };
        scanner.addIncludeFilter(new AnnotationTypeFilter(EventName.class));
        var events = new TreeMap<String, Class<?>>();
        for (var found : scanner.findCandidateComponents("io.countersign.governance")) {
            try {
                var type = Class.forName(found.getBeanClassName());
                if (!type.getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath()
                        .contains("test-classes")) {
                    var name = type.getAnnotation(EventName.class);
                    events.put(name.value() + "@" + name.revision(), type);
                }
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
        return events;
    }

    /** The top of each event's sealed family. */
    private static List<EventFamily> families(java.util.Collection<Class<?>> events) {
        return events.stream()
                .map(event -> {
                    var top = event.getInterfaces()[0];
                    while (top.getInterfaces().length > 0 && top.getInterfaces()[0].isSealed()) {
                        top = top.getInterfaces()[0];
                    }
                    return (Class<?>) top;
                })
                .distinct()
                .map(EventFamily::new)
                .toList();
    }
}
