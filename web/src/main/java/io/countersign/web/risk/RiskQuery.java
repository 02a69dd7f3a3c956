package io.countersign.web.risk;

import io.countersign.governance.risk.Rating;
import io.countersign.governance.risk.RiskRegister.Filter;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * What a request asks of the register: the filter, and the parts of the address it came from.
 *
 * @param given by name, without those left empty
 */
record RiskQuery(Filter filter, Map<String, String> given) {
    private static final List<String> NAMES =
            List.of(
                    "project",
                    "category",
                    "status",
                    "owner",
                    "subject",
                    "by",
                    "likelihood",
                    "impact");

    /**
     * Reads {@code project}, {@code category}, {@code status} (open, closed or all), {@code owner},
     * {@code subject} as kind:id, and a cell as {@code likelihood} and {@code impact} {@code by}
     * inherent or current rating.
     *
     * @param status where none is given
     */
    static RiskQuery of(Map<String, String> parameters, String status) {
        var given = new LinkedHashMap<String, String>();
        for (var name : NAMES) {
            var value = parameters.getOrDefault(name, "").strip();
            if (!value.isEmpty()) {
                given.put(name, value);
            }
        }
        var cell = cell(given);
        var by = given.getOrDefault("by", "current");
        if (!by.equals("inherent") && !by.equals("current")) {
            throw CommandRefused.invalid("by", by, "use inherent or current");
        }
        var project = given.get("project");
        var owner = given.get("owner");
        var subject = given.get("subject");
        return new RiskQuery(
                new Filter(
                        project == null ? null : new ProjectId(project),
                        given.get("category"),
                        switch (given.getOrDefault("status", status)) {
                            case "open" -> true;
                            case "closed" -> false;
                            case "all" -> null;
                            default ->
                                    throw CommandRefused.invalid(
                                            "status",
                                            given.getOrDefault("status", ""),
                                            "use open, closed or all");
                        },
                        by.equals("inherent") ? cell : null,
                        by.equals("current") ? cell : null,
                        subject == null ? null : SubjectRef.parse(subject),
                        owner == null ? null : person("owner", owner)),
                given);
    }

    /** The same risks, of all cells. */
    RiskQuery everyCell() {
        var rest = new LinkedHashMap<>(given);
        rest.keySet().removeAll(List.of("by", "likelihood", "impact"));
        return new RiskQuery(
                new Filter(
                        filter.project(),
                        filter.category(),
                        filter.open(),
                        null,
                        null,
                        filter.subject(),
                        filter.owner()),
                rest);
    }

    /** The address of the same, and more parts in pairs of name and value; null leaves one out. */
    String path(String path, @Nullable Object... more) {
        var all = new LinkedHashMap<String, Object>(given);
        for (var i = 0; i < more.length; i += 2) {
            var value = more[i + 1];
            if (value != null) {
                all.put(String.valueOf(more[i]), value);
            }
        }
        var address = UriComponentsBuilder.fromPath(path);
        all.keySet().forEach(name -> address.queryParam(name, "{" + name + "}"));
        return address.encode().buildAndExpand(all).toUriString();
    }

    static UserId person(String field, String id) {
        try {
            return new UserId(id);
        } catch (IllegalArgumentException _) {
            throw CommandRefused.invalid(field, id, "choose a person");
        }
    }

    static int number(String field, String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException _) {
            throw CommandRefused.invalid(field, text, "choose one of the scale");
        }
    }

    private static @Nullable Rating cell(Map<String, String> given) {
        var likelihood = given.get("likelihood");
        var impact = given.get("impact");
        if (likelihood == null && impact == null) {
            return null;
        }
        return new Rating(
                number("likelihood", likelihood == null ? "" : likelihood),
                number("impact", impact == null ? "" : impact));
    }
}
