package io.countersign.web.risk;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.risk.Rating;
import io.countersign.governance.risk.RiskRegister;
import io.countersign.governance.risk.RiskScale;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RiskLevelsTest {
    @Test
    void every_cell_of_any_scale_has_one_level_in_list_heat_map_and_api() {
        for (var seed = 0; seed < 60; seed++) {
            var random = new Random(seed);
            var scale = any(random);
            var counted = new ArrayList<RiskRegister.Cell>();
            for (var l = 1; l <= scale.likelihood().size(); l++) {
                for (var i = 1; i <= scale.impact().size(); i++) {
                    counted.add(new RiskRegister.Cell(new Rating(l, i), random.nextInt(5)));
                }
            }
            var cells = Register.cells(scale, counted);
            assertThat(cells.cells()).hasSameSizeAs(counted);
            for (var cell : counted) {
                var rating = cell.rating();
                assertThat(cells.cells())
                        .contains(
                                new Register.Cell(
                                        rating.likelihood(),
                                        rating.impact(),
                                        scale.level(rating).key(),
                                        cell.count()));
                var listed = RiskView.Rated.of(rating, scale);
                assertThat(listed.level()).isEqualTo(scale.level(rating).key());
                assertThat(listed.bars()).isBetween(1, 5);
            }
            assertThat(cells.outside()).isZero();
        }
    }

    @Test
    void a_rating_of_an_earlier_larger_scale_is_counted_outside_and_has_no_level() {
        var scale = any(new Random(1));
        var outside = new Rating(scale.likelihood().size() + 1, 1);
        var cells = Register.cells(scale, List.of(new RiskRegister.Cell(outside, 2)));
        assertThat(cells.outside()).isEqualTo(2);
        assertThat(cells.total()).isEqualTo(2);
        assertThat(RiskView.Rated.of(outside, scale).level()).isNull();
    }

    private static RiskScale any(Random random) {
        var likelihoods = 2 + random.nextInt(6);
        var impacts = 2 + random.nextInt(6);
        var levels = 2 + random.nextInt(6);
        var yaml =
                """
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
                                IntStream.range(0, likelihoods)
                                        .mapToObj(_ ->
                                                random.ints(impacts, 0, levels)
                                                        .mapToObj(level -> "l" + level)
                                                        .collect(
                                                                Collectors.joining(
                                                                        ", ", "  - [", "]")))
                                        .collect(Collectors.joining("\n")));
        return RiskScale.parse(RiskScale.FILE, yaml.getBytes(StandardCharsets.UTF_8));
    }

    private static String names(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> prefix + i)
                .collect(Collectors.joining(", "));
    }
}
