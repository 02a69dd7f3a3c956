package io.countersign.governance.intake;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One question of a questionnaire.
 *
 * @param id as conditions name it after {@code answers.}
 * @param help empty where there is none
 * @param options what can be chosen, in the questionnaire's order; of a yes-no question yes and no
 * @param required without an answer, where it is asked, no tier is decided
 * @param condition when it is asked; null where it always is
 */
public record Question(
        String id,
        String text,
        String help,
        Kind kind,
        List<Option> options,
        boolean required,
        @JsonIgnore @Nullable Condition condition) {
    /** How it is answered. */
    public enum Kind {
        YES_NO("yes-no"),
        ONE_OF("one-of"),
        MANY_OF("many-of"),
        /** A whole number from 0. */
        NUMBER("number"),
        TEXT("text");

        private final String key;

        Kind(String key) {
            this.key = key;
        }

        @JsonValue
        public String key() {
            return key;
        }

        static Kind ofKey(String key) {
            return Arrays.stream(values()).filter(k -> k.key.equals(key)).findFirst().orElseThrow();
        }
    }

    /**
     * @param alone excludes all others
     */
    public record Option(String id, String words, boolean alone) {}

    static final List<Option> YES_NO =
            List.of(new Option("yes", "Yes", true), new Option("no", "No", true));

    public Question {
        options = List.copyOf(options);
    }

    /** When it is asked, as CEL; null where it always is. */
    @JsonProperty("asked-when")
    public @Nullable String askedWhen() {
        return condition == null ? null : condition.source();
    }

    Optional<Option> option(String id) {
        return options.stream().filter(option -> option.id().equals(id)).findFirst();
    }
}
