package io.countersign.governance.risk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.configuration.ConfigurationProblem;
import io.countersign.testing.Refusals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RiskScaleTest {
    static final String SHIPPED = shipped();

    private static String shipped() {
        try (var in =
                RiskScale.class.getResourceAsStream("/countersign-config/" + RiskScale.FILE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static RiskScale parse(String yaml) {
        return RiskScale.parse(RiskScale.FILE, yaml.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, low", "1, 5, medium", "5, 1, medium", "4, 4, high", "4, 5, critical"})
    void rows_are_likelihoods_and_columns_impacts(int likelihood, int impact, String level) {
        assertThat(parse(SHIPPED).level(new Rating(likelihood, impact)).key()).isEqualTo(level);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "6, 1", "1, 6", "-1, 3"})
    void a_rating_outside_has_no_level(int likelihood, int impact) {
        var scale = parse(SHIPPED);
        var rating = new Rating(likelihood, impact);
        assertThat(scale.contains(rating)).isFalse();
        assertThat(Refusals.of(() -> scale.level(rating)).code())
                .isEqualTo("risk.rating-outside-scale");
    }

    @Test
    void only_the_level_that_says_so_blocks() {
        assertThat(parse(SHIPPED).levels())
                .filteredOn(RiskScale.Level::blocks)
                .extracting(RiskScale.Level::key)
                .containsExactly("critical");
    }

    @Test
    void the_worse_of_two_is_the_higher_level_then_the_higher_product() {
        var scale = parse(SHIPPED);
        assertThat(scale.worse(new Rating(4, 5), new Rating(4, 4))).isTrue();
        assertThat(scale.worse(new Rating(4, 4), new Rating(2, 5))).isTrue();
        assertThat(scale.worse(new Rating(4, 4), new Rating(4, 4))).isFalse();
        // By level first: 1 x 5 is medium, 2 x 2 is low.
        assertThat(scale.worse(new Rating(2, 2), new Rating(1, 5))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[low, low, low, low, medium] | [low, low, low, low] | this row has 4 levels",
                "[low, low, low, low, medium] | [low, low, low, low, dire] | is not one of the levels",
                "{key: medium, name: Medium} | {key: low, name: Medium} | a level's key is given",
                "{key: privacy, name: Privacy} | {key: legal, name: Privacy} | a category's key is",
                "likelihood: 4, impact: 4 | likelihood: 4, impact: 6 | outside the matrix",
                "category: bias-and-fairness | category: weather | is not one of the categories",
                "[Rare, Unlikely, Possible, Likely, Almost certain] | [Rare, Likely] | has 5 rows"
            })
    void a_scale_that_contradicts_itself_is_refused_with_its_line(
            String shipped, String changed, String reason) {
        assertThat(SHIPPED).contains(shipped);
        assertThatThrownBy(() -> parse(SHIPPED.replace(shipped, changed)))
                .isInstanceOfSatisfying(
                        ConfigurationProblem.class,
                        problem -> {
                            assertThat(problem.reason()).contains(reason);
                            assertThat(problem.line()).isGreaterThan(1);
                        });
    }

    @Property(tries = 100)
    void every_cell_of_any_scale_has_the_level_written_in_its_place(
            @ForAll @IntRange(min = 2, max = 8) int likelihoods,
            @ForAll @IntRange(min = 2, max = 8) int impacts,
            @ForAll @IntRange(min = 2, max = 8) int levels,
            @ForAll long seed) {
        var random = new Random(seed);
        var matrix =
                IntStream.range(0, likelihoods)
                        .mapToObj(_ ->
                                random.ints(impacts, 0, levels)
                                        .mapToObj(level -> "l" + level)
                                        .toList())
                        .toList();
        var scale = parse(yaml(likelihoods, impacts, levels, matrix));
        for (var likelihood = 1; likelihood <= likelihoods; likelihood++) {
            for (var impact = 1; impact <= impacts; impact++) {
                var level = scale.level(new Rating(likelihood, impact));
                assertThat(level.key()).isEqualTo(matrix.get(likelihood - 1).get(impact - 1));
                assertThat(level).isEqualTo(scale.levels().get(level.rank() - 1));
            }
        }
    }

    private static String yaml(
            int likelihoods, int impacts, int levels, List<List<String>> matrix) {
        return """
        title: Any
        likelihood: [%s]
        impact: [%s]
        levels: [%s]
        matrix:
        %s
        categories: [{key: privacy, name: Privacy}]
        raised:
          failed-bias-assessment: {category: privacy, likelihood: 1, impact: 1}
        """
                .formatted(
                        names("p", likelihoods),
                        names("i", impacts),
                        IntStream.range(0, levels)
                                .mapToObj(i -> "{key: l" + i + ", name: Level " + i + "}")
                                .collect(Collectors.joining(", ")),
                        matrix.stream()
                                .map(row -> "  - [" + String.join(", ", row) + "]")
                                .collect(Collectors.joining("\n")));
    }

    private static String names(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> prefix + i)
                .collect(Collectors.joining(", "));
    }
}
