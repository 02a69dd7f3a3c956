package io.countersign.web.page;

import io.countersign.governance.audit.AuditEntry;
import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.audit.AuditTrail.Filter;
import io.countersign.governance.evidence.Evidence;
import io.countersign.governance.people.Names;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.waiver.WaiverId;
import io.countersign.governance.waiver.Waivers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;

/** What the page of any subject shows besides: its history, the evidence attached to it, names. */
@Component
public class SubjectPanels {
    private static final int MOMENTS = 50;
    private static final int FILES = 100;

    private final AuditTrail trail;
    private final Evidence evidence;
    private final Names names;
    private final Sight sight;
    private final Waivers waivers;

    SubjectPanels(AuditTrail trail, Evidence evidence, Names names, Sight sight, Waivers waivers) {
        this.waivers = waivers;
        this.sight = sight;
        this.trail = trail;
        this.evidence = evidence;
        this.names = names;
    }

    /** One entry of a history, as {@code fragments :: moment} takes it. */
    public record Moment(
            Instant at, String title, String who, String href, @Nullable String tone) {}

    /**
     * Adds {@code waived}, the waivers in force for a subject, for {@code parts :: waivers}; and
     * for a waiver {@code waiver}, for {@code parts :: waiverTerms}.
     */
    public void waivers(SubjectRef subject, At at, Actor actor, Model model) {
        if (subject.kind() == SubjectKind.WAIVER) {
            waivers.find(new WaiverId(subject.id()), at, actor.visibility())
                    .ifPresent(waiver -> model.addAttribute("waiver", waiver));
        }
        model.addAttribute(
                "waived",
                waivers.list(Waivers.Filter.inForce(subject), null, FILES, at, actor.visibility()));
    }

    /**
     * Adds {@code timeline} (the last 50, newest first), {@code evidence}, {@code subject} and
     * {@code names} (by {@link UserId}), for {@code parts :: history} and {@code parts ::
     * evidence}, and the waivers.
     *
     * @param alsoNamed whoever else the page names
     */
    public void fill(SubjectRef subject, At at, Actor actor, Model model, List<UserId> alsoNamed) {
        waivers(subject, at, actor, model);
        var files = evidence.list(subject, null, FILES, at, actor.visibility());
        var entries =
                trail.newest(
                        Filter.about(subject),
                        Long.MAX_VALUE,
                        MOMENTS,
                        at,
                        sight.of(actor, Area.AUDIT_TRAIL));
        var people = new ArrayList<>(alsoNamed);
        files.forEach(file -> people.add(file.attachedBy()));
        entries.forEach(entry -> people.add(new UserId(entry.actor())));
        var known = names.of(people);
        model.addAttribute("subject", subject.toString());
        model.addAttribute("names", known);
        model.addAttribute("evidence", files);
        model.addAttribute(
                "timeline",
                entries.stream()
                        .map(entry ->
                                new Moment(
                                        entry.at(),
                                        EventWords.wordsOf(entry.name()),
                                        String.valueOf(known.get(new UserId(entry.actor()))),
                                        "/audit/" + entry.eventId(),
                                        tone(entry)))
                        .toList());
    }

    private static @Nullable String tone(AuditEntry entry) {
        return switch (entry.decision()) {
            case null -> entry.name().equals("review.requested") ? "wait" : null;
            case "approved" -> "good";
            case "rejected", "revoked", "refused" -> "bad";
            default -> "warn";
        };
    }
}
