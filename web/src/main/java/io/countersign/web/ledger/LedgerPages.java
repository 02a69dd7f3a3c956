package io.countersign.web.ledger;

import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.tlog.TlogProof;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.reporting.verify.Verifier;
import io.countersign.web.page.Forms;
import io.countersign.web.start.Settings;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;

/** The state of the ledger, and a box to check one receipt. */
@Controller
class LedgerPages {
    private static final String VIEW = "ledger/show";
    private static final String DONE = "redirect:/ledger?watch=true#verification";
    private static final String RECEIPT = "c2sp.org/tlog-proof@";
    private static final String ZIP = "PK\003\004";
    private static final String REFRESH_SECONDS = "2";

    private final Ledger ledger;
    private final LedgerState state;
    private final ReceiptCheck receipts;
    private final FullVerification verification;
    private final OfferedEvidence offered;
    private final Forms forms;
    private final boolean open;

    LedgerPages(
            Ledger ledger,
            LedgerState state,
            ReceiptCheck receipts,
            FullVerification verification,
            OfferedEvidence offered,
            Forms forms,
            Settings settings) {
        this.ledger = ledger;
        this.state = state;
        this.receipts = receipts;
        this.verification = verification;
        this.offered = offered;
        this.forms = forms;
        this.open = settings.ledger().open();
    }

    /**
     * A public key as the page shows it.
     *
     * @param vkey its text
     * @param fingerprint as the verifiers print it, for reading out over the telephone
     */
    record Key(String vkey, String fingerprint) {
        static Key of(VerifierKey key) {
            return new Key(key.text(), Verifier.fingerprint(key));
        }
    }

    /**
     * An epoch that has ended, as the page shows it.
     *
     * @param files where its files are
     * @param end the statement its successor began with
     */
    record Ended(
            int number,
            String origin,
            String files,
            List<Key> keys,
            Ledger.@Nullable Published last,
            @Nullable String end) {}

    private List<Ended> ended() {
        var epochs = ledger.epochs();
        var ended = new ArrayList<Ended>();
        for (var i = 0; i + 1 < epochs.size(); i++) {
            var epoch = epochs.get(i);
            ended.add(
                    new Ended(
                            epoch.number(),
                            epoch.origin(),
                            LedgerFiles.prefix(epoch.number()),
                            epoch.keys().stream().map(Key::of).toList(),
                            epoch.last(),
                            epochs.get(i + 1).statement()));
        }
        return ended.reversed();
    }

    @GetMapping("/ledger")
    String show(
            @RequestParam(defaultValue = "false") boolean watch,
            Actor actor,
            At at,
            HttpServletResponse response,
            Model model) {
        shown(actor, at, model);
        model.addAttribute("watch", watch);
        // Only where asked for: it would take away what somebody types into the box above.
        if (watch
                && model.getAttribute("run") instanceof FullVerification.Run run
                && run.isUnfinished()) {
            response.setHeader("Refresh", REFRESH_SECONDS);
        }
        return VIEW;
    }

