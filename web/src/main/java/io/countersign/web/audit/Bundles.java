package io.countersign.web.audit;

import io.countersign.governance.audit.AuditCommand;
import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.report.ReportId;
import io.countersign.governance.review.Review;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Visibility;
import io.countersign.reporting.bundle.EvidenceBundles;
import io.countersign.reporting.bundle.EvidenceBundles.Written;
import io.countersign.web.start.Settings;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/**
 * Evidence bundles as downloads, for auditors of all that is in them, since whoever has an event's
 * salt can show others what it is. Each is put on record. Every position is held against what the
 * person may see before a byte goes out.
 */
@Component
public class Bundles {
    /** Each needs its size in temporary files. */
    private static final int AT_ONCE = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int COUNTED = 1_000_000;

    private final EvidenceBundles bundles;
    private final AuditTrail trail;
    private final Commands commands;
    private final ReadPosition positions;
    private final Sight sight;
    private final int most;
    private final Semaphore writing = new Semaphore(AT_ONCE);

    Bundles(
            EvidenceBundles bundles,
            AuditTrail trail,
            Commands commands,
            ReadPosition positions,
            Sight sight,
            Settings settings) {
        this.bundles = bundles;
        this.trail = trail;
        this.commands = commands;
        this.positions = positions;
        this.sight = sight;
        this.most = settings.ledger().bundleEvents();
    }

    /** Writes a bundle to the stream, which stays open. */
    @FunctionalInterface
    private interface Writing {
        Written to(OutputStream out) throws IOException;
    }

    /**
     * All events of a subject and of its reviews, or a refusal: what is said to be a whole history
     * has no part left out.
     *
     * @throws CommandRefused {@code subject.unknown}, {@code access.role-needed}, {@code
     *     bundle.not-all-visible}
     */
    void subject(SubjectRef ref, Actor actor, HttpServletResponse response) throws IOException {
        var visible = sight.require(actor, Area.AUDIT_TRAIL);
        // At the newest position, whatever ?at= says: a bundle has no past.
        var at = positions.now();
        var entry =
                trail.newest(AuditTrail.Filter.about(ref), Long.MAX_VALUE, 1, at, visible).stream()
                        .findFirst()
                        .orElseThrow(() ->
                                new CommandRefused(
                                        Refusal.notFound(
                                                "subject.unknown",
                                                "There is no event about '%s' that you may see. Give kind and id, such as model-version:credit.scorer@1.1."
                                                        .formatted(ref))));
        Proofs.requireAuditor(actor, entry.projectId());
        send(
                out ->
                        bundles.subject(
                                List.of(ref, Review.stream(ref)),
                                EvidenceBundles.EVERYTHING,
                                gate(audited(actor, visible)),
                                out),
                ref.toString(),
                Map.of("subject", ref.toString()),
                0,
                actor,
                response);
    }

    /**
     * What a filter of the audit trail finds, as far as this person is auditor of it; the bundle
     * says of which projects that is, and how many events that they see it leaves out.
     *
     * @throws CommandRefused {@code access.role-needed}, {@code bundle.empty}, {@code
     *     bundle.too-many-events}
     */
    void filter(AuditQuery query, Actor actor, At at, HttpServletResponse response)
            throws IOException {
        var visible = sight.require(actor, Area.AUDIT_TRAIL);
        var audited = audited(actor, visible);
        if (audited.none()) {
            throw new CommandRefused(
                    Refusal.forbidden(
                                    "access.role-needed",
                                    "An evidence bundle discloses its events with their salts: it needs the role auditor, in a project or for all. CSV and JSON do not.")
                            .with("needed", List.of(Role.AUDITOR.key())));
        }
        var found = trail.count(query.filter(), at, audited, COUNTED);
        if (found > most) {
            throw tooMany(found);
        }
        if (found == 0) {
            throw new CommandRefused(
                    Refusal.notFound(
                            "bundle.empty",
                            "The filter finds no event that you are an auditor of. Widen it."));
        }
        var chosen = trail.positions(query.filter(), at, audited, most);
        var left = trail.count(query.filter(), at, visible, COUNTED) - chosen.length;
        var description = new TreeMap<>(query.given());
        if (at.past()) {
            description.put("at", Long.toString(at.position()));
        }
        description.put(
                "scope", audited.all() ? "all projects" : String.join(", ", audited.projectKeys()));
        if (left > 0) {
            description.put(
                    "leftOut",
                    "%s of other projects that the exporter sees and is no auditor of"
                            .formatted(left == 1 ? "one event" : left + " events"));
        }
        send(
                out ->
                        bundles.selection(
                                Arrays.stream(chosen).iterator(),
                                description,
                                EvidenceBundles.EVERYTHING,
                                gate(audited),
                                out),
                "audit-trail-at-" + at.position(),
                query.given(),
                Math.max(0, left),
                actor,
                response);
    }

