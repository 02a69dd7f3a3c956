package io.countersign.governance.waiver;

import io.countersign.governance.policy.PoliciesInForce;
import io.countersign.governance.policy.Waivable;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Why a waiver cannot be asked for. */
final class WaiverRefusals {
    private WaiverRefusals() {}

    static CommandRefused unknown(WaiverId id) {
        return new CommandRefused(
                Refusal.notFound(
                                "waiver.unknown",
                                "There is no waiver '" + id + "' that you may see. Check the name.")
                        .with("waiver", id.value()));
    }

    static CommandRefused otherProject(WaiverId id, SubjectRef subject) {
        return new CommandRefused(
                Refusal.invalid(
                                "waiver.subject-of-another-project",
                                "'"
                                        + subject
                                        + "' does not belong to project '"
                                        + id.project()
                                        + "'. A waiver is of the project of its subject.")
                        .with("field", "subject"));
    }

    static CommandRefused ofWaiver() {
        return new CommandRefused(
                Refusal.invalid("waiver.of-waiver", "The gates of a waiver are not waived.")
                        .with("field", "subject"));
    }

    static CommandRefused noSuchGate(String gate, PoliciesInForce.InForce inForce) {
        return new CommandRefused(
                Refusal.invalid(
                                "waiver.gate-unknown",
                                "The policy "
                                        + inForce.ref()
                                        + " has no gate '"
                                        + gate
                                        + "'. "
                                        + offered(inForce))
                        .with("field", "gate"));
    }

    static CommandRefused notWaivable(String gate, PoliciesInForce.InForce inForce) {
        return new CommandRefused(
                Refusal.policy(
                        "waiver.not-waivable",
                        "The policy "
                                + inForce.ref()
                                + " does not let the gate '"
                                + gate
                                + "' be waived: what it asks for has to hold. "
                                + offered(inForce),
                        Map.of("field", "gate", "gate", gate, "policy", inForce.ref().toString())));
    }

    private static String offered(PoliciesInForce.InForce inForce) {
        List<String> gates = inForce.policy().waivable();
        return gates.isEmpty()
                ? "It lets none be waived."
                : "It lets these be waived: " + String.join(", ", gates) + ".";
    }

    static CommandRefused otherEnvironment(String asked, Optional<String> own, SubjectRef subject) {
        return CommandRefused.invalid(
                "environment",
                asked,
                own.map(key -> "'" + subject + "' is to " + key + "; name that one or none")
                        .orElse("'" + subject + "' is to no environment; name none"));
    }

    static CommandRefused time(Instant until, Instant latest, Waivable waivable) {
        return CommandRefused.invalid(
                "until",
                until.toString(),
                "policy lets this gate be waived for at most "
                        + waivable.atMost().toDays()
                        + " days: give a time after now and not after "
                        + latest);
    }

    static CommandRefused alreadyAsked(WaiverId other, String how) {
        return new CommandRefused(
                Refusal.conflict(
                                "waiver.already-asked",
                                "The waiver '"
                                        + other
                                        + "' of this gate for this subject "
                                        + how
                                        + ". Use that one.")
                        .with("waiver", other.value()));
    }
}
