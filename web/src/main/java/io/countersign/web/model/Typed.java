package io.countersign.web.model;

import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.model.ModelCard;
import io.countersign.governance.model.ModelMetric;
import io.countersign.governance.shared.CommandRefused;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What people type about a model version, one thing on each line, and how it reads. */
final class Typed {
    private Typed() {}

    static List<DatasetVersionId> datasets(Map<String, String> typed, String field) {
        return lines(typed, field, DatasetVersionId::new);
    }

    /** Lines such as {@code AUC = 0.87}. */
    static List<ModelMetric> metrics(Map<String, String> typed) {
        return lines(
                typed,
                "metrics",
                line -> {
                    var equals = line.lastIndexOf('=');
                    if (equals < 0) {
                        throw CommandRefused.invalid(
                                "metric", line, "write one on each line, such as AUC = 0.87");
                    }
                    return new ModelMetric(
                            line.substring(0, equals).strip(),
                            line.substring(equals + 1).strip(),
                            null);
                });
    }

    static ModelCard card(Map<String, String> typed) {
        Function<String, String> section = name -> typed.getOrDefault(name, "");
        return new ModelCard(
                section.apply("modelDetails"),
                section.apply("intendedUse"),
                section.apply("factors"),
                section.apply("cardMetrics"),
                section.apply("evaluationData"),
                section.apply("trainingData"),
                section.apply("quantitativeAnalyses"),
                section.apply("ethicalConsiderations"),
                section.apply("caveatsAndRecommendations"));
    }

    /**
     * One section of a model card in a form.
     *
     * @param field the form's, as {@link #card} reads it
     */
    record Section(String field, String label, String text) {}

    static List<Section> sections(ModelCard card) {
        return card.sections().entrySet().stream()
                .map(section ->
                        new Section(
                                field(section.getKey()),
                                section.getKey().substring(0, 1).toUpperCase(java.util.Locale.ROOT)
                                        + section.getKey().substring(1),
                                section.getValue()))
                .toList();
    }

    /** The version's own metrics have the plain name. */
    private static String field(String label) {
        if (label.equals("metrics")) {
            return "cardMetrics";
        }
        var field = new StringBuilder();
        for (var word : label.split(" ", -1)) {
            field.append(
                    field.isEmpty()
                            ? word
                            : word.substring(0, 1).toUpperCase(java.util.Locale.ROOT)
                                    + word.substring(1));
        }
        return field.toString();
    }

    private static <T> List<T> lines(
            Map<String, String> typed, String field, Function<String, T> reading) {
        return typed.getOrDefault(field, "")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(line -> named(field, () -> reading.apply(line)))
                .toList();
    }

    /** A refusal by a value's own constructor, with the form field the value is for. */
    static <T> T named(String field, java.util.function.Supplier<T> reading) {
        try {
            return reading.get();
        } catch (CommandRefused refused) {
            throw new CommandRefused(refused.refusal().with("field", field));
        }
    }

    /** Of {@code all}, those that fit on a page, and the key of the next page. */
    record Page<T>(List<T> rows, boolean more) {
        static <T> Page<T> of(List<T> found, int limit) {
            return new Page<>(
                    found.subList(0, Math.min(limit, found.size())), found.size() > limit);
        }
    }

    static Map<String, String> options(List<String> values) {
        var options = new LinkedHashMap<String, String>();
        values.forEach(value -> options.put(value, value));
        return options;
    }
}
