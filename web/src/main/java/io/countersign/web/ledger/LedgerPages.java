package io.countersign.web.ledger;

import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.check.LedgerChecks;
import io.countersign.governance.ledger.tlog.TlogProof;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import io.countersign.web.page.Forms;
import io.countersign.web.start.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;

/** The state of the ledger, and a box to check one receipt. */
@Controller
class LedgerPages {
    private static final String VIEW = "ledger/show";

    private final Ledger ledger;
    private final LedgerState state;
    private final ReceiptCheck receipts;
    private final LedgerChecks checks;
    private final Forms forms;
    private final boolean open;

    LedgerPages(
            Ledger ledger,
            LedgerState state,
            ReceiptCheck receipts,
            LedgerChecks checks,
            Forms forms,
            Settings settings) {
        this.ledger = ledger;
        this.state = state;
        this.receipts = receipts;
        this.checks = checks;
        this.forms = forms;
        this.open = settings.ledger().open();
    }

    /**
     * A public key as the page shows it.
     *
     * @param vkey its text
     * @param fingerprint SHA-256 of that text, for reading out over the telephone
     */
    record Key(String vkey, Sha256 fingerprint) {
        static Key of(VerifierKey key) {
            return new Key(key.text(), Sha256.of(key.text()));
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
    String show(Actor actor, At at, Model model) {
        return shown(actor, model);
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

    @PostMapping("/ledger/receipt")
    String check(
            @RequestParam(defaultValue = "") String receipt,
            @RequestParam @Nullable MultipartFile file,
            Actor actor,
            At at,
            Model model)
            throws IOException {
        shown(actor, model);
        try {
            var given =
                    file != null && !file.isEmpty()
                            ? bounded("file", file.getSize(), file.getBytes())
                            : typed(receipt);
            model.addAttribute("outcome", receipts.check(given, actor, at));
            model.addAttribute(
                    "form", Map.of("receipt", new String(given, StandardCharsets.UTF_8)));
            return VIEW;
        } catch (CommandRefused refused) {
            return forms.again(refused, Map.of(), model, VIEW);
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

    private String shown(Actor actor, Model model) {
        model.addAttribute("verified", checks.latest().orElse(null));
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
