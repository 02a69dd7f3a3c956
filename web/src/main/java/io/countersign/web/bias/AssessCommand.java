package io.countersign.web.bias;

import io.countersign.governance.bias.Failure;
import io.countersign.governance.bias.engine.AssessmentResult;
import io.countersign.governance.bias.engine.AssessmentSpec;
import io.countersign.governance.bias.engine.ColumnMapping;
import io.countersign.governance.bias.engine.RuleSet;
import io.countersign.governance.bias.engine.Verdict;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code countersign assess}: the server's own engine, in a child process as there, without a
 * server, a database, or anything recorded.
 */
@Command(
        name = "assess",
        description = {
            "Assess a prediction log (CSV in UTF-8, of any size) for bias, without a server.",
            "It is computed as the server does, and nothing is recorded: a sign-off needs an assessment on the server.",
            "",
            "Values are compared as text, exactly. Lists are separated by commas, or the option is given again;",
            "a value with a comma in it goes into a mapping file."
        },
        footer = {
            "",
            "Example:",
            "  countersign assess compas-two-years.csv --prediction score_text --positive Medium,High --negative Low \\",
            "    --favourable no --label two_year_recid --label-positive 1 --label-negative 0 --attributes race,sex",
            "",
            "Exit codes: 0 every rule passes, 1 failed, 2 called wrongly, 3 the file cannot be read so,",
            "10 a rule fails, 11 no rule fails but one could not be evaluated."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class AssessCommand implements Callable<Integer> {
    /** Exit code: what is wrong is the file, or that it does not fit what was said of it. */
    static final int BAD_FILE = 3;

    static final int FAILS = 10;
    static final int NOT_EVALUATED = 11;

    private static final int MAPPING_BYTES = 1_000_000;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            paramLabel = "FILE",
            description = "The prediction log: one row for each person, names in the first line.")
    private Path file = Path.of("");

    @Option(
            names = "--prediction",
            paramLabel = "COLUMN",
            description = "The column with what the model predicted.")
    private @Nullable String prediction;

    @Option(
            names = "--positive",
            paramLabel = "VALUE",
            split = ",",
            description = "Values of the prediction that are positive (default: 1).")
    private List<String> positive = List.of();

    @Option(
            names = "--negative",
            paramLabel = "VALUE",
            split = ",",
            description = "Values of the prediction that are negative (default: 0).")
    private List<String> negative = List.of();

    @Option(
            names = "--threshold",
            paramLabel = "NUMBER",
            description = "Instead of both: the prediction is a score, positive from here on.")
    private @Nullable BigDecimal threshold;

    @Option(
            names = "--favourable",
            paramLabel = "yes|no",
            description =
                    "Whether the positive prediction is good for the person it is about. Always needed, never guessed.")
    private @Nullable String favourable;

    @Option(
            names = "--label",
            paramLabel = "COLUMN",
            description =
                    "The column with what came true. Without it there are no true and false positive rates.")
    private @Nullable String label;

    @Option(
            names = "--label-positive",
            paramLabel = "VALUE",
            split = ",",
            description = "Values of the label that are positive (default: 1).")
    private List<String> labelPositive = List.of();

    @Option(
            names = "--label-negative",
            paramLabel = "VALUE",
            split = ",",
            description = "Values of the label that are negative (default: 0).")
    private List<String> labelNegative = List.of();

    @Option(
            names = "--attributes",
            paramLabel = "COLUMN",
            split = ",",
            description =
                    "The sensitive columns, 1 to 6. Each, and every pair of them, is assessed.")
    private List<String> attributes = List.of();

    @Option(
            names = "--missing",
            paramLabel = "VALUE",
            split = ",",
            description = "Values that mean not known, besides the empty cell, such as N/A.")
    private List<String> missing = List.of();

    @Option(
            names = "--unlisted",
            paramLabel = "refuse|count",
            defaultValue = "refuse",
            description =
                    "A prediction or label on no list: refuse the log, or count the row as unknown (default: ${DEFAULT-VALUE}).")
    private String unlisted = "refuse";

    @Option(
            names = "--mapping",
            paramLabel = "FILE",
            description =
                    "Instead of all of the above: the mapping as JSON, as the API takes it (/api/docs).")
    private @Nullable Path mapping;

    @Option(
            names = "--rules",
            paramLabel = "NAME|FILE",
            defaultValue = "four-fifths",
            description =
                    "The limits: four-fifths, equalised-odds, or a file of your own (default: ${DEFAULT-VALUE}).")
    private String rules = "four-fifths";

    @Option(
            names = "--json",
            description = "Print the result as JSON, as the API shows it, instead of tables.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var how = mapping();
        var limits = rules();
        var out = spec.commandLine().getOut();
        AssessmentResult result;
        try {
            result = assess(new AssessmentSpec(path(), digest(), how, limits));
        } catch (CommandRefused refused) {
            var err = spec.commandLine().getErr();
            err.println("countersign: " + line(refused.refusal().message()));
            err.flush();
            return refused.refusal().kind() == Refusal.Kind.INVALID
                    ? BAD_FILE
                    : CommandLine.ExitCode.SOFTWARE;
        }
        if (json) {
            out.println(JSON.writeValueAsString(result));
        } else {
            print(out, result);
        }
        out.flush();
        return switch (result.verdict()) {
            case PASS -> CommandLine.ExitCode.OK;
            case FAIL -> FAILS;
            case NOT_EVALUATED -> NOT_EVALUATED;
        };
    }

    /** What is kept on the server too: of a small group its size and no more. */
    private AssessmentResult assess(AssessmentSpec asked) throws InterruptedException {
        var child = Workers.within(Duration.ofDays(1)).assess(asked);
        try {
            return child.result().join().withoutSmallGroups();
        } catch (CompletionException e) {
            throw e.getCause() instanceof CommandRefused refused ? refused : e;
        } finally {
            child.cancel(); // does nothing once there is a result
        }
    }

    private String path() {
        return file.toAbsolutePath().toString();
    }

    private Sha256 digest() throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new CommandRefused(
                    Refusal.invalid(
                            "bias.no-file",
                            "There is no file '" + file + "' to read. Check the path."));
        }
        var digest = Sha256.newDigest();
        try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new CommandRefused(
                    Refusal.invalid("bias.no-file", "'" + file + "' cannot be read: " + e));
        }
        return new Sha256(HexFormat.of().formatHex(digest.digest()));
    }

    private ColumnMapping mapping() {
        try {
            if (mapping == null) {
                return mappingOfOptions();
            }
            if (prediction != null || label != null || !attributes.isEmpty()) {
                throw wrongCall(
                        "Give either --mapping, or --prediction, --label and --attributes.");
            }
            try (var in = Files.newInputStream(mapping)) {
                return JSON.readValue(in.readNBytes(MAPPING_BYTES), ColumnMapping.class);
            }
        } catch (IOException e) {
            throw wrongCall("The mapping cannot be read: " + e);
        } catch (JacksonException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof CommandRefused refused) {
                    throw wrongCall(refused.refusal().message());
                }
            }
            throw wrongCall(
                    "The mapping '%s' is not one as the API takes it: %s"
                            .formatted(
                                    mapping,
                                    e.getOriginalMessage().lines().findFirst().orElse("")));
        } catch (CommandRefused refused) {
            throw wrongCall(refused.refusal().message());
        }
    }

    private ColumnMapping mappingOfOptions() {
        if (prediction == null) {
            throw wrongCall("Name the column with the prediction: --prediction COLUMN.");
        }
        if (attributes.isEmpty()) {
            throw wrongCall("Name the sensitive columns: --attributes race,sex.");
        }
        if (favourable == null || !favourable.matches("yes|no")) {
            throw wrongCall(
                    "Say whether the positive prediction is good for the person it is about: --favourable yes, such as a loan granted, or --favourable no, such as a high risk.");
        }
        if (!unlisted.matches("refuse|count")) {
            throw wrongCall("--unlisted '%s' is neither refuse nor count.".formatted(unlisted));
        }
        if (threshold != null && !(positive.isEmpty() && negative.isEmpty())) {
            throw wrongCall("Give either --threshold, or --positive and --negative.");
        }
        return new ColumnMapping(
                new ColumnMapping.Prediction(
                        prediction,
                        threshold != null
                                ? new ColumnMapping.Score(threshold)
                                : new ColumnMapping.Classes(or(positive, "1"), or(negative, "0")),
                        favourable.equals("yes")),
                label == null
                        ? null
                        : new ColumnMapping.Label(
                                label, or(labelPositive, "1"), or(labelNegative, "0")),
                attributes,
                missing,
                unlisted.equals("count")
                        ? ColumnMapping.Unlisted.COUNT
                        : ColumnMapping.Unlisted.REFUSE);
    }

    private static List<String> or(List<String> given, String usual) {
        return given.isEmpty() ? List.of(usual) : given;
    }

    private RuleSet rules() {
        try {
            if (rules.endsWith(".yml") || rules.endsWith(".yaml")) {
                return RuleSet.parse(rules, Files.readString(Path.of(rules)));
            }
            return RuleSet.shipped(rules);
        } catch (IOException e) {
            throw wrongCall("The rules cannot be read: " + e);
        } catch (CommandRefused refused) {
            throw wrongCall(refused.refusal().message());
        }
    }

    private CommandLine.ParameterException wrongCall(String words) {
        return new CommandLine.ParameterException(spec.commandLine(), line(words));
    }

    private void print(PrintWriter out, AssessmentResult result) {
        var found = Findings.of(result, Failure.of(result));
        out.println(verdict(result.verdict()));
        out.println(line(result.explanation()));
        out.println();
        out.println("File        " + line(file.toString()));
        out.println("SHA-256     " + result.content());
        out.println(
                "Rule set    %s %s: %s"
                        .formatted(
                                line(result.rules().name()),
                                line(result.rules().version()),
                                line(result.rules().description())));
        out.println("Method      " + result.method());
        out.println(
                "Everybody   n = %s, prediction unknown %s, selected %s, TPR %s, FPR %s, FNR %s"
                        .formatted(
                                found.overall().size(),
                                found.overall().unknown(),
                                found.overall().selection(),
                                found.overall().tpr(),
                                found.overall().fpr(),
                                found.overall().fnr()));
        for (var attribute : found.attributes()) {
            out.println();
            out.println(
                    "By %s (compared with %s)"
                            .formatted(line(attribute.name()), line(attribute.reference())));
            table(out, attribute.groups());
        }
    }

    private static String verdict(Verdict verdict) {
        return switch (verdict) {
            case PASS -> "PASSES";
            case FAIL -> "FAILS";
            case NOT_EVALUATED -> "NOT EVALUATED";
        };
    }

    private static void table(PrintWriter out, List<Findings.Group> groups) {
        var rows = new ArrayList<List<String>>();
        rows.add(
                List.of(
                        "Group",
                        "n",
                        "Unknown",
                        "No label",
                        "Selected",
                        "Favourable",
                        "Impact ratio",
                        "TPR",
                        "FPR",
                        "FNR",
                        "Verdict"));
        for (var group : groups) {
            rows.add(
                    List.of(
                            line(group.name()),
                            group.size(),
                            group.unknown(),
                            group.unlabelled(),
                            group.selection(),
                            group.favourable(),
                            group.ratio(),
                            group.tpr(),
                            group.fpr(),
                            group.fnr(),
                            group.verdict().replace('-', ' ')));
        }
        var last = rows.getFirst().size() - 1;
        var widths = new int[last + 1];
        for (var row : rows) {
            for (var i = 0; i <= last; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (var row : rows) {
            var text = new StringBuilder();
            for (var i = 0; i <= last; i++) {
                var cell = row.get(i);
                var space = " ".repeat(widths[i] - cell.length());
                text.append(
                        i == 0
                                ? "  " + cell + space
                                : i == last ? "  " + cell : "  " + space + cell);
            }
            out.println(text);
        }
    }

    /** What stands in a file must not steer the terminal it is printed on. */
    private static String line(String text) {
        return Objects.requireNonNull(text)
                .codePoints()
                .mapToObj(c ->
                        Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
                                ? "\ufffd"
                                : Character.toString(c))
                .collect(Collectors.joining());
    }
}