    /**
     * An issued report with the events it rests on.
     *
     * @param project it is of
     * @param issued position of the event that issued it
     * @param files see {@link EvidenceBundles#report}
     * @param leftOut see there
     * @throws CommandRefused {@code access.role-needed}, {@code bundle.not-all-visible}
     */
    public void report(
            ReportId id,
            String project,
            long issued,
            List<Long> rests,
            Map<String, byte[]> files,
            @Nullable String leftOut,
            Actor actor,
            HttpServletResponse response)
            throws IOException {
        Proofs.requireAuditor(actor, project);
        var audited = audited(actor, sight.require(actor, Area.AUDIT_TRAIL));
        send(
                out ->
                        bundles.report(
                                id,
                                issued,
                                rests.stream().mapToLong(Long::longValue),
                                files,
                                leftOut,
                                gate(audited),
                                out),
                "report-" + id,
                Map.of("report", id.value()),
                0,
                actor,
                response);
    }

    /** What this person is auditor of, and sees. */
    private static Visibility audited(Actor actor, Visibility visible) {
        return actor.holding(Role.AUDITOR).and(visible);
    }

    private EvidenceBundles.Gate gate(Visibility audited) {
        return asked -> {
            if (asked.isEmpty()) {
                return;
            }
            // The audit trail, which knows whose an event is, may be a moment behind the ledger.
            positions.await(asked.getLast(), PATIENCE);
            if (!trail.seesAll(asked, audited)) {
                throw new CommandRefused(
                        Refusal.forbidden(
                                "bundle.not-all-visible",
                                "Not all events of this bundle are of projects that you are an auditor of, and a part of it would not be what it says it is. Ask an auditor for all projects, or export a filter of the audit trail: such a bundle holds what you may see, and says so."));
            }
        };
    }

    private CommandRefused tooMany(int found) {
        var count = String.format(Locale.ROOT, "%s%,d", found == COUNTED ? "at least " : "", found);
        return new CommandRefused(
                Refusal.invalid(
                                "bundle.too-many-events",
                                "The filter finds %s events, and an evidence bundle holds at most %s here. Narrow it by time (from, until), project, subject or kind of event, and make several bundles; or ask an administrator to raise countersign.ledger.bundle-events."
                                        .formatted(count, String.format(Locale.ROOT, "%,d", most)))
                        .with("events", found)
                        .with("most", most));
    }

    private void send(
            Writing writing,
            String name,
            Map<String, String> filter,
            long leftOut,
            Actor actor,
            HttpServletResponse response)
            throws IOException {
        this.writing.acquireUninterruptibly();
        try {
            var file = Files.createTempFile("bundle", ".zip");
            try {
                Written written;
                try (var out = Files.newOutputStream(file)) {
                    written = writing.to(out);
                }
                commands.send(
                        AuditCommand.RecordExport.of(
                                "bundle", filter, written.newest(), written.events()),
                        actor);
                response.setContentType("application/zip");
                response.setContentLengthLong(Files.size(file));
                response.setHeader("Countersign-Bundle-Events", Long.toString(written.events()));
                response.setHeader("Countersign-Bundle-Left-Out", Long.toString(leftOut));
                response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                response.setHeader(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(name.replaceAll("[^A-Za-z0-9._@-]", "-") + ".zip")
                                .build()
                                .toString());
                Files.copy(file, response.getOutputStream());
            } finally {
                Files.delete(file);
            }
        } finally {
            this.writing.release();
        }
    }
}
