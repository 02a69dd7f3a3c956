package io.countersign.governance.bias.engine;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.countersign.governance.bias.engine.AssessmentWorker.Line;
import io.countersign.governance.bias.engine.AssessmentWorker.Request;
import io.countersign.governance.bias.engine.Cell.Outcome;
import io.countersign.governance.bias.engine.ColumnMapping.Classes;
import io.countersign.governance.bias.engine.ColumnMapping.Label;
import io.countersign.governance.bias.engine.ColumnMapping.Prediction;
import io.countersign.governance.bias.engine.ColumnMapping.Unlisted;
import io.countersign.governance.bias.engine.RuleSet.Rule;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Logs, mappings and short ways to assess them, for the tests of this package. */
final class Logs {
    static final Sha256 CONTENT = Sha256.of("a log");

    private Logs() {}

    /** A file of the shared data folder, which is no part of the repository. */
    static Path shared(String name) {
        var file = dataFolder() == null ? null : dataFolder().resolve(name);
        var there = file != null && Files.isRegularFile(file);
        if (!there) {
            System.err.println(
                    "SKIPPED: no "
                            + name
                            + "; put the shared data folder beside the checkout or name it in"
                            + " COUNTERSIGN_DATA");
        }
        assumeTrue(there, "the shared data folder holds no " + name);
        return java.util.Objects.requireNonNull(file);
    }

    private static @Nullable Path dataFolder() {
        var named = System.getProperty("countersign.data", System.getenv("COUNTERSIGN_DATA"));
        if (named != null) {
            return Path.of(named);
        }
        for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
            var folder = up.resolve("shared").resolve("data");
            if (Files.isDirectory(folder)) {
                return folder;
            }
        }
        return null;
    }

    static RuleSet rules(int minimum, Rule... rules) {
        return new RuleSet("test", "1", "for tests", minimum, List.of(rules));
    }

    static RuleSet fourFifths(int minimum) {
        return rules(minimum, new Rule("four-fifths", Metric.IMPACT_RATIO, new Limit(4, 5)));
    }

    static ColumnMapping mapping(String prediction, @Nullable String label, String... attributes) {
        return new ColumnMapping(
                new Prediction(prediction, new Classes(List.of("1"), List.of("0")), true),
                label == null ? null : new Label(label, List.of("1"), List.of("0")),
                List.of(attributes),
                List.of(),
                Unlisted.REFUSE);
    }

    static Cell cell(Outcome prediction, Outcome label, long rows, @Nullable String... group) {
        return new Cell(prediction, label, Arrays.asList(group), rows);
    }

    static AssessmentResult assess(Path file, ColumnMapping mapping, RuleSet rules) {
        try {
            return assess(file, Sha256.of(Files.readAllBytes(file)), mapping, rules);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static AssessmentResult assess(
            Path file, Sha256 content, ColumnMapping mapping, RuleSet rules) {
        var spec = new AssessmentSpec(file.toString(), content, mapping, rules);
        var result = run(new Request(spec, null)).result();
        assertNotNull(result);
        return result;
    }

    static Inspection inspect(Path file) {
        var inspection = run(new Request(null, file.toString())).inspection();
        assertNotNull(inspection);
        return inspection;
    }

    /** The worker in this process, with its request and answer as bytes. */
    private static Line run(Request request) {
        try {
            var out = new ByteArrayOutputStream();
            var code =
                    AssessmentWorker.run(
                            new ByteArrayInputStream(
                                    AssessmentWorker.JSON.writeValueAsBytes(request)),
                            out);
            var line =
                    AssessmentWorker.JSON.readValue(
                            out.toString(StandardCharsets.UTF_8)
                                    .lines()
                                    .reduce("", (_, last) -> last),
                            Line.class);
            if (line.refusal() != null) {
                assert code == AssessmentWorker.REFUSED;
                throw new CommandRefused(line.refusal());
            }
            return line;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The group with these values, of the attribute or pair they belong to. */
    static GroupResult group(AssessmentResult result, String attribute, String... values) {
        return attribute(result, attribute).groups().stream()
                .filter(g -> g.values().equals(List.of(values)))
                .findFirst()
                .orElseThrow();
    }

    static AttributeResult attribute(AssessmentResult result, String name) {
        return result.attributes().stream()
                .filter(a -> a.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static Counts counts(GroupResult group) {
        var counts = group.counts();
        assertNotNull(counts);
        return counts;
    }
}
