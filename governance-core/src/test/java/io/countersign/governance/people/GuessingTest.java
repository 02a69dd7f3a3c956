package io.countersign.governance.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.testing.People;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuessingTest {
    private final SettableClock clock = new SettableClock(People.NOW);

    @Nested
    class A_password {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "elevenchars",
                    "u-stella-and-more",
                    "aaaaaaaabbbb",
                    "Password2026!",
                    "pass-word-1234",
                    "qwertyuiop12",
                    "123456789012"
                })
        void is_refused_when_weak(String password) {
            assertThatThrownBy(() -> Passwords.check(password, "stella"))
                    .hasMessageStartingWith("password.weak:");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"mill wheel turns slowly", "пароль длиннее двенадцати", "x7$Kq!2mZp0w"})
        void is_taken_when_long_and_not_common(String password) {
            assertThatCode(() -> Passwords.check(password, "stella")).doesNotThrowAnyException();
        }

        @Test
        void is_refused_when_beyond_all_measure() {
            assertThatThrownBy(() -> Passwords.check("abcdefg ".repeat(40), null))
                    .hasMessageContaining("320 characters; use at most 256");
        }

        @Test
        void is_hashed_with_its_own_salt_and_matches_however_it_was_typed() {
            var passwords = new Passwords();
            var hash = passwords.hash("caf\u00e9 near the mill");
            assertThat(hash)
                    .startsWith("{pbkdf2}")
                    .isNotEqualTo(passwords.hash("caf\u00e9 near the mill"));
            assertThat(passwords.matches("cafe\u0301 near the mill", hash)).isTrue();
            assertThat(passwords.matches("cafe near the mill", hash)).isFalse();
            assertThat(passwords.matches("caf\u00e9 near the mill", null)).isFalse();
        }
    }

    @Nested
    class An_address {
        private final AddressLimit limit = new AddressLimit(clock);

        @Test
        void is_stopped_after_so_many_failures_until_the_window_is_over() {
            for (var i = 0; i < AddressLimit.FAILURES; i++) {
                assertThat(limit.enter("192.0.2.1")).isTrue();
            }
            assertThat(limit.enter("192.0.2.1")).isFalse();
            assertThat(limit.enter("192.0.2.2")).isTrue();
            clock.advance(AddressLimit.WINDOW);
            assertThat(limit.enter("192.0.2.1")).isTrue();
        }

        @Test
        void is_not_stopped_by_successes() {
            for (var i = 0; i < 3 * AddressLimit.FAILURES; i++) {
                assertThat(limit.enter("192.0.2.1")).isTrue();
                limit.succeeded("192.0.2.1");
            }
        }

        @Test
        void of_version_6_counts_by_its_network() {
            for (var i = 0; i < AddressLimit.FAILURES; i++) {
                assertThat(limit.enter("2001:db8:1:1::" + Integer.toHexString(i))).isTrue();
            }
            assertThat(limit.enter("2001:db8:1:1::ffff")).isFalse();
            assertThat(limit.enter("2001:db8:1:2::1")).isTrue();
        }
    }

    @Test
    void a_flood_of_refusals_is_counted_and_not_recorded_one_by_one() {
        var recorded = new RecordedRefusals(clock, 2);
        assertThat(recorded.due()).isEqualTo(1);
        assertThat(recorded.due()).isEqualTo(1);
        assertThat(recorded.due()).isZero();
        assertThat(recorded.due()).isZero();
        clock.advance(Duration.ofMinutes(1));
        assertThat(recorded.due()).isEqualTo(3);
    }
}