    /** The newest checkpoint as a file. */
    @GetMapping("/ledger/checkpoint.txt")
    ResponseEntity<byte[]> download() {
        var newest =
                ledger.newest()
                        .orElseThrow(() ->
                                new CommandRefused(
                                        Refusal.conflict(
                                                "ledger.no-checkpoint",
                                                "No checkpoint has been published yet.")));
        return LedgerFiles.text()
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename("checkpoint-" + newest.size() + ".txt")
                                .build()
                                .toString())
                .body(newest.note().bytes());
    }

    /** A receipt, pasted or as a file, or an evidence bundle. */
    @PostMapping("/ledger/verify")
    String check(
            @RequestParam(defaultValue = "") String receipt,
            @RequestParam(defaultValue = "log") String against,
            @RequestParam @Nullable MultipartFile file,
            Actor actor,
            At at,
            Model model)
            throws IOException {
        shown(actor, at, model);
        var typed = Map.of("receipt", receipt, "against", against);
        model.addAttribute("form", typed);
        try {
            var held = OfferedEvidence.Against.of(against);
            if (file == null || file.isEmpty()) {
                model.addAttribute("outcome", receipts.check(typed(receipt), actor, at));
            } else if (beginning(file).equals(RECEIPT)) {
                model.addAttribute(
                        "outcome",
                        receipts.check(
                                bounded("file", file.getSize(), file.getBytes()), actor, at));
            } else if (beginning(file).startsWith(ZIP)) {
                try (var content = file.getInputStream()) {
                    model.addAttribute("found", offered.verify(content, held));
                }
            } else {
                throw new CommandRefused(
                        Refusal.invalid(
                                        "ledger.not-evidence",
                                        "This is neither a receipt (.tlog-proof) nor an evidence bundle (.zip): it does not begin as one.")
                                .with("field", "file"));
            }
            return VIEW;
        } catch (CommandRefused refused) {
            return forms.again(refused, typed, model, VIEW);
        }
    }

    private static String beginning(MultipartFile file) throws IOException {
        try (var in = file.getInputStream()) {
            return new String(in.readNBytes(RECEIPT.length()), StandardCharsets.ISO_8859_1);
        }
    }

    @PostMapping("/ledger/verifications")
    String start(
            @RequestParam(defaultValue = "false") boolean resume, Actor actor, At at, Model model) {
        try {
            verification.start(actor, true, resume);
            return DONE;
        } catch (CommandRefused refused) {
            return forms.again(refused, Map.of(), model, shown(actor, at, model));
        }
    }

    @PostMapping("/ledger/verifications/{id}/cancellation")
    String cancel(@PathVariable UUID id, Actor actor, At at, Model model) {
        try {
            verification.cancel(id, actor);
            return DONE;
        } catch (CommandRefused refused) {
            return forms.again(refused, Map.of(), model, shown(actor, at, model));
        }
    }

    /** A text box ends its lines in CR LF, and what is pasted may have lost its last LF. */
    private static byte[] typed(String text) {
        var lines = text.replace("\r\n", "\n").strip();
        if (lines.isEmpty()) {
            throw new CommandRefused(
                    Refusal.invalid(
                                    "ledger.receipt-missing",
                                    "Paste a receipt, or choose a .tlog-proof file.")
                            .with("field", "receipt"));
        }
        var bytes = (lines + "\n").getBytes(StandardCharsets.UTF_8);
        return bounded("receipt", bytes.length, bytes);
    }

    private static byte[] bounded(String field, long size, byte[] bytes) {
        if (size > TlogProof.MAX_BYTES) {
            throw new CommandRefused(
                    Refusal.invalid(
                                    "ledger.receipt-too-large",
                                    "A receipt has at most %d bytes, and this has %d."
                                            .formatted(TlogProof.MAX_BYTES, size))
                            .with("field", field));
        }
        return bytes;
    }

    private String shown(Actor actor, At at, Model model) {
        var run = verification.newest(actor).orElse(null);
        model.addAttribute("verified", verification.last(actor).orElse(null));
        model.addAttribute("brokenOff", verification.brokenOff().orElse(null));
        model.addAttribute("run", run);
        model.addAttribute("verifies", verification.isFor(actor) && !at.past());
        model.addAttribute(
                "cancels",
                run != null
                        && (run.requestedBy().equals(actor.id().value())
                                || actor.rolesForAll().contains(Role.ADMINISTRATOR)));
        var seen = state.seenBy(actor);
        model.addAttribute("seen", seen);
        model.addAttribute("status", seen.status());
        model.addAttribute("newest", seen.status().newest());
        model.addAttribute("keys", seen.keys().stream().map(Key::of).toList());
        model.addAttribute("witnesses", seen.status().witnesses());
        model.addAttribute("quorum", seen.policy() == null ? null : seen.policy().quorum());
        model.addAttribute("details", actor.visibility().all());
        model.addAttribute("openFiles", open);
        model.addAttribute("files", LedgerFiles.prefix(Math.max(1, ledger.current())));
        model.addAttribute("ended", ended());
        return VIEW;
    }
}
