package io.countersign.testing;

import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import org.axonframework.test.aggregate.ResultValidator;
import org.junit.jupiter.api.Assertions;

/** What a fixture expects of a command that is refused. */
public final class Refusals {
    private Refusals() {}

    /** Refused with this code, and nothing happened. */
    public static <T> void expect(ResultValidator<T> result, String code) {
        result.expectNoEvents()
                .expectException(CommandRefused.class)
                .expectExceptionMessage(
                        org.axonframework.test.matchers.Matchers.matches((Object message) ->
                                message instanceof String text && text.startsWith(code + ":")));
    }

    public static Refusal of(Runnable act) {
        return Assertions.assertThrows(CommandRefused.class, act::run).refusal();
    }
}
