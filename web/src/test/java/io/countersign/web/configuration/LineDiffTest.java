package io.countersign.web.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.web.configuration.LineDiff.Kind;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LineDiffTest {
    @Test
    void keeps_what_stayed_and_marks_what_went_and_came() {
        assertThat(show(LineDiff.of("a\nb\nc", "a\nx\nc\nd")))
                .containsExactly(" a", "-b", "+x", " c", "+d");
        assertThat(show(LineDiff.of("", "a"))).containsExactly("+a");
        assertThat(show(LineDiff.of("a\r\nb", "a\nb"))).containsExactly(" a", " b");
    }

    @Test
    void holds_both_texts_whatever_they_are() {
        for (var seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var before = text(random);
            var after = text(random);
            var lines = LineDiff.of(before, after);
            assertThat(without(lines, Kind.ADDED)).isEqualTo(before.lines().toList());
            assertThat(without(lines, Kind.REMOVED)).isEqualTo(after.lines().toList());
        }
    }

    @Test
    void a_brief_one_has_the_lines_around_a_change_alone() {
        var brief = LineDiff.brief(LineDiff.of("1\n2\n3\n4\n5\n6\n7", "1\n2\n3\nx\n5\n6\n7"), 1);
        assertThat(show(brief)).containsExactly(" …", " 3", "-4", "+x", " 5", " …");
    }

    private static String text(Random random) {
        return random.ints(random.nextInt(12), 0, 4)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining("\n"));
    }

    private static List<String> without(List<LineDiff.Line> lines, Kind kind) {
        return lines.stream().filter(line -> line.kind() != kind).map(LineDiff.Line::text).toList();
    }

    private static List<String> show(List<LineDiff.Line> lines) {
        return lines.stream().map(line -> line.kind().sign() + line.text()).toList();
    }
}
