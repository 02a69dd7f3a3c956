package io.countersign.governance.intake;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.governance.project.IntakeResult.QuestionnaireRef;
import io.countersign.governance.project.RiskTier;
import java.util.List;
import java.util.Optional;

/**
 * What is asked about a project and what follows from the answers, from {@code intake/project.yml}.
 *
 * @param otherwise the tier where no rule matches
 * @param rules in the order they are shown in
 */
public record Questionnaire(
        QuestionnaireRef ref,
        String title,
        @JsonProperty("default") RiskTier otherwise,
        List<Section> sections,
        List<Rule> rules) {
    /**
     * @param lead empty where there is none
     */
    public record Section(String id, String title, String lead, List<Question> questions) {
        public Section {
            questions = List.copyOf(questions);
        }
    }

    /**
     * @param sentence why a project has this tier, for people
     */
    public record Rule(String id, String sentence, RiskTier tier, @JsonIgnore Condition condition) {
        /** As CEL. */
        @JsonProperty("when")
        public String when() {
            return condition.source();
        }
    }

    public Questionnaire {
        sections = List.copyOf(sections);
        rules = List.copyOf(rules);
    }

    /** Of all sections, in order. */
    @JsonIgnore
    public List<Question> questions() {
        return sections.stream().flatMap(section -> section.questions().stream()).toList();
    }

    public Optional<Question> question(String id) {
        return questions().stream().filter(question -> question.id().equals(id)).findFirst();
    }

    /** Its questions and rules for people; the end of {@code docs/intake.md}. */
    public String markdown() {
        var text = new StringBuilder("## ").append(title).append(", as shipped\n");
        for (var section : sections) {
            text.append("\n### ").append(section.title()).append('\n');
            for (var question : section.questions()) {
                text.append("\n- **")
                        .append(question.text())
                        .append("** (`")
                        .append(question.id())
                        .append("`, ")
                        .append(question.kind().key())
                        .append(question.required() ? ")" : ", optional)");
                if (question.askedWhen() != null) {
                    text.append(", asked when `").append(question.askedWhen()).append('`');
                }
                if (question.kind() != Question.Kind.YES_NO) {
                    question.options()
                            .forEach(option ->
                                    text.append("\n  - `")
                                            .append(option.id())
                                            .append("`: ")
                                            .append(option.words()));
                }
            }
            text.append('\n');
        }
        text.append("\n### Rules\n\nThe highest tier of the rules that match decides; `")
                .append(otherwise.key())
                .append(
                        "` where none does.\n\n| tier | rule | because | when |\n|---|---|---|---|\n");
        rules.forEach(rule ->
                text.append("| ")
                        .append(rule.tier().key())
                        .append(" | `")
                        .append(rule.id())
                        .append("` | ")
                        .append(rule.sentence())
                        .append(" | `")
                        .append(rule.when().replace("|", "\\|"))
                        .append("` |\n"));
        return text.toString();
    }
}
