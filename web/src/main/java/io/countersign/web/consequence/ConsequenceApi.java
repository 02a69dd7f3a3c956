package io.countersign.web.consequence;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.staleness.Consequences;
import io.countersign.governance.staleness.Consequences.Act;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/consequences")
@Tag(name = "Reviews", description = "Data approval, model sign-off and deployment approval")
class ConsequenceApi {
    private final Consequences consequences;

    ConsequenceApi(Consequences consequences) {
        this.consequences = consequences;
    }

    /**
     * @param sentence what it would cause, in words
     */
    record Answer(
            String act, SubjectRef subject, String sentence, Consequences.Foreseen foreseen) {}

    @GetMapping
    @Operation(
            summary =
                    "What a revocation or a retirement would make stale and close, before it is done",
            description =
                    "From the facts at this moment; nothing is recorded. `listed` has some of what"
                            + " the caller may see, `elsewhere` counts the rest. Where `complete`"
                            + " is false there were too many to ask each, and the numbers are the"
                            + " least.")
    Answer of(
            @Parameter(description = "revocation or retirement") @RequestParam String act,
            @Parameter(description = "such as dataset-version:credit.applications@1.0")
                    @RequestParam
                    String subject,
            Actor actor) {
        var meant =
                switch (act) {
                    case "revocation" -> Act.REVOCATION;
                    case "retirement" -> Act.RETIREMENT;
                    default ->
                            throw CommandRefused.invalid(
                                    "act", act, "use revocation or retirement");
                };
        var about = SubjectRef.parse(subject);
        var foreseen = consequences.of(meant, about, actor);
        return new Answer(act, about, foreseen.sentence(), foreseen);
    }
}
