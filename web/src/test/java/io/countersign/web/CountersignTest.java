package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

class CountersignTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Nested
    class Serving {
        @Test
        void starts_without_arguments() {
            assertThat(Countersign.serves()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "serve",
                    "--server.port=9000",
                    "--countersign.database.url=jdbc:postgresql://db/countersign",
                    "--spring.profiles.active=demo",
                    "--countersign.roles[0].name=x"
                })
        void starts_with_settings_only(String argument) {
            assertThat(Countersign.serves(argument)).isTrue();
        }

        @Test
        void takes_any_setting_after_its_name() {
            assertThat(Countersign.serves("serve", "--debug")).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"version", "help", "--help", "-h", "--version", "--verison", "9000", ""})
        void does_not_start_with_anything_else(String argument) {
            assertThat(Countersign.serves(argument)).isFalse();
        }

        @Test
        void does_not_start_when_asked_for_help() {
            assertThat(Countersign.serves("serve", "--help")).isFalse();
            assertThat(run("serve", "--help")).isZero();
            assertThat(out.toString()).contains("--server.port=9000");
        }
    }

    @Nested
    class As_a_tool {
        @ParameterizedTest
        @ValueSource(strings = {"version", "--version"})
        void prints_its_version(String argument) {
            assertThat(run(argument)).isZero();
            assertThat(out.toString()).matches("(?s)countersign \\d+\\.\\d+\\..*Java 2[5-9].*");
        }

        @Test
        void lists_its_commands() {
            assertThat(run("help")).isZero();
            assertThat(out.toString()).contains("serve", "version", "help", "Exit codes");
        }

        @ParameterizedTest
        @ValueSource(strings = {"verison", "--verison", "--stacktrace"})
        void answers_2_when_called_wrongly(String argument) {
            assertThat(run(argument)).isEqualTo(2);
            assertThat(err.toString()).containsAnyOf("version", "Usage: countersign");
        }

        @Test
        void answers_1_with_the_reason_when_it_fails() {
            assertThat(run("fail")).isEqualTo(1);
            assertThat(err.toString())
                    .isEqualToNormalizingNewlines("countersign: the disk is full\n");
        }

        @Test
        void shows_where_it_failed_when_asked() {
            assertThat(run("--stacktrace", "fail")).isEqualTo(1);
            assertThat(err.toString()).contains("\tat " + Failing.class.getName());
        }
    }

    private int run(String... args) {
        return Countersign.tool()
                .addSubcommand(new Failing())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    @Command(name = "fail")
    private static final class Failing implements Runnable {
        @Override
        public void run() {
            throw new IllegalStateException("the disk is full");
        }
    }
}
