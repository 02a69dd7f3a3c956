package io.countersign.web.project;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.eventstore.Commands.Sent;
import io.countersign.governance.intake.IntakeDecision;
import io.countersign.governance.intake.Intakes;
import io.countersign.governance.intake.Question;
import io.countersign.governance.intake.Questionnaire;
import io.countersign.governance.intake.Questionnaires;
import io.countersign.governance.project.IntakeAnswer;
import io.countersign.governance.project.IntakeResult;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.project.TierOrigin;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.UserId;
import io.countersign.web.api.Api;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/projects/{project}")
@Tag(name = "Projects")
class IntakeApi {
    private final SeenProjects seen;
    private final Questionnaires questionnaires;
    private final Intakes intakes;
    private final Commands commands;
    private final TierSigning signing;

    IntakeApi(
            SeenProjects seen,
            Questionnaires questionnaires,
            Intakes intakes,
            Commands commands,
            TierSigning signing) {
        this.seen = seen;
        this.questionnaires = questionnaires;
        this.intakes = intakes;
        this.commands = commands;
        this.signing = signing;
    }

    /**
     * @param tier the one in force
     * @param questionnaire the one in force, to which answers are sent
     * @param last null where the intake was never answered
     * @param overrides newest first, at most 100
     */
    record Shown(
            RiskTier tier,
            TierOrigin origin,
            Asking questionnaire,
            @Nullable Last last,
            List<Overriding> overrides) {}

    record Asking(
            String name,
            int version,
            String sha256,
            String title,
            @Schema(name = "default") RiskTier otherwise,
            List<AskedSection> sections,
            List<AskedRule> rules) {
        static Asking of(Questionnaire questionnaire) {
            return new Asking(
                    questionnaire.ref().name(),
                    questionnaire.ref().version(),
                    questionnaire.ref().digest().hex(),
                    questionnaire.title(),
                    questionnaire.otherwise(),
                    questionnaire.sections().stream().map(AskedSection::of).toList(),
                    questionnaire.rules().stream()
                            .map(rule ->
                                    new AskedRule(
                                            rule.id(), rule.sentence(), rule.when(), rule.tier()))
                            .toList());
        }
    }

    record AskedSection(String id, String title, String lead, List<AskedQuestion> questions) {
        static AskedSection of(Questionnaire.Section section) {
            return new AskedSection(
                    section.id(),
                    section.title(),
                    section.lead(),
                    section.questions().stream()
                            .map(question ->
                                    new AskedQuestion(
                                            question.id(),
                                            question.text(),
                                            question.help(),
                                            question.kind(),
                                            question.required(),
                                            question.askedWhen(),
                                            question.options()))
                            .toList());
        }
    }

    /**
     * @param askedWhen CEL over earlier answers; null where it always is
     */
    record AskedQuestion(
            String id,
            String text,
            String help,
            Question.Kind kind,
            boolean required,
            @Nullable String askedWhen,
            List<Question.Option> answers) {}

    record AskedRule(String id, String sentence, String when, RiskTier tier) {}

    /**
     * @param answers as they are sent
     * @param decidedBy id of a rule; null where the default held
     */
    record Last(
            String questionnaire,
            int version,
            String sha256,
            Map<String, Object> answers,
            List<IntakeResult.Matched> matched,
            @Nullable String decidedBy,
            RiskTier tier,
            UserId answeredBy,
            Instant answeredAt) {
        static Last of(Intakes.Row row, Optional<Questionnaire> edition) {
            var result = row.result();
            var answers = new LinkedHashMap<String, Object>();
            result.answers()
                    .forEach(answer ->
                            answers.put(
                                    answer.question(),
                                    value(
                                            answer,
                                            edition.flatMap(e -> e.question(answer.question()))
                                                    .map(Question::kind)
                                                    .orElse(Question.Kind.MANY_OF))));
            return new Last(
                    result.questionnaire().name(),
                    result.questionnaire().version(),
                    result.questionnaire().digest().hex(),
                    answers,
                    result.matched(),
                    result.decidedBy(),
                    result.tier(),
                    row.answeredBy(),
                    row.answeredAt());
        }

        private static Object value(IntakeAnswer answer, Question.Kind kind) {
            if (answer.number() != null) {
                return answer.number();
            }
            if (answer.text() != null) {
                return answer.text().text();
            }
            return switch (kind) {
                case YES_NO -> answer.chosen().contains("yes");
                case ONE_OF -> answer.chosen().getFirst();
                default -> answer.chosen();
            };
        }
    }

