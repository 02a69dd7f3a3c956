package io.countersign.web.page;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

@Controller
class SignInPage {
    @GetMapping("/sign-in")
    String signIn() {
        return "login";
    }
}
