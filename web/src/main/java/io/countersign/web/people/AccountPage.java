package io.countersign.web.people;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.people.People;
import io.countersign.governance.people.PeopleRegister;
import io.countersign.governance.people.PersonCommand;
import io.countersign.governance.people.SignIn;
import io.countersign.governance.people.TokenScope;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.web.page.DayGiven;
import io.countersign.web.page.Forms;
import io.countersign.web.security.Sessions;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** One's own account: password and tokens. */
@Controller
class AccountPage {
    private static final String VIEW = "people/account";
    private static final Map<String, String> SCOPES = scopes();

    private final People people;
    private final PeopleRegister register;
    private final SignIn signIn;
    private final Commands commands;
    private final ReadPosition positions;
    private final Forms forms;
    private final Clock clock;

    AccountPage(
            People people,
            PeopleRegister register,
            SignIn signIn,
            Commands commands,
            ReadPosition positions,
            Forms forms,
            Clock clock) {
        this.people = people;
        this.register = register;
        this.signIn = signIn;
        this.commands = commands;
        this.positions = positions;
        this.forms = forms;
        this.clock = clock;
    }

    @GetMapping("/account")
    String show(Actor actor, At at, Model model) {
        return filled(actor, at, model);
    }

    @PostMapping("/account/password")
    String password(
            @RequestParam String password,
            @RequestParam String newPassword,
            @RequestParam String again,
            Actor actor,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model,
            RedirectAttributes next) {
        try {
            if (!newPassword.equals(again)) {
                throw CommandRefused.invalid(
                        "again", "", "the two new passwords differ; type the same one twice");
            }
            signIn.changePassword(actor.id(), password, newPassword, request.getRemoteAddr());
        } catch (CommandRefused refused) {
            filled(actor, positions.now(), model);
            return forms.again(beside(refused), Map.of(), model, VIEW);
        }
        Sessions.renew(actor.id(), clock, request, response);
        next.addFlashAttribute(
                "notice", "The password was changed. Other sessions of yours have ended.");
        return "redirect:/account";
    }

    /** The token is shown in this answer and never again. */
    @PostMapping("/account/tokens")
    String issue(
            @RequestParam Map<String, String> typed,
            @RequestParam(required = false) Set<TokenScope> scopes,
            Actor actor,
            Model model) {
        try {
            var made =
                    people.issueToken(
                            typed.getOrDefault("name", ""),
                            scopes == null ? Set.of() : scopes,
                            DayGiven.end("expiresAt", typed.getOrDefault("expiresAt", "")),
                            actor);
            if (made.eventId() != null) {
                positions.await(made.eventId(), java.time.Duration.ofSeconds(2));
            }
            model.addAttribute("issued", made.token());
            return filled(actor, positions.now(), model);
        } catch (CommandRefused refused) {
            filled(actor, positions.now(), model);
            return forms.again(refused, typed, model, VIEW);
        }
    }

    @PostMapping("/account/tokens/{token}/revocation")
    String revoke(@PathVariable String token, Actor actor, RedirectAttributes next) {
        var sent = commands.send(new PersonCommand.RevokeToken(actor.id(), token), actor);
        next.addFlashAttribute("notice", "The token is revoked and works no longer.");
        return Forms.then(sent, "/account");
    }

    private String filled(Actor actor, At at, Model model) {
        model.addAttribute("account", people.account(actor.id()).orElseThrow());
        model.addAttribute("tokens", register.tokens(at, actor.id()));
        model.addAttribute("scopes", SCOPES);
        model.addAttribute("now", clock.instant());
        return VIEW;
    }

    /** The current password is asked for in one field, the new one in another. */
    private static CommandRefused beside(CommandRefused refused) {
        var field =
                switch (refused.refusal().code()) {
                    case "sign-in.refused", "sign-in.too-many-attempts" -> "password";
                    case "password.weak" -> "newPassword";
                    default -> refused.refusal().details().getOrDefault("field", "");
                };
        return new CommandRefused(refused.refusal().with("field", field)).asRecorded();
    }

    private static Map<String, String> scopes() {
        var scopes = new LinkedHashMap<String, String>();
        scopes.put(TokenScope.READ.name(), "Read what you may see");
        scopes.put(TokenScope.REQUEST.name(), "Register, upload and ask for reviews");
        return scopes;
    }
}
