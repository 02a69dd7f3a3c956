package io.countersign.web.home;

import io.countersign.governance.audit.AuditEntry;
import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.overview.Overview;
import io.countersign.governance.people.Names;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.review.Status;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import io.countersign.reporting.picture.Funnel;
import io.countersign.web.ledger.LedgerState;
import io.countersign.web.page.Drawing;
import io.countersign.web.page.SubjectPaths;
import io.countersign.web.review.Inbox;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** What one has to do, how far projects have come, and what was decided lately. */
@Controller
class HomePage {
    private static final int MOST = 50;
    private static final int LATELY = 10;

    /** Every event of these has decided something. */
    private static final List<String> DECISIONS =
            List.of("approved", "rejected", "returned", "revoked", "expired");

    private final Inbox inbox;
    private final Overview overview;
    private final AuditTrail trail;
    private final Names names;
    private final LedgerState ledger;
    private final Sight sight;

    HomePage(
            Inbox inbox,
            Overview overview,
            AuditTrail trail,
            Names names,
            LedgerState ledger,
            Sight sight) {
        this.sight = sight;
        this.inbox = inbox;
        this.overview = overview;
        this.trail = trail;
        this.names = names;
        this.ledger = ledger;
    }

    record Lately(
            Instant at,
            String what,
            String who,
            String subject,
            @Nullable String href,
            String tone) {}

    /** What somebody in a role does first. */
    record Hint(String text, String href, String action) {}

    @GetMapping("/")
    String home(Actor actor, At at, Model model, HttpServletRequest request) {
        var requested = inbox.requestedBy(actor, MOST, at);
        model.addAttribute("told", inbox.told(actor, MOST, at));
        model.addAttribute("mine", inbox.awaiting(actor, MOST, at));
        model.addAttribute("delegated", inbox.delegated(actor, MOST, at));
        model.addAttribute("conditions", inbox.conditions(actor, MOST, at));
        model.addAttribute("toConfirm", inbox.toConfirm(actor, MOST, at));
        model.addAttribute(
                "returned", requested.stream().filter(r -> r.status() == Status.RETURNED).toList());
        model.addAttribute(
                "asked", requested.stream().filter(r -> r.status() != Status.RETURNED).toList());
        model.addAttribute(
                "risks",
                sight.sees(actor, Area.RISK_REGISTER)
                        ? overview.risks(at, sight.of(actor, Area.RISK_REGISTER))
                        : null);
        var stages = stages(overview.funnel(at, actor.visibility()), request.getContextPath());
        model.addAttribute("stages", stages);
        model.addAttribute(
                "funnel", Drawing.of("funnel", new Funnel("From idea to production", stages)::svg));
        model.addAttribute("lately", lately(actor, at));
        model.addAttribute("hint", hint(actor));
        model.addAttribute("ledger", ledger.seenBy(actor));
        model.addAttribute("grants", actor.grants().stream().sorted().toList());
        model.addAttribute("standsIn", !actor.standsInFor().isEmpty());
        return "home";
    }

    private static List<Funnel.Stage> stages(Overview.Funnel funnel, String context) {
        return List.of(
                new Funnel.Stage("Registered", funnel.registered(), context + "/projects"),
                new Funnel.Stage(
                        "Data approved",
                        funnel.withData(),
                        context + "/reviews?kind=dataset-version&status=approved"),
                new Funnel.Stage("Model registered", funnel.withModel(), context + "/models"),
                new Funnel.Stage(
                        "Signed off",
                        funnel.signedOff(),
                        context + "/reviews?kind=model-version&status=approved"),
                new Funnel.Stage(
                        "In production",
                        funnel.inProduction(),
                        context + "/deployments?status=active"));
    }

    private List<Lately> lately(Actor actor, At at) {
        var found =
                DECISIONS.stream()
                        .flatMap(decision ->
                                trail
                                        .newest(
                                                new AuditTrail.Filter(
                                                        null, null, null, null, decision, null,
                                                        null, null, null),
                                                Long.MAX_VALUE,
                                                LATELY,
                                                at,
                                                sight.of(actor, Area.AUDIT_TRAIL))
                                        .stream())
                        .sorted(java.util.Comparator.comparingLong(AuditEntry::position).reversed())
                        .limit(LATELY)
                        .toList();
        var known = names.of(found.stream().map(AuditEntry::actor).map(UserId::new).toList());
        return found.stream()
                .map(entry ->
                        new Lately(
                                entry.at(),
                                entry.subject().kind().title() + " " + entry.decision(),
                                known.getOrDefault(new UserId(entry.actor()), entry.actor()),
                                entry.subject().id(),
                                SubjectPaths.pathOf(entry.subject()),
                                switch (String.valueOf(entry.decision())) {
                                    case "approved" -> "good";
                                    case "returned", "expired" -> "warn";
                                    default -> "bad";
                                }))
                .toList();
    }

    private static @Nullable Hint hint(Actor actor) {
        var roles = actor.grants().stream().map(Actor.Grant::role).toList();
        if (roles.contains(Role.REQUESTER)) {
            return new Hint(
                    "You register projects, data and models, and ask for their approval.",
                    "/projects",
                    "Open the projects");
        }
        if (roles.contains(Role.RELEASE_MANAGER)) {
            return new Hint(
                    "You release approved model versions, and stop what must not run.",
                    "/deployments",
                    "Open the deployments");
        }
        if (roles.contains(Role.RISK_OWNER)) {
            return new Hint("You rate and treat risks.", "/risks", "Open the risk register");
        }
        if (roles.contains(Role.AUDITOR)) {
            return new Hint(
                    "You may read everything that was decided, and verify it.",
                    "/audit",
                    "Open the audit trail");
        }
        if (roles.contains(Role.ADMINISTRATOR)) {
            return new Hint("You invite people and grant roles.", "/people", "Open the people");
        }
        return roles.isEmpty()
                ? null
                : new Hint(
                        "You sign what is asked of your roles, once it is asked for.",
                        "/reviews",
                        "Open the reviews");
    }
}
