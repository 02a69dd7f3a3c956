package io.countersign.governance.configuration;

import static io.countersign.testing.People.ADMINISTRATOR;
import static io.countersign.testing.People.OFFICER;
import static io.countersign.testing.People.as;
import static io.countersign.testing.People.everywhere;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Sha256;
import io.countersign.testing.Refusals;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.junit.jupiter.api.Test;

class ConfigurationAggregateTest {
    private static final String FILE = "limits.yml";

    /** Knows one file, and cannot use it where it says "bad". */
    private static final ConfigurationCheck LIMITS =
            new ConfigurationCheck() {
                @Override
                public boolean reads(String file) {
                    return file.equals(FILE);
                }

                @Override
                public void check(String file, byte[] content) {
                    if (new String(content, StandardCharsets.UTF_8).contains("bad")) {
                        throw new ConfigurationProblem(file, 2, 5, "'bad' is not a limit");
                    }
                }
            };

    private static ResultValidator<ConfigurationAggregate> adopt(
            String file, String content, String reason, Actor actor, Object... history) {
        var fixture = new AggregateTestFixture<>(ConfigurationAggregate.class);
        fixture.registerInjectableResource(new ConfigurationChecks(List.of(LIMITS)));
        return fixture.given(history)
                .when(new ConfigurationCommand.Adopt(file, content, reason), as(actor));
    }

    private static ConfigurationEvent.Adopted adopted(int version, String content) {
        return new ConfigurationEvent.Adopted(FILE, version, Sha256.of(content), content, "why");
    }

    @Test
    void puts_the_whole_content_on_record_under_the_next_number() {
        adopt(FILE, "max: 1", " why ", ADMINISTRATOR).expectEvents(adopted(1, "max: 1"));
        adopt(FILE, "max: 2", "why", everywhere(OFFICER), adopted(1, "max: 1"))
                .expectEvents(adopted(2, "max: 2"));
    }

    @Test
    void an_earlier_content_can_be_adopted_again() {
        adopt(FILE, "a", "why", ADMINISTRATOR, adopted(1, "a"), adopted(2, "b"))
                .expectEvents(adopted(3, "a"));
    }

    @Test
    void the_same_content_again_changes_nothing() {
        adopt(FILE, "max: 1", "again", ADMINISTRATOR, adopted(1, "max: 1"))
                .expectSuccessfulHandlerExecution()
                .expectNoEvents();
    }

    @Test
    void needs_administrator_or_compliance_officer_for_all_projects() {
        Refusals.expect(adopt(FILE, "a", "why", OFFICER), "access.role-needed");
        Refusals.expect(
                adopt(FILE, "a", "why", everywhere(io.countersign.testing.People.AUDITOR)),
                "access.role-needed");
    }

    @Test
    void refuses_a_file_nothing_reads_and_one_without_a_reason() {
        Refusals.expect(adopt("other.yml", "a", "why", ADMINISTRATOR), "input.invalid");
        Refusals.expect(adopt(FILE, "a", " ", ADMINISTRATOR), "input.required");
    }

    @Test
    void refuses_a_file_that_cannot_be_used_and_says_where_and_why() {
        adopt(FILE, "max:\n  - bad", "why", ADMINISTRATOR)
                .expectNoEvents()
                .expectException(
                        org.axonframework.test.matchers.Matchers.matches((Object thrown) -> {
                            var refusal = ((CommandRefused) thrown).refusal();
                            assertThat(refusal.code()).isEqualTo("configuration.unusable");
                            assertThat(refusal.message())
                                    .contains("limits.yml, line 2, column 5: 'bad' is not a limit");
                            assertThat(refusal.details()).containsEntry("line", 2);
                            return true;
                        }));
    }
}
