package io.countersign.web.page;

import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

@Controller
class HomePage {
    @GetMapping("/")
    String home(Actor actor, At at, Model model) {
        model.addAttribute("grants", actor.grants().stream().sorted().toList());
        return "home";
    }

    @GetMapping("/sign-in")
    String signIn() {
        return "login";
    }
}
