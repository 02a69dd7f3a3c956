package io.countersign.governance.review;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import java.util.Arrays;

/** What a reviewer says about the request, and how much it weighs. */
public record Remark(Grade grade, PersonalText text) {
    public enum Grade {
        /** Has to be changed before this can be approved. */
        MUST("must"),
        /** Ought to be changed; may be argued. */
        SHOULD("should"),
        /** Said, and nothing asked. */
        NOTE("note");

        private final String key;

        Grade(String key) {
            this.key = key;
        }

        @JsonValue
        public String key() {
            return key;
        }

        @JsonCreator
        public static Grade ofKey(String key) {
            return Arrays.stream(values())
                    .filter(grade -> grade.key.equals(key))
                    .findFirst()
                    .orElseThrow(
                            () -> CommandRefused.invalid("grade", key, "use must, should or note"));
        }
    }
}