    /**
     * @param status asked, in-force, refused or ended
     * @param digest what a signature quotes
     * @param signedBy who gave the second signature, or refused
     */
    record Overriding(
            int number,
            RiskTier from,
            RiskTier tier,
            String status,
            String reason,
            UserId requester,
            Instant askedAt,
            String digest,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UserId signedBy,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String printedName,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String meaning,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String comment,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant signedAt) {
        static Overriding of(Intakes.OverrideRow row) {
            var asked = row.override();
            var signature = row.signature();
            return new Overriding(
                    row.number(),
                    asked.from(),
                    asked.tier(),
                    row.status().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    asked.reason().text(),
                    asked.requester(),
                    row.askedAt(),
                    asked.digest().hex(),
                    signature == null ? null : signature.signer(),
                    signature == null ? null : signature.printedName().text(),
                    signature == null ? null : signature.meaning(),
                    signature == null || signature.comment() == null
                            ? null
                            : signature.comment().text(),
                    signature == null ? null : signature.at());
        }
    }

    /**
     * @param version of the questionnaire the answers are to
     * @param answers by question: true or false, the id of an answer, a list of them, a whole
     *     number or a text
     */
    record Answers(@NotNull Integer version, @NotNull Map<String, Object> answers) {}

    record Wish(@NotNull RiskTier riskTier, @NotNull String reason) {}

    /**
     * @param digest of the override that waits
     * @param decision approve or refuse
     * @param comment needed to refuse
     * @param password needed with a session; HTTP Basic brings it along
     */
    record Decision(
            @NotNull String digest,
            @NotNull String decision,
            @Nullable String comment,
            @Nullable String password) {
        /** Without the password. */
        @Override
        public String toString() {
            return "Decision[" + decision + "]";
        }
    }

    @GetMapping("/intake")
    @Operation(summary = "The questionnaire in force, the last answers, and the tier")
    Shown show(@PathVariable ProjectId project, Actor actor, At at) {
        var row = seen.find(project, actor, at);
        return new Shown(
                row.riskTier(),
                row.tierOrigin(),
                Asking.of(questionnaires.at(at)),
                intakes.find(project, at, actor.visibility())
                        .map(last ->
                                Last.of(
                                        last,
                                        questionnaires.edition(last.result().questionnaire())))
                        .orElse(null),
                intakes.overrides(project, at, actor.visibility()).stream()
                        .map(Overriding::of)
                        .toList());
    }

    @PostMapping("/intake")
    @Operation(summary = "Answer the questionnaire; its rules decide the risk tier")
    ResponseEntity<Api.Accepted> answer(
            @PathVariable ProjectId project,
            @Valid @RequestBody Answers body,
            Actor actor,
            Context context) {
        var answers = new LinkedHashMap<String, List<String>>();
        body.answers().forEach((question, value) -> answers.put(question, texts(question, value)));
        return accepted(
                project,
                commands.send(
                        new ProjectCommand.AnswerIntake(project, body.version(), answers),
                        actor,
                        context));
    }

    @PostMapping("/tier-override")
    @Operation(summary = "Ask for another tier than the rules decided")
    ResponseEntity<Api.Accepted> override(
            @PathVariable ProjectId project,
            @Valid @RequestBody Wish body,
            Actor actor,
            Context context) {
        return accepted(
                project,
                commands.send(
                        new ProjectCommand.RequestTierOverride(
                                project, body.riskTier(), body.reason()),
                        actor,
                        context));
    }

    @PostMapping("/tier-override/signature")
    @Operation(summary = "Sign or refuse an override, with one's own password; a token cannot")
    ResponseEntity<Api.Accepted> sign(
            @PathVariable ProjectId project,
            @Valid @RequestBody Decision body,
            Actor actor,
            Context context) {
        return accepted(
                project,
                signing.sign(
                        project,
                        body.digest(),
                        body.decision(),
                        body.comment(),
                        body.password(),
                        actor,
                        context));
    }

    private static List<String> texts(String question, @Nullable Object value) {
        return switch (value) {
            case null -> List.of();
            case Boolean yes -> List.of(yes ? "yes" : "no");
            case String text -> List.of(text);
            case Number number -> List.of(number.toString());
            case Collection<?> many -> many.stream().map(String::valueOf).toList();
            default ->
                    throw CommandRefused.invalid(
                            IntakeDecision.FIELD + question,
                            value.toString(),
                            "give true or false, a text, a whole number or a list of texts");
        };
    }

    private static ResponseEntity<Api.Accepted> accepted(ProjectId project, Sent sent) {
        return Api.accepted(sent, "/api/v1/projects/" + project + "/intake");
    }
}
