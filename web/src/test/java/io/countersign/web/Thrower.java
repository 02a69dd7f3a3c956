package io.countersign.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.web.security.Reauthentication;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.multipart.MultipartFile;

/** Fails in every way a controller can, under the paths of the API and of pages. */
@TestComponent
@Controller
class Thrower {
    private final Reauthentication reauthentication;

    Thrower(Reauthentication reauthentication) {
        this.reauthentication = reauthentication;
    }

    record Body(@JsonProperty("project") ProjectId project, int count) {}

    @ResponseBody
    @GetMapping({"/api/v1/test/refusal/{kind}", "/test/refusal/{kind}"})
    String refuse(@PathVariable Refusal.Kind kind) {
        throw new CommandRefused(
                new Refusal("test.refused", kind, "Because <b>so</b>.", Map.of("field", "name")));
    }

    @ResponseBody
    @GetMapping({"/api/v1/test/failure", "/test/failure"})
    String fail() {
        throw new IllegalStateException("secret inner workings");
    }

    @ResponseBody
    @PostMapping("/api/v1/test/body")
    Body body(@RequestBody Body body) {
        return body;
    }

    @ResponseBody
    @PostMapping({"/api/v1/test/file", "/test/file"})
    long file(@RequestParam MultipartFile file) {
        return file.getSize();
    }

    @ResponseBody
    @PostMapping("/api/v1/test/signature")
    String sign(Actor actor, @RequestParam @Nullable String password) {
        var fresh = reauthentication.confirm(actor, password);
        return actor.freshAt() + " " + fresh.freshAt();
    }

    @ResponseBody
    @GetMapping("/api/v1/test/at")
    Map<String, Object> at(At at) {
        return Map.of("position", at.position(), "past", at.past());
    }
}
