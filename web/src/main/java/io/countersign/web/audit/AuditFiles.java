package io.countersign.web.audit;

import io.countersign.governance.audit.AuditCommand;
import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.people.Names;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.UserId;
import io.countersign.reporting.document.CsvWriter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.springframework.stereotype.Component;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes what a filter finds as a file, row by row, and puts that on record first. */
@Component
class AuditFiles {
    private static final List<String> COLUMNS =
            List.of(
                    "position",
                    "time",
                    "event",
                    "name",
                    "subject kind",
                    "subject",
                    "project",
                    "actor",
                    "actor name",
                    "on behalf of",
                    "roles then",
                    "channel",
                    "decision",
                    "command",
                    "correlation",
                    "causation");

    private final AuditTrail trail;
    private final Commands commands;
    private final Names names;
    private final Sight sight;
    private final JsonMapper json =
            JsonMapper.builder().disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE).build();

    AuditFiles(AuditTrail trail, Commands commands, Names names, Sight sight) {
        this.sight = sight;
        this.trail = trail;
        this.commands = commands;
        this.names = names;
    }

    void csv(AuditQuery query, Actor actor, At at, HttpServletResponse response)
            throws IOException {
        var visible = sight.require(actor, Area.AUDIT_TRAIL);
        record("csv", query, actor, at);
        var known = new HashMap<String, String>();
        try (var csv =
                new CsvWriter(begin("csv", "text/csv;charset=UTF-8", at, response), COLUMNS)) {
            trail.each(
                    query.filter(),
                    at,
                    visible,
                    entry ->
                            csv.row(
                                    List.of(
                                            Long.toString(entry.position()),
                                            entry.at().toString(),
                                            entry.eventId(),
                                            entry.name(),
                                            entry.subjectKind(),
                                            entry.subjectId(),
                                            Objects.toString(entry.projectId(), ""),
                                            entry.actor(),
                                            known.computeIfAbsent(
                                                    entry.actor(), id -> names.of(new UserId(id))),
                                            Objects.toString(entry.onBehalfOf(), ""),
                                            entry.roles(),
                                            entry.channel(),
                                            Objects.toString(entry.decision(), ""),
                                            entry.command(),
                                            entry.correlation(),
                                            entry.causation())));
        }
    }

    /** An array of events, each with its payload as stored. */
    void json(AuditQuery query, Actor actor, At at, HttpServletResponse response)
            throws IOException {
        var visible = sight.require(actor, Area.AUDIT_TRAIL);
        record("json", query, actor, at);
        try (var out = json.createGenerator(begin("json", "application/json", at, response))) {
            out.writeStartArray();
            trail.eachStored(
                    query.filter(),
                    at,
                    visible,
                    (entry, payload) -> {
                        out.writeRaw('\n');
                        json.writeValue(out, AuditView.stored(entry, json.readTree(payload)));
                    });
            out.writeEndArray();
        }
    }

    private void record(String format, AuditQuery query, Actor actor, At at) {
        commands.send(AuditCommand.RecordExport.of(format, query.given(), at.position()), actor);
    }

    private static java.io.OutputStream begin(
            String format, String type, At at, HttpServletResponse response) throws IOException {
        response.setContentType(type);
        response.setHeader(
                "Content-Disposition",
                "attachment; filename=\"audit-trail-at-" + at.position() + "." + format + "\"");
        response.setHeader("Cache-Control", "no-store");
        return response.getOutputStream();
    }
}
