package io.countersign.web.people;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.people.SignIn;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.web.page.Forms;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;

/** Where a one-time link leads: to a password of one's own. */
@Controller
class LinkPage {
    private final SignIn signIn;
    private final Forms forms;

    LinkPage(SignIn signIn, Forms forms) {
        this.signIn = signIn;
        this.forms = forms;
    }

    /**
     * @param link the last part of the link's address
     */
    record Redemption(@NotNull String link, @NotNull String password) {
        /** Without the secrets. */
        @Override
        public String toString() {
            return "Redemption";
        }
    }

    @GetMapping("/link/{secret}")
    String show(@PathVariable String secret, HttpServletRequest request, Model model) {
        model.addAttribute("username", signIn.linkOwner(secret, request.getRemoteAddr()));
        return "people/link";
    }

    @PostMapping("/link/{secret}")
    String redeem(
            @PathVariable String secret,
            @RequestParam String password,
            @RequestParam String again,
            HttpServletRequest request,
            Model model) {
        try {
            if (!password.equals(again)) {
                throw CommandRefused.invalid(
                        "again", "", "the two passwords differ; type the same one twice");
            }
            signIn.redeem(secret, password, request.getRemoteAddr());
            return "redirect:/sign-in?welcome";
        } catch (CommandRefused refused) {
            if (!refused.refusal().details().containsKey("field")) {
                throw refused;
            }
            model.addAttribute("username", signIn.linkOwner(secret, request.getRemoteAddr()));
            return forms.again(refused, Map.of(), model, "people/link");
        }
    }

    /** The same for programs; open to whoever has a link. */
    @PostMapping(path = "/api/v1/link", consumes = "application/json")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Set a password by a one-time link",
            description =
                    "The link works once, so a repetition does nothing, with an Idempotency-Key or"
                            + " without: it is answered with `link.over`. Then sign in with the"
                            + " password.")
    void redeem(
            @Valid @RequestBody Redemption redemption,
            Commands.Context context,
            HttpServletRequest request) {
        signIn.redeem(redemption.link(), redemption.password(), request.getRemoteAddr(), context);
    }
}
