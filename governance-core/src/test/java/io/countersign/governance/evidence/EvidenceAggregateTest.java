package io.countersign.governance.evidence;

import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.NOW;
import static io.countersign.testing.People.OFFICER;
import static io.countersign.testing.People.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.testing.Refusals;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.FixtureConfiguration;
import org.junit.jupiter.api.Test;

class EvidenceAggregateTest {
    private static final SubjectRef SUBJECT =
            SubjectRef.parse("dataset-version:credit.applications@1.0");
    private static final Sha256 DIGEST = Sha256.of("proof");
    private static final EvidenceId ID = EvidenceId.of(SUBJECT, DIGEST);

    private final FixtureConfiguration<EvidenceAggregate> evidence =
            new AggregateTestFixture<>(EvidenceAggregate.class)
                    .registerInjectableResource(Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void is_deleted_only_once_its_retention_is_over() {
        var delete = new EvidenceCommand.Delete(ID, "asked");
        Refusals.expect(
                evidence.given(attached(NOW.plus(Duration.ofDays(1)))).when(delete, as(OFFICER)),
                "evidence.retained");
        evidence.given(attached(NOW))
                .when(delete, as(OFFICER))
                .expectEvents(
                        new EvidenceEvent.Deleted(
                                ID, DIGEST, new PersonalText(OFFICER.id(), "asked")));
        Refusals.expect(
                evidence.given(
                                attached(NOW),
                                new EvidenceEvent.Deleted(
                                        ID, DIGEST, new PersonalText(OFFICER.id(), "asked")))
                        .when(delete, as(OFFICER)),
                "evidence.deleted");
    }

    @Test
    void only_a_compliance_officer_deletes() {
        Refusals.expect(
                evidence.given(attached(NOW))
                        .when(new EvidenceCommand.Delete(ID, "asked"), as(ENGINEER)),
                "access.role-needed");
    }

    @Test
    void the_same_content_is_another_piece_for_another_subject() {
        assertThat(EvidenceId.of(SubjectRef.parse("project:credit"), DIGEST))
                .isNotEqualTo(ID)
                .extracting(EvidenceId::project)
                .isEqualTo(ID.project());
        assertThatThrownBy(() -> EvidenceId.of(SubjectRef.parse("person:u-ada"), DIGEST))
                .isInstanceOf(CommandRefused.class);
    }

    private static EvidenceEvent.Attached attached(Instant retainedUntil) {
        return new EvidenceEvent.Attached(
                ID,
                SUBJECT,
                DIGEST,
                "proof.txt",
                EvidenceType.TEXT,
                5,
                new PersonalText(ENGINEER.id(), ""),
                retainedUntil);
    }
}
