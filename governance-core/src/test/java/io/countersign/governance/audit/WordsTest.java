package io.countersign.governance.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WordsTest {
    private static final UserId ADA = new UserId("u-ada");

    private enum Colour {
        RED
    }

    private record Inner(String text, Colour colour) {}

    private record Event(
            SubjectRef subject,
            UserId by,
            int number,
            List<Inner> many,
            Map<String, Object> map,
            Optional<String> maybe,
            @Nullable String nothing,
            PersonalText comment) {}

    private static final Words WORDS =
            Words.of(
                    new Event(
                            SubjectRef.parse("model:credit.scorer"),
                            ADA,
                            7,
                            List.of(new Inner("first", Colour.RED), new Inner(" ", Colour.RED)),
                            Map.of("key", "valued"),
                            Optional.of("perhaps"),
                            null,
                            new PersonalText(ADA, "I am not sure")));

    @Test
    void finds_the_words_of_every_depth() {
        assertThat(WORDS.business()).contains("first", "RED", "valued", "perhaps", "credit.scorer");
    }

    @Test
    void keeps_personal_words_apart_with_whose_they_are() {
        assertThat(WORDS.business()).doesNotContain("sure");
        assertThat(WORDS.personal()).isEqualTo("I am not sure ");
        assertThat(WORDS.persons()).containsExactly("u-ada");
    }

    @Test
    void names_nobody_by_pseudonym_alone() {
        assertThat(WORDS.business()).doesNotContain("u-ada");
    }

    @Test
    void stops_at_two_hundred_thousand_characters() {
        assertThat(Words.of(new Inner("x".repeat(300_000), Colour.RED)).business().length())
                .isLessThanOrEqualTo(200_001);
    }
}
