package io.countersign.governance.risk;

import io.countersign.governance.configuration.ConfigurationFile;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * How risks are rated, from {@code risk-scale.yml}. {@link #level} is the one place where a
 * likelihood and an impact become a level.
 *
 * @param likelihood names from the least to the most
 * @param impact names from the least to the most
 * @param levels from the least to the most
 * @param matrix a level for each likelihood (row) and impact (column), both from the least
 */
public record RiskScale(
        String title,
        List<String> likelihood,
        List<String> impact,
        List<Level> levels,
        List<List<Level>> matrix,
        List<Category> categories,
        Preset failedBiasAssessment) {
    public static final String FILE = "risk-scale.yml";

    /**
     * @param rank from 1, the least
     * @param blocks whether an open risk of this level stops sign-off and deployment
     */
    public record Level(String key, String name, int rank, boolean blocks) {}

    public record Category(String key, String name) {}

    /** How a risk is rated that the product raises by itself. */
    public record Preset(String category, Rating rating) {}

    /**
     * Reads the file.
     *
     * @throws io.countersign.governance.configuration.ConfigurationProblem with line and reason
     */
    public static RiskScale parse(String name, byte[] yaml) {
        var file = ConfigurationFile.read(name, yaml, "risk-scale.schema.json");
        var root = file.content();
        var likelihood = texts(root.get("likelihood"));
        var impact = texts(root.get("impact"));
        var levels = new ArrayList<Level>();
        for (var level : root.get("levels")) {
            levels.add(
                    new Level(
                            level.get("key").asString(),
                            level.get("name").asString(),
                            levels.size() + 1,
                            level.has("blocks") && level.get("blocks").asBoolean()));
        }
        if (levels.stream().map(Level::key).distinct().count() < levels.size()) {
            throw file.problemAt("/levels", "a level's key is given twice");
        }
        if (root.get("matrix").size() != likelihood.size()) {
            throw file.problemAt(
                    "/matrix",
                    "the matrix has "
                            + root.get("matrix").size()
                            + " rows, but there are "
                            + likelihood.size()
                            + " likelihoods");
        }
        var matrix = new ArrayList<List<Level>>();
        for (var row : root.get("matrix")) {
            var at = "/matrix/" + matrix.size();
            if (row.size() != impact.size()) {
                throw file.problemAt(
                        at,
                        "this row has "
                                + row.size()
                                + " levels, but there are "
                                + impact.size()
                                + " impacts");
            }
            var cells = new ArrayList<Level>();
            for (var cell : row) {
                cells.add(
                        levels.stream()
                                .filter(level -> level.key().equals(cell.asString()))
                                .findFirst()
                                .orElseThrow(() ->
                                        file.problemAt(
                                                at + "/" + cells.size(),
                                                "'"
                                                        + cell.asString()
                                                        + "' is not one of the levels")));
            }
            matrix.add(List.copyOf(cells));
        }
        var categories = new ArrayList<Category>();
        var keys = new HashSet<String>();
        for (var category : root.get("categories")) {
            if (!keys.add(category.get("key").asString())) {
                throw file.problemAt(
                        "/categories/" + categories.size(), "a category's key is given twice");
            }
            categories.add(
                    new Category(category.get("key").asString(), category.get("name").asString()));
        }
        var raised = root.get("raised").get("failed-bias-assessment");
        var rating = new Rating(raised.get("likelihood").asInt(), raised.get("impact").asInt());
        if (rating.likelihood() > likelihood.size() || rating.impact() > impact.size()) {
            throw file.problemAt(
                    "/raised/failed-bias-assessment", "this rating is outside the matrix");
        }
        if (!keys.contains(raised.get("category").asString())) {
            throw file.problemAt(
                    "/raised/failed-bias-assessment/category",
                    "'" + raised.get("category").asString() + "' is not one of the categories");
        }
        return new RiskScale(
                root.get("title").asString(),
                likelihood,
                impact,
                List.copyOf(levels),
                List.copyOf(matrix),
                List.copyOf(categories),
                new Preset(raised.get("category").asString(), rating));
    }

    /** Whether it lies within; a rating given by an earlier, larger scale may not. */
    public boolean contains(Rating rating) {
        return rating.likelihood() >= 1
                && rating.likelihood() <= likelihood.size()
                && rating.impact() >= 1
                && rating.impact() <= impact.size();
    }

    /**
     * The level of a rating.
     *
     * @throws CommandRefused {@code risk.rating-outside-scale}
     */
    public Level level(Rating rating) {
        if (!contains(rating)) {
            throw new CommandRefused(
                    Refusal.invalid(
                                    "risk.rating-outside-scale",
                                    "Likelihood goes from 1 to "
                                            + likelihood.size()
                                            + " and impact from 1 to "
                                            + impact.size()
                                            + ", but "
                                            + rating.likelihood()
                                            + " and "
                                            + rating.impact()
                                            + " were given.")
                            .with("field", "likelihood"));
        }
        return matrix.get(rating.likelihood() - 1).get(rating.impact() - 1);
    }

    /**
     * Whether {@code one} is worse than {@code other}: by level, then by likelihood times impact.
     */
    public boolean worse(Rating one, Rating other) {
        var byLevel = Integer.compare(level(one).rank(), level(other).rank());
        return byLevel == 0 ? one.product() > other.product() : byLevel > 0;
    }

    /**
     * @throws CommandRefused {@code risk.category-unknown}
     */
    public Category category(String key) {
        return categories.stream()
                .filter(category -> category.key().equals(key))
                .findFirst()
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.invalid(
                                                "risk.category-unknown",
                                                "There is no risk category '"
                                                        + key
                                                        + "'. Use one of: "
                                                        + categories.stream()
                                                                .map(Category::key)
                                                                .collect(Collectors.joining(", "))
                                                        + ".")
                                        .with("field", "category")));
    }

    private static List<String> texts(JsonNode list) {
        return Objects.requireNonNull(list).valueStream().map(JsonNode::asString).toList();
    }
}
