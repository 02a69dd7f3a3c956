package io.countersign.web.review;

import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.web.page.SubjectPaths;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The receipt of one decision, for people and for programs. */
@Controller
@RequestMapping("/reviews/{subject}/rounds/{round}")
class ReceiptPages {
    private final DecisionReceipts receipts;

    ReceiptPages(DecisionReceipts receipts) {
        this.receipts = receipts;
    }

    @GetMapping
    String show(
            @PathVariable String subject,
            @PathVariable int round,
            Actor actor,
            At at,
            Model model) {
        var ref = Sheets.subject(subject);
        model.addAttribute("receipt", receipts.receipt(ref, round, actor, at));
        model.addAttribute("what", Inbox.what(ref.kind()));
        model.addAttribute("subjectPath", SubjectPaths.pathOf(ref));
        return "review/receipt";
    }

    @RestController
    @RequestMapping("/api/v1/reviews/{subject}/rounds/{round}")
    @Tag(name = "Reviews")
    static class Api {
        private final DecisionReceipts receipts;

        Api(DecisionReceipts receipts) {
            this.receipts = receipts;
        }

        @GetMapping
        @Operation(
                summary = "The receipt of one decision",
                description =
                        "With every gate's inputs, the signatures, its place in the ledger, and what"
                                + " computing it again from these gives.")
        DecisionReceipt show(
                @PathVariable String subject, @PathVariable int round, Actor actor, At at) {
            return receipts.receipt(Sheets.subject(subject), round, actor, at);
        }
    }
}
