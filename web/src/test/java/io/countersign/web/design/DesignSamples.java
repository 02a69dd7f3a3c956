package io.countersign.web.design;

import io.countersign.reporting.picture.Funnel;
import io.countersign.reporting.picture.HeatMap;
import io.countersign.reporting.picture.Palette;
import io.countersign.reporting.picture.RateChart;
import io.countersign.reporting.picture.TimelinePicture;
import io.countersign.reporting.picture.TimelinePicture.Moment;
import io.countersign.reporting.picture.TimelinePicture.Tone;
import io.countersign.web.page.Drawing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.HttpEncodingAutoConfiguration;
import org.springframework.boot.thymeleaf.autoconfigure.ThymeleafAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Serves the sample pages under {@code /design/}: {@code home list subject decision risks audit
 * form parts}, and the real {@code /login}. Not a configuration class, so that the application's
 * own scan never finds it; run {@link #main} to look at the design.
 */
@ImportAutoConfiguration({
    DispatcherServletAutoConfiguration.class,
    ErrorMvcAutoConfiguration.class,
    HttpEncodingAutoConfiguration.class,
    HttpMessageConvertersAutoConfiguration.class,
    SecurityAutoConfiguration.class,
    SecurityFilterAutoConfiguration.class,
    ServletWebSecurityAutoConfiguration.class,
    ThymeleafAutoConfiguration.class,
    TomcatServletWebServerAutoConfiguration.class,
    WebMvcAutoConfiguration.class
})
public class DesignSamples {
    private static final Instant NOW = Instant.parse("2026-11-22T09:00:00Z");

    /** As a capability's page would have it: a record, read by its accessors. */
    public record Gate(
            boolean passed,
            String sentence,
            @Nullable String explanation,
            Map<String, String> numbers) {}

    public record Signature(
            String role,
            @Nullable String name,
            @Nullable String decision,
            @Nullable Instant at,
            @Nullable String comment) {}

    public static void main(String[] args) {
        SpringApplication.run(DesignSamples.class, args);
    }

    @Bean
    SecurityFilterChain open(HttpSecurity http) throws Exception {
        return http.headers(headers ->
                        headers.contentSecurityPolicy(
                                csp -> csp.policyDirectives("default-src 'self'")))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> samples() {
        return RouterFunctions.route()
                .GET(
                        "/login",
                        request ->
                                ServerResponse.ok()
                                        .render(
                                                "login",
                                                Map.of(
                                                        "demonstration",
                                                        true,
                                                        "accounts",
                                                        Map.of("ines", "Data steward"))))
                .GET(
                        "/design/missing",
                        request ->
                                ServerResponse.status(404)
                                        .render("error/404", Map.of("status", 404)))
                .GET(
                        "/design/broken",
                        request ->
                                ServerResponse.status(500)
                                        .render(
                                                "error/5xx",
                                                Map.of("status", 500, "timestamp", NOW)))
                .GET(
                        "/design/{page}",
                        request ->
                                ServerResponse.ok()
                                        .render(
                                                "design/" + request.pathVariable("page"),
                                                model(request.param("past").isPresent())))
                .build();
    }

    private static Map<String, Object> model(boolean past) {
        var model = new HashMap<String, Object>();
        model.put("me", "Ines Okafor");
        model.put(
                "sees",
                java.util.Set.of(
                        "audit-trail", "risk-register", "reports", "people", "configuration"));
        model.put("administrator", true);
        model.put("demonstration", true);
        model.put("waiting", 3);
        model.put("position", 812);
        model.put("positionTime", NOW);
        model.put("past", past);
        model.put("nowHref", "/design/subject");
        model.put("funnel", funnel());
        model.put(
                "heatMap",
                Drawing.of("heat", (id, palette) -> heatMap().svg(id, palette, "/risks?")));
        model.put("rates", Drawing.of("rates", rates()::svg));
        model.put("timeline", timeline().svg("timeline", Palette.PHONE));
        model.put("gates", gates());
        model.put("signatures", signatures());
        model.put("digest", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
        model.put("now", NOW);
        model.put("roles", Map.of("validator", "Independent validator"));
        return model;
    }

    private static Drawing funnel() {
        return Drawing.of(
                "funnel",
                new Funnel(
                                "From idea to production",
                                List.of(
                                        new Funnel.Stage("Projects", 14, "/projects"),
                                        new Funnel.Stage("Data approved", 11, "/datasets"),
                                        new Funnel.Stage("Model registered", 9, "/models"),
                                        new Funnel.Stage("Signed off", 5, "/models"),
                                        new Funnel.Stage("In production", 4, "/deployments")))
                        ::svg);
    }

    /** Five by five, levels by the product of both. */
    static HeatMap heatMap() {
        var cells = new ArrayList<HeatMap.Cell>();
        for (int likelihood = 1; likelihood <= 5; likelihood++) {
            for (int impact = 1; impact <= 5; impact++) {
                int score = likelihood * impact;
                int level = score >= 15 ? 4 : score >= 9 ? 3 : score >= 4 ? 2 : 1;
                int count = score == 12 ? 3 : score == 20 ? 1 : score == 6 ? 14 : 0;
                cells.add(new HeatMap.Cell(likelihood, impact, level, count));
            }
        }
        return new HeatMap(
                "Open risks by likelihood and impact",
                List.of("Rare", "Unlikely", "Possible", "Likely", "Almost certain"),
                List.of("Negligible", "Minor", "Moderate", "Major", "Severe"),
                List.of("Low", "Moderate", "High", "Critical"),
                cells);
    }

    private static RateChart rates() {
        return new RateChart(
                "Impact ratio per group, race",
                "Impact ratio (selection rate divided by the reference group's)",
                3,
                List.of(
                        new RateChart.Row("Caucasian", 1.0, null, null, true, "n = 2,454"),
                        new RateChart.Row(
                                "African-American", 0.631, 0.59, 0.67, false, "n = 3,696"),
                        new RateChart.Row("Hispanic", 1.066, 0.98, 1.15, false, "n = 637"),
                        new RateChart.Row(
                                "Native American", null, null, null, false, "n = 18, too few")),
                List.of(
                        new RateChart.Limit(0.8, RateChart.Side.AT_LEAST),
                        new RateChart.Limit(1.25, RateChart.Side.AT_MOST)));
    }

    private static TimelinePicture timeline() {
        return new TimelinePicture(
                "credit.scorer@1.0 from registration to today",
                List.of(
                        new Moment(Instant.parse("2026-03-02T09:00:00Z"), "Registered", Tone.QUIET),
                        new Moment(
                                Instant.parse("2026-03-20T09:00:00Z"),
                                "Bias assessment failed: four-fifths rule",
                                Tone.BAD),
                        new Moment(Instant.parse("2026-03-21T09:00:00Z"), "Risk raised", Tone.WARN),
                        new Moment(
                                Instant.parse("2026-06-01T09:00:00Z"),
                                "Sign-off requested",
                                Tone.WAIT),
                        new Moment(Instant.parse("2026-06-12T09:00:00Z"), "Signed off", Tone.GOOD),
                        new Moment(
                                Instant.parse("2026-11-22T09:00:00Z"),
                                "Deployed to production",
                                Tone.GOOD)));
    }

    private static List<Gate> gates() {
        return List.of(
                new Gate(
                        true,
                        "Every training dataset is approved",
                        "credit.applications@1.0 is approved until 2027-11-22.",
                        Map.of()),
                new Gate(
                        false,
                        "The bias assessment of this version lies within its limits",
                        "Four-fifths rule, race: African-American has an impact ratio below the limit. Register a mitigated version and assess it.",
                        new TreeMap<>(
                                Map.of(
                                        "Impact ratio",
                                        "0.631",
                                        "Limit",
                                        "at least 0.8",
                                        "n",
                                        "3,696"))),
                new Gate(true, "A model card is attached", null, Map.of()));
    }

    private static List<Signature> signatures() {
        return List.of(
                new Signature(
                        "Compliance officer",
                        "Ada Berg",
                        "approved",
                        NOW,
                        "Checked against the lending policy; the limits are those adopted in March."),
                new Signature("Independent validator", null, null, null, null));
    }
}
