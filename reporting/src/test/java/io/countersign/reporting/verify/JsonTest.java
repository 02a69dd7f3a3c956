package io.countersign.reporting.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static final String SAMPLE =
            "{\"a\":[1,-20,9007199254740991,null,true,false,{}],\"b\":\"\\u0000\\n\\\"é😀\",\"c\":[]}";

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void reads_back_what_it_writes() {
        assertThat(Json.write(Json.canonical("it", utf8(SAMPLE)))).isEqualTo(utf8(SAMPLE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " {}",
                "{} ",
                "{\"b\":1,\"a\":2}",
                "[1, 2]",
                "\"\\u0041\"",
                "\"\\/\"",
                "\"\\u001F\"",
                "-0"
            })
    void there_is_one_form(String text) {
        assertThat(Json.parse("it", utf8(text))).isNotNull();
        assertThatThrownBy(() -> Json.canonical("it", utf8(text)))
                .isInstanceOf(Wrong.class)
                .hasMessageContaining("canonical form");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,]",
                "{\"a\":1,}",
                "{\"a\":1,\"a\":1}",
                "{a:1}",
                "'a'",
                "\"a",
                "\"\\ud800\"",
                "\"\\x\"",
                "\"\t\"",
                "01",
                "+1",
                "1.0",
                "1e3",
                "9007199254740992",
                "99999999999999999999",
                "NaN",
                "nul",
                "\ufeff1",
                "1 2",
                "٥"
            })
    void anything_else_is_malformed(String text) {
        assertThatThrownBy(() -> Json.parse("it", utf8(text)))
                .isInstanceOf(Wrong.class)
                .extracting(e -> ((Wrong) e).verdict())
                .isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void depth_is_bounded() {
        assertThat(Json.parse("it", utf8("[".repeat(32) + "]".repeat(32)))).isNotNull();
        assertThatThrownBy(() -> Json.parse("it", utf8("[".repeat(100_000))))
                .isInstanceOf(Wrong.class);
    }

    @Test
    void whatever_it_reads_it_says_malformed_and_nothing_else() {
        var random = new Random(11);
        for (var i = 0; i < 50_000; i++) {
            var bytes = utf8(SAMPLE);
            for (var n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            try {
                assertThat(Json.parse("it", Json.write(Json.parse("it", bytes))))
                        .isEqualTo(Json.parse("it", bytes));
            } catch (Wrong wrong) {
                assertThat(wrong.verdict()).isEqualTo(Verdict.MALFORMED);
            }
        }
    }
}
