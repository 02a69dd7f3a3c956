package io.countersign.web.ledger;

import io.countersign.governance.audit.AuditEntry;
import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.InclusionProof;
import io.countersign.governance.ledger.tlog.MalformedTlog;
import io.countersign.governance.ledger.tlog.Merkle;
import io.countersign.governance.ledger.tlog.TlogProof;
import io.countersign.governance.ledger.tlog.Unverified;
import io.countersign.governance.ledger.tlog.WitnessPolicy;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Checks one receipt (tlog-proof) step by step, and says in words what each step shows. */
@Component
class ReceiptCheck {
    private final Ledger ledger;
    private final AuditTrail trail;

    ReceiptCheck(Ledger ledger, AuditTrail trail) {
        this.ledger = ledger;
        this.trail = trail;
    }

    /**
     * @param why what it rests on, or what is wrong
     */
    record Step(boolean passed, String sentence, @Nullable String why) {}

    /**
     * @param steps up to the first that fails
     * @param event what the receipt is of; null where it may not be seen, or something is wrong
     */
    record Outcome(List<Step> steps, @Nullable AuditEntry event) {
        public boolean proven() {
            return steps.stream().allMatch(Step::passed);
        }

        /** The first thing that is wrong; null where nothing is. */
        public @Nullable Step wrong() {
            return steps.stream().filter(step -> !step.passed()).findFirst().orElse(null);
        }
    }

    Outcome check(byte[] receipt, Actor actor, At at) {
        var steps = new ArrayList<Step>();
        var event = steps(receipt, actor, at, steps);
        return new Outcome(List.copyOf(steps), event);
    }

    private @Nullable AuditEntry steps(byte[] receipt, Actor actor, At at, List<Step> steps) {
        TlogProof proof;
        try {
            proof = TlogProof.parse(receipt);
        } catch (MalformedTlog e) {
            steps.add(new Step(false, "It is not a receipt", sentence(e)));
            return null;
        }
        var epoch = epoch(proof);
        var policy = ledger.policy(epoch).orElse(null);
        if (policy == null) {
            steps.add(new Step(false, "This log has not begun", "So no receipt can be of it."));
            return null;
        }
        try {
            signed(proof, policy, steps);
            cosigned(proof, policy, steps);
        } catch (MalformedTlog | Unverified e) {
            steps.add(
                    new Step(
                            false,
                            steps.isEmpty()
                                    ? "Its checkpoint is not signed by this log"
                                    : "Its checkpoint does not have the cosignatures it must have",
                            sentence(e)));
            return null;
        }
        var entry = proof.extra();
        if (entry == null) {
            steps.add(
                    new Step(
                            false,
                            "It does not carry the log entry it is of",
                            "A receipt of this product has it in the line \"extra\"."));
            return null;
        }
        if (!included(proof, entry, steps)) {
            return null;
        }
        return event(epoch, proof, entry, actor, at, steps);
    }

    /** The one whose log the checkpoint says it is of; else the newest, whose keys will not do. */
    private int epoch(TlogProof proof) {
        var origin = proof.note().text().lines().findFirst().orElse("");
        return ledger.epochs().stream()
                .filter(each -> each.origin().equals(origin))
                .map(Ledger.Epoch::number)
                .findFirst()
                .orElseGet(ledger::current);
    }

    private static void signed(TlogProof proof, WitnessPolicy policy, List<Step> steps) {
        var checkpoint =
                Checkpoint.open(
                        proof.note(), policy.logs().stream().map(WitnessPolicy.Log::key).toList());
        steps.add(
                new Step(
                        true,
                        "Its checkpoint is signed by this log",
                        "%s, size %d, root %s"
                                .formatted(
                                        checkpoint.origin(),
                                        checkpoint.size(),
                                        checkpoint.root())));
    }

    private static void cosigned(TlogProof proof, WitnessPolicy policy, List<Step> steps) {
        var accepted = policy.verify(proof.note());
        steps.add(
                policy.quorum().equals(WitnessPolicy.NONE)
                        ? new Step(
                                true,
                                "No cosignature is asked for",
                                "No witness is configured: that the log shows everybody the same is not shown by this receipt.")
                        : new Step(
                                true,
                                "Its checkpoint has the cosignatures it must have",
                                accepted.cosignatures().stream()
                                        .map(c -> c.witness().name() + " at " + c.at())
                                        .collect(Collectors.joining(", "))));
    }

    private static boolean included(TlogProof proof, byte[] entry, List<Step> steps) {
        var checkpoint = Checkpoint.parse(proof.note().text());
        if (proof.index() >= checkpoint.size()) {
            steps.add(
                    new Step(
                            false,
                            "Its position is not in that checkpoint",
                            "Position %d, but the checkpoint has %d events."
                                    .formatted(proof.index(), checkpoint.size())));
            return false;
        }
        var inclusion = new InclusionProof(proof.index(), checkpoint.size(), proof.path());
        var proven = inclusion.proves(Merkle.leaf(entry), checkpoint.root());
        steps.add(
                proven
                        ? new Step(
                                true,
                                "The entry is in the log at position " + proof.index(),
                                "Its hash and the %d of the receipt lead to the signed root."
                                        .formatted(proof.path().size()))
                        : new Step(
                                false,
                                "The entry is not in the log at position " + proof.index(),
                                "Its hash and those of the receipt do not lead to the signed root: entry, position or one of the hashes was changed."));
        return proven;
    }

    private @Nullable AuditEntry event(
            int epoch, TlogProof proof, byte[] entry, Actor actor, At at, List<Step> steps) {
        var placed = ledger.events(epoch, List.of(proof.index()));
        if (placed.isEmpty()
                || placed.getFirst().commitment() == null
                || !java.util.Arrays.equals(placed.getFirst().entry(), entry)) {
            steps.add(
                    new Step(
                            false,
                            "This database has another event at that position",
                            epoch < ledger.current()
                                    ? "The receipt is good, and of an epoch that has ended: the event was lost then, or changed since. Epoch %d and its statement say why; keep the receipt."
                                            .formatted(epoch + 1)
                                    : "The receipt is good, and so the database is not what was signed. Tell those who run it, and keep the receipt."));
            return null;
        }
        if (!isWhatWasCommittedTo(placed.getFirst())) {
            steps.add(
                    new Step(
                            false,
                            "The event was changed after the ledger took it in",
                            "The receipt is good, and the log's entry is at that position, but what this database stores is not what the entry commits to. Tell those who run it, keep the receipt, and have the whole ledger verified."));
            return null;
        }
        var found =
                trail.find(placed.getFirst().row().eventId(), at, actor.visibility()).orElse(null);
        steps.add(
                new Step(
                        true,
                        found == null
                                ? "It is of an event that you may not see"
                                : "It is of the event " + found.name(),
                        found == null
                                ? "Whoever may see it finds it at position " + proof.index() + "."
                                : "%s, decided %s".formatted(found.subject(), found.at())));
        return found;
    }

    /** The commitment made again from what is stored, and not the one beside it. */
    private boolean isWhatWasCommittedTo(Ledger.Placed placed) {
        var covering = ledger.firstCovering(placed.position()).orElse(null);
        return covering != null
                && placed.commitment() != null
                && java.util.Arrays.equals(
                        LedgerEntry.commitment(covering.logId().bytes(), placed.row()),
                        placed.commitment().bytes());
    }

    private static String sentence(RuntimeException e) {
        var words = String.valueOf(e.getMessage());
        return Character.toUpperCase(words.charAt(0))
                + words.substring(1)
                + (words.endsWith(".") ? "" : ".");
    }
}
