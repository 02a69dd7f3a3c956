package io.countersign.governance.intake;

import io.countersign.governance.policy.ShippedPolicies;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Questionnaires of the tests, and answers to them. */
public final class Questions {
    /** Each kind of question, one of them asked in some cases only. */
    static final String SMALL =
            """
            title: Small
            default: low
            sections:
              - id: all
                title: All
                questions:
                  - id: decides
                    text: Does it decide?
                    kind: yes-no
                  - id: how
                    text: How?
                    kind: one-of
                    asked-when: answers.decides
                    answers:
                      - { id: alone, words: Alone }
                      - { id: watched, words: Watched }
                  - id: areas
                    text: Where?
                    kind: many-of
                    answers:
                      - { id: credit, words: Credit }
                      - { id: work, words: Work }
                      - { id: none, words: Nowhere, alone: true }
                  - id: people
                    text: How many people?
                    kind: number
                  - id: why
                    text: Why?
                    kind: text
                    required: false
            rules:
              - id: banned
                sentence: It decides alone about work.
                when: answers.decides && answers.how == 'alone' && 'work' in answers.areas
                tier: prohibited
              - id: many
                sentence: It decides about many.
                when: answers.decides && answers.people >= 1000
                tier: high
              - id: deciding
                sentence: It decides.
                when: answers.decides
                tier: medium
            """;

    private Questions() {}

    static Questionnaire parse(String yaml) {
        return QuestionnaireFile.parse("intake/x.yml", 1, yaml.getBytes(StandardCharsets.UTF_8));
    }

    public static Questionnaire small() {
        return parse(SMALL);
    }

    public static Questionnaire shipped() {
        return QuestionnaireFile.parse(
                Questionnaires.FILE, 1, ShippedPolicies.bytes(Questionnaires.FILE));
    }

    /** To the shipped questionnaire: nothing that raises the tier. */
    public static Map<String, List<String>> harmless() {
        var answers = new TreeMap<String, List<String>>();
        answers.put("bannedPractices", List.of("none"));
        answers.put("safetyComponent", List.of("no"));
        answers.put("highRiskAreas", List.of("none"));
        answers.put("profiling", List.of("no"));
        answers.put("transparencyUses", List.of("none"));
        answers.put("useOnPeople", List.of("none"));
        answers.put("specialCategories", List.of("no"));
        answers.put("children", List.of("no"));
        answers.put("oversight", List.of("in-the-loop"));
        answers.put("peopleAffected", List.of("0"));
        answers.put("moneyAtStake", List.of("0"));
        answers.put("reversibility", List.of("easily"));
        return answers;
    }
}
