package io.countersign.governance.configuration;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A YAML file that obeys its JSON Schema, and where in it everything stands. One document, YAML
 * 1.2, no anchors (they could make a small file enormous) and no key twice.
 */
public final class ConfigurationFile {
    private static final int MAX_BYTES = 1_000_000;
    private static final SchemaRegistry SCHEMAS =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Map<String, Schema> KNOWN = new ConcurrentHashMap<>();

    private final String name;
    private final List<String> lines;
    private final Map<String, Place> places = new HashMap<>();
    private final JsonNode content;

    /** Line and column from 1; {@code style} of a text, so that places within it can be named. */
    private record Place(int line, int column, ScalarStyle style) {}

    private ConfigurationFile(String name, String text) {
        this.name = name;
        lines = text.lines().toList();
        try {
            var settings = LoadSettings.builder().setLabel(name).build();
            var documents = new Compose(settings).composeAllFromString(text).iterator();
            if (!documents.hasNext()) {
                throw new ConfigurationProblem(name, 1, 1, "the file is empty");
            }
            content = read("", documents.next());
            if (documents.hasNext()) {
                documents.next();
                throw new ConfigurationProblem(
                        name, 1, 1, "there is more than one document; keep one per file");
            }
        } catch (MarkedYamlEngineException e) {
            var mark = e.getProblemMark().or(e::getContextMark);
            throw new ConfigurationProblem(
                    name,
                    mark.map(m -> m.getLine() + 1).orElse(1),
                    mark.map(m -> m.getColumn() + 1).orElse(1),
                    "this is not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new ConfigurationProblem(name, 1, 1, "this is not YAML: " + e.getMessage());
        }
    }

    /**
     * @param schema the file's name under {@code countersign-config/schemas}
     * @throws ConfigurationProblem with the first thing wrong, and where
     */
    public static ConfigurationFile read(String name, byte[] yaml, String schema) {
        if (yaml.length > MAX_BYTES) {
            throw new ConfigurationProblem(
                    name, 1, 1, "the file is larger than " + MAX_BYTES + " bytes");
        }
        var file = new ConfigurationFile(name, utf8(name, yaml));
        KNOWN.computeIfAbsent(schema, ConfigurationFile::schema).validate(file.content).stream()
                .map(file::problem)
                .min(
                        Comparator.comparingInt(ConfigurationProblem::line)
                                .thenComparingInt(ConfigurationProblem::column))
                .ifPresent(problem -> {
                    throw problem;
                });
        return file;
    }

    public JsonNode content() {
        return content;
    }

    /** A problem with the value at a JSON pointer. */
    public ConfigurationProblem problemAt(String pointer, String reason) {
        var place = places.getOrDefault(pointer, new Place(1, 1, ScalarStyle.PLAIN));
        return new ConfigurationProblem(name, place.line, place.column, reason);
    }

    /**
     * A problem within the text at a JSON pointer. Exact for texts on one line and literal blocks;
     * the beginning of the text otherwise.
     *
     * @param line in the text, from 1
     * @param column in the line, from 0
     */
    public ConfigurationProblem problemWithin(String pointer, int line, int column, String reason) {
        var place = places.getOrDefault(pointer, new Place(1, 1, ScalarStyle.PLAIN));
        return switch (place.style) {
            case LITERAL -> within(place, line, column, reason);
            case FOLDED -> within(place, 1, 0, reason);
            case SINGLE_QUOTED, DOUBLE_QUOTED ->
                    new ConfigurationProblem(name, place.line, place.column + 1 + column, reason);
            default ->
                    new ConfigurationProblem(
                            name, place.line, place.column + (line > 1 ? 0 : column), reason);
        };
    }

    /** {@code column} counts from the block's own indentation, that of its first line. */
    private ConfigurationProblem within(Place block, int line, int column, String reason) {
        var first = block.line < lines.size() ? lines.get(block.line) : "";
        var indent = first.length() - first.stripLeading().length();
        return new ConfigurationProblem(name, block.line + line, indent + column + 1, reason);
    }

    private ConfigurationProblem problem(Error error) {
        var pointer = pointer(error.getInstanceLocation());
        var child =
                error.getProperty() == null ? null : pointer + "/" + escaped(error.getProperty());
        var at = child != null && places.containsKey(child + "#key") ? child + "#key" : pointer;
        return problemAt(at, (pointer.isEmpty() ? "" : pointer + ": ") + error.getMessage());
    }

    private static String pointer(NodePath path) {
        var pointer = new StringBuilder();
        for (var i = 0; i < path.getNameCount(); i++) {
            pointer.append('/').append(escaped(String.valueOf(path.getElement(i))));
        }
        return pointer.toString();
    }

    private JsonNode read(String pointer, Node node) {
        mark(pointer, node);
        if (node.getAnchor().isPresent()) {
            throw problemAt(pointer, "anchors and aliases are not read; write it out");
        }
        var json = JsonNodeFactory.instance;
        return switch (node) {
            case MappingNode mapping -> {
                var object = json.objectNode();
                for (var entry : mapping.getValue()) {
                    if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                        throw problemAt(pointer, "a key must be a plain text");
                    }
                    var below = pointer + "/" + escaped(key.getValue());
                    mark(below + "#key", key);
                    if (object.has(key.getValue())) {
                        throw problemAt(below + "#key", "'" + key.getValue() + "' is given twice");
                    }
                    object.set(key.getValue(), read(below, entry.getValueNode()));
                }
                yield object;
            }
            case SequenceNode sequence -> {
                var array = json.arrayNode();
                for (var item : sequence.getValue()) {
                    array.add(read(pointer + "/" + array.size(), item));
                }
                yield array;
            }
            case ScalarNode scalar -> scalar(pointer, scalar);
            default -> throw problemAt(pointer, "this cannot be read");
        };
    }

    private JsonNode scalar(String pointer, ScalarNode scalar) {
        var json = JsonNodeFactory.instance;
        var text = scalar.getValue();
        try {
            if (scalar.getTag().equals(Tag.BOOL)) {
                return json.booleanNode(Boolean.parseBoolean(text));
            } else if (scalar.getTag().equals(Tag.INT)) {
                return json.numberNode(Long.parseLong(text));
            } else if (scalar.getTag().equals(Tag.FLOAT)) {
                return json.numberNode(Double.parseDouble(text));
            } else if (scalar.getTag().equals(Tag.NULL)) {
                return json.nullNode();
            }
        } catch (NumberFormatException _) {
            throw problemAt(pointer, "the number '" + text + "' cannot be read");
        }
        return json.stringNode(text);
    }

    private void mark(String pointer, Node node) {
        node.getStartMark()
                .ifPresent(mark ->
                        places.put(
                                pointer,
                                new Place(
                                        mark.getLine() + 1,
                                        mark.getColumn() + 1,
                                        node instanceof ScalarNode scalar
                                                ? scalar.getScalarStyle()
                                                : ScalarStyle.PLAIN)));
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static String utf8(String name, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
            throw new ConfigurationProblem(name, 1, 1, "the file is not UTF-8 text");
        }
    }

    private static Schema schema(String file) {
        var path = "/countersign-config/schemas/" + file;
        try (var in =
                Optional.ofNullable(ConfigurationFile.class.getResourceAsStream(path))
                        .orElseThrow(() -> new IllegalStateException("no schema " + path))) {
            return SCHEMAS.getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
