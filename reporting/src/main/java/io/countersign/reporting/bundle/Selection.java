package io.countersign.reporting.bundle;

import io.countersign.governance.report.ReportId;
import io.countersign.governance.shared.SubjectRef;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What was asked for; {@code selection.json} says it. */
sealed interface Selection {
    /** All events of these streams, by name. */
    record Subject(List<SubjectRef> streams) implements Selection {
        Subject(Collection<SubjectRef> streams) {
            this(streams.stream().sorted().toList());
        }
    }

    /** Events that somebody chose, by a filter say. */
    record Filter(Map<String, String> description) implements Selection {}

    /**
     * A report, and events it rests on.
     *
     * @param leftOut which of those are not there, in a few words; null where all are
     */
    record Report(ReportId id, @Nullable String leftOut) implements Selection {}

    /** In a few words. */
    default String words() {
        return switch (this) {
            case Subject s ->
                    "The whole history of "
                            + String.join(
                                    ", ", s.streams().stream().map(SubjectRef::toString).toList());
            case Filter f ->
                    f.description().isEmpty()
                            ? "Chosen events"
                            : "Events chosen by "
                                    + String.join(
                                            ", ",
                                            new TreeMap<>(f.description())
                                                    .entrySet().stream()
                                                            .map(e ->
                                                                    e.getKey() + " " + e.getValue())
                                                            .toList());
            case Report r ->
                    "The report %s and the events it rests on%s"
                            .formatted(
                                    r.id(), r.leftOut() == null ? "" : ", without " + r.leftOut());
        };
    }

    default JsonNode json() {
        var json = JsonNodeFactory.instance.objectNode();
        var of = JsonNodeFactory.instance.objectNode();
        switch (this) {
            case Subject s -> {
                json.put("kind", "subject");
                var names = of.putArray("streams");
                s.streams().forEach(stream -> names.add(stream.toString()));
            }
            case Filter f -> {
                json.put("kind", "filter");
                f.description().forEach(of::put);
            }
            case Report r -> {
                json.put("kind", "report");
                of.put("report", r.id().value());
                if (r.leftOut() != null) {
                    of.put("leftOut", r.leftOut());
                }
            }
        }
        return json.set("of", of);
    }
}
