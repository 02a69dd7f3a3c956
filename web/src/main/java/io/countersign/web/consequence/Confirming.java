package io.countersign.web.consequence;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.staleness.Consequences;
import io.countersign.web.page.SubjectPaths;
import java.util.Objects;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;

/** The page that says what a revocation or a retirement will cause, and asks for the reason. */
@Component
public class Confirming {
    private final Consequences consequences;

    Confirming(Consequences consequences) {
        this.consequences = consequences;
    }

    /**
     * Fills the model of the page; its form is sent to the page's own address.
     *
     * @return the view
     * @throws io.countersign.governance.shared.CommandRefused where the actor may not see it
     */
    public String page(Consequences.Act act, SubjectRef subject, Actor actor, Model model) {
        var back =
                act == Consequences.Act.REVOCATION
                        ? "/reviews/" + subject
                        : Objects.requireNonNull(SubjectPaths.pathOf(subject));
        model.addAttribute("subject", subject);
        model.addAttribute("revokes", act == Consequences.Act.REVOCATION);
        model.addAttribute("act", act.word());
        model.addAttribute("back", back);
        model.addAttribute("action", back + "/" + act.word());
        model.addAttribute("foreseen", consequences.of(act, subject, actor));
        return "consequence/confirm";
    }
}
