package io.countersign.web.design;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.core.io.ClassPathResource;

class DesignTest {
    @Nested
    @SpringBootTest(classes = DesignSamples.class, webEnvironment = WebEnvironment.RANDOM_PORT)
    class A_page {
        @Value("${local.server.port}")
        int port;

        private String get(String path) throws IOException, InterruptedException {
            try (var client = HttpClient.newHttpClient()) {
                return client.send(
                                HttpRequest.newBuilder(
                                                URI.create("http://localhost:" + port + path))
                                        .build(),
                                BodyHandlers.ofString())
                        .body();
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/login",
                    "/design/home",
                    "/design/list",
                    "/design/subject",
                    "/design/subject?past=1",
                    "/design/decision",
                    "/design/risks",
                    "/design/audit",
                    "/design/form",
                    "/design/parts",
                    "/design/missing",
                    "/design/broken"
                })
        void renders_whole_without_inline_style_or_script(String path) throws Exception {
            String html = get(path);
            assertThat(html).contains("</html>").contains("<h1").contains("href=\"#content\"");
            assertThat(html)
                    .doesNotContain(" style=")
                    .doesNotContain("<style")
                    .doesNotContain("<script")
                    .doesNotContainPattern("<[^>]* on[a-z]+=")
                    .doesNotContain("th:");
            var ids =
                    Pattern.compile(" id=\"([^\"]+)\"")
                            .matcher(html)
                            .results()
                            .map(match -> match.group(1))
                            .toList();
            assertThat(ids).doesNotHaveDuplicates();
        }

        @Test
        void keeps_what_was_typed_and_says_beside_the_field_and_on_top_what_is_wrong()
                throws Exception {
            assertThat(get("/design/form"))
                    .contains("value=\"credit.Applications\"")
                    .contains("aria-describedby=\"f-name-hint f-name-error\"")
                    .contains("<a href=\"#f-licence\">Choose a licence.</a>")
                    .containsPattern("value=\"age\"[^>]*checked")
                    .doesNotContainPattern("value=\"race\"[^>]*checked")
                    .contains("name=\"_csrf\"");
        }

        @Test
        void at_a_past_position_says_so_and_leads_back() throws Exception {
            assertThat(get("/design/subject?past=1"))
                    .contains("As of position")
                    .contains("Back to the present");
            assertThat(get("/design/subject")).doesNotContain("As of position");
        }
    }

    @Nested
    class Colours {
        /** WCAG 2.2 AA: 4.5 for text, 3 for the edges of controls and the focus ring. */
        @ParameterizedTest
        @CsvSource({
            "ink,bg,4.5",
            "ink,surface,4.5",
            "ink,sunken,4.5",
            "muted,bg,4.5",
            "muted,surface,4.5",
            "muted,sunken,4.5",
            "link,bg,4.5",
            "link,surface,4.5",
            "link,sunken,4.5",
            "link,wait-bg,4.5",
            "link,warn-bg,4.5",
            "link,bad-bg,4.5",
            "accent-ink,accent,4.5",
            "accent,surface,4.5",
            "accent-ink,bad,4.5",
            "good,good-bg,4.5",
            "wait,wait-bg,4.5",
            "warn,warn-bg,4.5",
            "bad,bad-bg,4.5",
            "bad,surface,4.5",
            "good,surface,4.5",
            "warn,surface,4.5",
            "quiet,quiet-bg,4.5",
            "ink,good-bg,4.5",
            "ink,wait-bg,4.5",
            "ink,warn-bg,4.5",
            "ink,bad-bg,4.5",
            "on-level,level-1,4.5",
            "on-level,level-5,4.5",
            "line-strong,surface,3",
            "line-strong,bg,3",
            "focus,bg,3",
            "focus,surface,3"
        })
        void are_far_enough_apart_in_light_and_dark(String front, String back, double least)
                throws IOException {
            String css =
                    new ClassPathResource("static/app.css")
                            .getContentAsString(StandardCharsets.UTF_8);
            int dark = css.indexOf("@media (prefers-color-scheme: dark)");
            Map<String, String> colours = new HashMap<>();
            for (String half :
                    List.of(css.substring(0, dark), css.substring(dark, css.indexOf("}", dark)))) {
                Pattern.compile("--([a-z0-9-]+): #([0-9a-f]{6});")
                        .matcher(half)
                        .results()
                        .forEach(match -> colours.put(match.group(1), match.group(2)));
                assertThat(contrast(colours, front, back))
                        .as(front + " on " + back)
                        .isGreaterThanOrEqualTo(least);
            }
        }

        private static double contrast(Map<String, String> colours, String front, String back) {
            double a = luminance(colours, front) + 0.05;
            double b = luminance(colours, back) + 0.05;
            return Math.max(a, b) / Math.min(a, b);
        }

        /** Relative luminance as WCAG 2.2 defines it. */
        private static double luminance(Map<String, String> colours, String name) {
            assertThat(colours).containsKey(name);
            int rgb = Integer.parseInt(colours.getOrDefault(name, "0"), 16);
            return 0.2126 * linear(rgb >> 16)
                    + 0.7152 * linear(rgb >> 8 & 255)
                    + 0.0722 * linear(rgb & 255);
        }

        private static double linear(int channel) {
            double c = channel / 255.0;
            return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
        }
    }
}
