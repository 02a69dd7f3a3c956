package io.countersign.governance.intake;

import io.countersign.governance.configuration.ConfigurationFile;
import io.countersign.governance.configuration.ConfigurationProblem;
import io.countersign.governance.project.IntakeResult.QuestionnaireRef;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.shared.Sha256;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads {@code intake/project.yml}. */
public final class QuestionnaireFile {
    private final ConfigurationFile file;
    private final Map<String, Question> questions = new LinkedHashMap<>();

    private QuestionnaireFile(ConfigurationFile file) {
        this.file = file;
    }

    /**
     * @param name the file's name, such as {@code intake/project.yml}
     * @param version under which it is or would be adopted
     * @throws ConfigurationProblem with file, line, column and reason where it is not YAML, not as
     *     the schema says, or has a condition that does not compile or names an unknown question or
     *     answer
     */
    public static Questionnaire parse(String name, int version, byte[] yaml) {
        var file = ConfigurationFile.read(name, yaml, "intake.schema.json");
        return new QuestionnaireFile(file)
                .questionnaire(new QuestionnaireRef(stem(name), version, Sha256.of(yaml)));
    }

    private static String stem(String name) {
        var file = name.substring(name.lastIndexOf('/') + 1);
        var dot = file.lastIndexOf('.');
        return dot < 1 ? file : file.substring(0, dot);
    }

    private Questionnaire questionnaire(QuestionnaireRef ref) {
        var root = file.content();
        var sections = new ArrayList<Questionnaire.Section>();
        var ids = new HashSet<String>();
        for (var section : root.get("sections")) {
            var at = "/sections/" + sections.size();
            var id = section.get("id").asString();
            if (!ids.add(id)) {
                throw file.problemAt(at + "/id", "the section '" + id + "' is given twice");
            }
            sections.add(
                    new Questionnaire.Section(
                            id,
                            section.get("title").asString(),
                            text(section, "lead"),
                            questions(at, section.get("questions"))));
        }
        return new Questionnaire(
                ref,
                root.get("title").asString(),
                RiskTier.ofKey(root.get("default").asString()),
                sections,
                rules(root.get("rules")));
    }

    private List<Question> questions(String section, JsonNode list) {
        var read = new ArrayList<Question>();
        for (var node : list) {
            var at = section + "/questions/" + read.size();
            var id = node.get("id").asString();
            if (questions.containsKey(id)) {
                throw file.problemAt(at + "/id", "the question '" + id + "' is given twice");
            }
            var kind = Question.Kind.ofKey(node.get("kind").asString());
            var asked = node.get("asked-when");
            var question =
                    new Question(
                            id,
                            node.get("text").asString(),
                            text(node, "help"),
                            kind,
                            options(at, kind, node.get("answers")),
                            !node.has("required") || node.get("required").asBoolean(),
                            asked == null ? null : condition(at + "/asked-when", asked));
            questions.put(id, question);
            read.add(question);
        }
        return read;
    }

    private List<Question.Option> options(
            String question, Question.Kind kind, @Nullable JsonNode list) {
        if (list == null) {
            return kind == Question.Kind.YES_NO ? Question.YES_NO : List.of();
        }
        if (kind != Question.Kind.ONE_OF && kind != Question.Kind.MANY_OF) {
            throw file.problemAt(
                    question + "/answers#key",
                    "answers are listed only with one-of and many-of, and this is " + kind.key());
        }
        var options = new ArrayList<Question.Option>();
        var ids = new HashSet<String>();
        for (var node : list) {
            var at = question + "/answers/" + options.size();
            var id = node.get("id").asString();
            if (!ids.add(id)) {
                throw file.problemAt(at + "/id", "the answer '" + id + "' is given twice");
            }
            options.add(
                    new Question.Option(
                            id,
                            node.get("words").asString(),
                            kind != Question.Kind.MANY_OF
                                    || node.has("alone") && node.get("alone").asBoolean()));
        }
        return options;
    }

    private List<Questionnaire.Rule> rules(JsonNode list) {
        var rules = new ArrayList<Questionnaire.Rule>();
        var ids = new HashSet<String>();
        for (var node : list) {
            var at = "/rules/" + rules.size();
            var id = node.get("id").asString();
            if (!ids.add(id)) {
                throw file.problemAt(at + "/id", "the rule '" + id + "' is given twice");
            }
            rules.add(
                    new Questionnaire.Rule(
                            id,
                            node.get("sentence").asString(),
                            RiskTier.ofKey(node.get("tier").asString()),
                            condition(at + "/when", node.get("when"))));
        }
        return rules;
    }

    /** Over the questions read so far: those before a question, all of them for a rule. */
    private Condition condition(String pointer, JsonNode source) {
        try {
            return new Condition(source.asString().stripTrailing(), Map.copyOf(questions));
        } catch (Condition.Wrong e) {
            throw file.problemWithin(pointer, e.line, e.column, String.valueOf(e.getMessage()));
        }
    }

    private static String text(JsonNode node, String name) {
        return node.has(name) ? node.get(name).asString() : "";
    }
}
