package io.countersign.governance.bias.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.bias.engine.Cell.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class AssessmentPropertiesTest {
    private static final Map<String, String> OTHER_NAMES =
            Map.of("a", "zebra", "b", "yak", "c", "lynx");

    @Provide
    Arbitrary<List<Cell>> logs() {
        var group = Arbitraries.of("a", "b", "c").injectNull(0.1);
        return Combinators.combine(
                        Arbitraries.of(Outcome.class),
                        Arbitraries.of(Outcome.class),
                        group,
                        Arbitraries.of("x", "y"),
                        Arbitraries.longs().between(1, 60))
                .as((p, l, a, b, n) -> Logs.cell(p, l, n, a, b))
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
    }

    private static AssessmentResult assess(List<Cell> cells) {
        return Assessment.of(
                Logs.CONTENT, Logs.mapping("p", "y", "one", "two"), Logs.fourFifths(20), cells);
    }

    @Property(tries = 300)
    void relabelling_groups_permutes_the_results(@ForAll("logs") List<Cell> log) {
        var renamed = assess(map(log, c -> regroup(c, OTHER_NAMES)));
        for (var attribute : assess(log).attributes()) {
            var other = Logs.attribute(renamed, attribute.name());
            assertThat(other.groups()).hasSameSizeAs(attribute.groups());
            for (var group : attribute.groups()) {
                var values =
                        group.values().stream().map(v -> OTHER_NAMES.getOrDefault(v, v)).toList();
                var same = Logs.group(renamed, attribute.name(), values.toArray(new String[0]));
                assertThat(same.counts()).isEqualTo(group.counts());
                assertThat(same.impactRatio()).isEqualTo(group.impactRatio());
            }
        }
        assertThat(renamed.verdict()).isEqualTo(assess(log).verdict());
    }

    @Property(tries = 300)
    void shuffling_and_splitting_rows_changes_no_digit(
            @ForAll("logs") List<Cell> log, @ForAll long seed) {
        var rows = new ArrayList<Cell>();
        for (var cell : log) {
            for (var i = 0L; i < cell.rows(); i++) {
                rows.add(new Cell(cell.prediction(), cell.label(), cell.group(), 1));
            }
        }
        Collections.shuffle(rows, new Random(seed));
        assertThat(AssessmentWorker.JSON.writeValueAsString(assess(rows)))
                .isEqualTo(AssessmentWorker.JSON.writeValueAsString(assess(log)));
    }

    @Property(tries = 300)
    void duplicating_every_row_keeps_the_rates(@ForAll("logs") List<Cell> log) {
        var minimumMet =
                map(log, c -> new Cell(c.prediction(), c.label(), c.group(), c.rows() * 20));
        var twice = map(log, c -> new Cell(c.prediction(), c.label(), c.group(), c.rows() * 40));
        var once = assess(minimumMet);
        var doubled = assess(twice);
        for (var attribute : once.attributes()) {
            for (var group : attribute.groups()) {
                var same =
                        Logs.group(
                                doubled, attribute.name(), group.values().toArray(new String[0]));
                same(same.selectionRate(), group.selectionRate());
                same(same.truePositiveRate(), group.truePositiveRate());
                same(same.falsePositiveRate(), group.falsePositiveRate());
                same(same.impactRatio(), group.impactRatio());
            }
        }
        assertThat(doubled.verdict()).isEqualTo(once.verdict());
    }

    @Property(tries = 300)
    void swapping_prediction_and_label_swaps_the_two_kinds_of_error(
            @ForAll("logs") List<Cell> log) {
        var swapped =
                assess(map(log, c -> new Cell(c.label(), c.prediction(), c.group(), c.rows())));
        var before = Logs.counts(assess(log).overall());
        var after = Logs.counts(swapped.overall());
        assertThat(after.truePositive()).isEqualTo(before.truePositive());
        assertThat(after.trueNegative()).isEqualTo(before.trueNegative());
        assertThat(after.falsePositive()).isEqualTo(before.falseNegative());
        assertThat(after.falseNegative()).isEqualTo(before.falsePositive());
        assertThat(after.missingPrediction()).isEqualTo(before.missingLabel());
        assertThat(after.unlistedPrediction()).isEqualTo(before.unlistedLabel());
        // sensitivity becomes precision
        if (before.truePositive() + before.falsePositive() > 0) {
            assertThat(swapped.overall().truePositiveRate())
                    .isEqualTo(
                            new Fraction(
                                    before.truePositive(),
                                    before.truePositive() + before.falsePositive(),
                                    null));
        }
    }

    @Property(tries = 300)
    void every_row_is_counted_once_in_every_attribute(@ForAll("logs") List<Cell> log) {
        var rows = log.stream().mapToLong(Cell::rows).sum();
        for (var attribute : assess(log).attributes()) {
            assertThat(attribute.groups().stream().mapToLong(GroupResult::size).sum())
                    .isEqualTo(rows);
        }
    }

    @Property(tries = 300)
    void a_result_survives_being_written_as_json(@ForAll("logs") List<Cell> log) {
        var result = assess(log);
        var json = AssessmentWorker.JSON.writeValueAsString(result);
        assertThat(AssessmentWorker.JSON.readValue(json, AssessmentResult.class)).isEqualTo(result);
    }

    private static void same(Fraction one, Fraction other) {
        assertThat(one.defined()).isEqualTo(other.defined());
        if (one.defined()) {
            assertThat(one.compare(other)).isZero();
        }
    }

    private static Cell regroup(Cell cell, Map<String, String> names) {
        List<@Nullable String> group = new ArrayList<>();
        for (var value : cell.group()) {
            group.add(value == null ? null : names.getOrDefault(value, value));
        }
        return new Cell(cell.prediction(), cell.label(), group, cell.rows());
    }

    private static List<Cell> map(List<Cell> cells, UnaryOperator<Cell> change) {
        return cells.stream().map(change).toList();
    }
}
