package io.countersign.governance.audit;

import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.RISK_OWNER;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.audit.AuditTrail.Filter;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.risk.Rating;
import io.countersign.governance.risk.RiskCommand;
import io.countersign.governance.risk.RiskEvent;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Visibility;
import io.countersign.testing.CoreTest;
import io.countersign.testing.People;
import io.countersign.testing.Refusals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;

@CoreTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditTrailIT {
    private static final ProjectId MINE = new ProjectId("audited");
    private static final ProjectId OTHER = new ProjectId("audited-not");
    private static final Visibility SEES_MINE = Visibility.of(Set.of(MINE));
    private static final Filter IN_MINE =
            new Filter("audited", null, null, null, null, null, null, null, null);

    @Autowired Commands commands;
    @Autowired ReadPosition positions;
    @Autowired AuditTrail trail;

    private RiskId risk;
    private At at;

    @BeforeAll
    void something_happens_in_two_projects() {
        register(MINE);
        register(OTHER);
        risk = RiskId.random(MINE);
        commands.send(raise(risk, "Zebra crossing"), ENGINEER);
        commands.send(raise(RiskId.random(OTHER), "Zebra elsewhere"), ENGINEER);
        commands.send(
                new RiskCommand.RateResidual(risk, new Rating(1, 1), "Quagga words"), RISK_OWNER);
        assertThat(
                        Refusals.of(() ->
                                        commands.send(new RiskCommand.Close(risk, "x"), RISK_OWNER))
                                .code())
                .isEqualTo("risk.own-closure");
        var last =
                commands.send(
                        AuditCommand.RecordExport.of("csv", Map.of("text", "zebra"), 1),
                        People.AUDITOR);
        positions.await(last.eventIds().getLast(), Duration.ofSeconds(20));
        at = positions.now();
    }

    private void register(ProjectId id) {
        commands.send(
                new ProjectCommand.Register(id, "P", "p", "i", "t", List.of("EU"), RiskTier.LOW),
                ENGINEER);
    }

    private static RiskCommand.Raise raise(RiskId id, String title) {
        return new RiskCommand.Raise(id, title, "d", "privacy", List.of(), "", new Rating(3, 3));
    }

    private List<String> names(Filter filter, Visibility visible) {
        return trail.newest(filter, Long.MAX_VALUE, 100, at, visible).stream()
                .map(AuditEntry::name)
                .toList();
    }

    @Test
    void shows_everything_newest_first_with_refusals() {
        assertThat(names(IN_MINE, SEES_MINE))
                .containsExactly(
                        "refusal.recorded",
                        "risk.residual-rated",
                        "risk.owner-assigned",
                        "risk.raised",
                        "project.registered");
    }

    @Test
    void every_part_of_the_filter_narrows() {
        var subject = risk.ref();
        var rated = trail.newest(IN_MINE, Long.MAX_VALUE, 2, at, SEES_MINE).getLast();
        assertThat(names(filter("u-rosa", null, null, null, null), SEES_MINE)).hasSize(3);
        assertThat(names(filter(null, subject, null, null, null), SEES_MINE)).hasSize(4);
        assertThat(names(filter(null, null, "risk", null, null), SEES_MINE)).hasSize(3);
        assertThat(names(filter(null, null, "risk.raised", null, null), SEES_MINE)).hasSize(1);
        assertThat(names(filter(null, null, "ris", null, null), SEES_MINE)).isEmpty();
        assertThat(names(filter(null, null, null, "refused", null), SEES_MINE))
                .containsExactly("refusal.recorded");
        assertThat(names(filter(null, null, null, null, "zebra crossing"), SEES_MINE))
                .containsExactly("risk.raised");
        assertThat(names(filter(null, null, null, null, "quagga"), SEES_MINE))
                .containsExactly("risk.residual-rated");
        assertThat(names(filter("u-rosa", subject, "risk", null, "quagga"), SEES_MINE)).hasSize(1);
        assertThat(names(filter("u-ada", subject, "risk", null, "quagga"), SEES_MINE)).isEmpty();
        // Both are of one command, and the clock may have ticked between them.
        var assigned =
                trail.newest(
                                filter(null, subject, "risk.owner-assigned", null, null),
                                Long.MAX_VALUE,
                                1,
                                at,
                                SEES_MINE)
                        .getFirst();
        assertThat(between(rated.at(), rated.at())).contains("risk.residual-rated");
        assertThat(between(assigned.at(), assigned.at())).contains("risk.owner-assigned");
        assertThat(between(assigned.at(), rated.at()))
                .containsSubsequence("risk.residual-rated", "risk.owner-assigned");
        assertThat(between(rated.at().plusMillis(1), null)).doesNotContain("risk.residual-rated");
        assertThat(between(null, assigned.at().minusMillis(1)))
                .contains("project.registered")
                .doesNotContain("risk.owner-assigned", "risk.residual-rated");
        assertThat(
                        names(
                                new Filter(
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        rated.correlation()),
                                SEES_MINE))
                .containsExactly("risk.residual-rated", "risk.owner-assigned");
    }

    /** What the filter finds, which is what lies between, both ends included. */
    private List<String> between(@Nullable Instant from, @Nullable Instant until) {
        var found =
                names(
                        new Filter("audited", null, null, null, null, from, until, null, null),
                        SEES_MINE);
        assertThat(found)
                .isEqualTo(
                        trail.newest(IN_MINE, Long.MAX_VALUE, 100, at, SEES_MINE).stream()
                                .filter(e -> from == null || !e.at().isBefore(from))
                                .filter(e -> until == null || !e.at().isAfter(until))
                                .map(AuditEntry::name)
                                .toList());
        return found;
    }

    private static Filter filter(
            @Nullable String actor,
            @Nullable SubjectRef subject,
            @Nullable String name,
            @Nullable String decision,
            @Nullable String text) {
        return new Filter(null, actor, subject, name, decision, null, null, text, null);
    }

    @Test
    void pages_by_position_both_ways_without_gap_or_repetition() {
        var all = trail.newest(IN_MINE, Long.MAX_VALUE, 100, at, SEES_MINE);
        var paged = new ArrayList<AuditEntry>();
        var before = Long.MAX_VALUE;
        List<AuditEntry> page;
        while (!(page = trail.newest(IN_MINE, before, 2, at, SEES_MINE)).isEmpty()) {
            paged.addAll(page);
            before = page.getLast().position();
        }
        assertThat(paged).isEqualTo(all);
        assertThat(trail.oldest(IN_MINE, -1, 2, at, SEES_MINE))
                .isEqualTo(all.reversed().subList(0, 2));
    }

    @Test
    void an_export_has_exactly_what_the_filter_finds_oldest_first() {
        var streamed = new ArrayList<AuditEntry>();
        trail.each(IN_MINE, at, SEES_MINE, streamed::add);
        assertThat(streamed)
                .isEqualTo(trail.newest(IN_MINE, Long.MAX_VALUE, 100, at, SEES_MINE).reversed());
        var stored = new ArrayList<String>();
        trail.eachStored(IN_MINE, at, SEES_MINE, (_, payload) -> stored.add(payload));
        assertThat(stored).hasSameSizeAs(streamed);
        assertThat(String.join("", stored))
                .contains("Zebra crossing", "\"sealed\"")
                .doesNotContain("Quagga");
    }

    @Test
    void other_projects_are_neither_listed_counted_found_nor_exported() {
        var zebras = filter(null, null, null, null, "zebra");
        assertThat(trail.newest(zebras, Long.MAX_VALUE, 10, at, SEES_MINE))
                .extracting(AuditEntry::projectId)
                .containsExactly("audited");
        assertThat(trail.count(zebras, at, SEES_MINE, 10)).isEqualTo(1);
        var foreign =
                trail.newest(zebras, Long.MAX_VALUE, 10, at, Visibility.ALL).stream()
                        .filter(entry -> "audited-not".equals(entry.projectId()))
                        .findFirst()
                        .orElseThrow();
        assertThat(trail.find(foreign.eventId(), at, SEES_MINE)).isEmpty();
        trail.each(
                zebras, at, SEES_MINE, entry -> assertThat(entry.projectId()).isEqualTo("audited"));
        assertThat(
                        names(
                                new Filter(
                                        "audited-not",
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null),
                                SEES_MINE))
                .isEmpty();
    }

    @Test
    void what_belongs_to_no_project_is_for_those_who_see_all() {
        var exports = filter(null, null, "audit.exported", null, null);
        assertThat(names(exports, SEES_MINE)).isEmpty();
        assertThat(trail.count(exports, at, SEES_MINE, 10)).isZero();
        assertThat(names(exports, Visibility.ALL)).contains("audit.exported");
    }

    @Test
    void positions_are_those_of_what_may_be_seen_and_whether_all_may_be_is_told() {
        var mine = trail.positions(IN_MINE, at, SEES_MINE, 100);
        assertThat(mine).hasSize(5).isSorted();
        assertThat(trail.positions(IN_MINE, at, SEES_MINE, 2)).containsExactly(mine[0], mine[1]);
        assertThat(trail.positions(Filter.ALL, at, SEES_MINE, 1_000_000))
                .hasSizeLessThan(trail.positions(Filter.ALL, at, Visibility.ALL, 1_000_000).length);
        var positions = Arrays.stream(mine).boxed().toList();
        assertThat(trail.seesAll(positions, SEES_MINE)).isTrue();
        assertThat(trail.seesAll(positions, Visibility.of(Set.of()))).isFalse();
        var exports =
                trail.positions(
                        filter(null, null, "audit.exported", null, null), at, Visibility.ALL, 1);
        var more = Stream.concat(positions.stream(), Stream.of(exports[0])).toList();
        assertThat(trail.seesAll(more, SEES_MINE)).isFalse();
        assertThat(trail.seesAll(more, Visibility.ALL)).isTrue();
        assertThat(trail.seesAll(List.of(99_999_999L), Visibility.ALL)).isFalse();
    }

    @Test
    void counts_no_further_than_asked() {
        assertThat(trail.count(IN_MINE, at, SEES_MINE, 3)).isEqualTo(3);
        assertThat(trail.count(IN_MINE, at, SEES_MINE, 100)).isEqualTo(5);
    }

    @Test
    void nothing_later_than_the_position_shows() {
        var raised =
                trail.newest(
                                filter(null, risk.ref(), "risk.raised", null, null),
                                Long.MAX_VALUE,
                                1,
                                at,
                                SEES_MINE)
                        .getFirst();
        var then = new At(raised.position(), raised.at(), true);
        assertThat(trail.newest(IN_MINE, Long.MAX_VALUE, 10, then, SEES_MINE))
                .extracting(AuditEntry::name)
                .containsExactly("risk.raised", "project.registered");
        assertThat(trail.effects(raised, then, SEES_MINE)).isEmpty();
    }

    @Test
    void an_event_opens_as_its_record_with_its_words_while_stored_they_are_sealed() {
        var entry =
                trail.newest(
                                filter(null, null, "risk.residual-rated", null, "quagga"),
                                Long.MAX_VALUE,
                                1,
                                at,
                                SEES_MINE)
                        .getFirst();
        var stored = trail.stored(entry).orElseThrow();
        assertThat(stored.payload().toString()).contains("sealed").doesNotContain("Quagga");
        assertThat(stored.positionTime()).isNotNull();
        assertThat(trail.opened(stored))
                .hasValueSatisfying(event ->
                        assertThat(((RiskEvent.ResidualRated) event).reason().text())
                                .isEqualTo("Quagga words"));
    }

    @Test
    void what_an_event_of_the_same_command_led_to_is_among_its_effects() {
        var assigned =
                trail.newest(
                                filter(null, risk.ref(), "risk.owner-assigned", null, null),
                                Long.MAX_VALUE,
                                1,
                                at,
                                SEES_MINE)
                        .getFirst();
        assertThat(trail.effects(assigned, at, SEES_MINE))
                .extracting(AuditEntry::name)
                .containsExactly("risk.residual-rated");
    }

    @Test
    void names_every_kind_of_event_there_can_be() {
        assertThat(trail.names())
                .contains("review.approved", "risk.raised", "audit.exported")
                .isSorted();
    }

    @Test
    void an_export_by_somebody_without_a_role_is_refused() {
        assertThat(
                        Refusals.of(() ->
                                        commands.send(
                                                AuditCommand.RecordExport.of("csv", Map.of(), 1),
                                                People.person("u-nobody")))
                                .code())
                .isEqualTo("access.role-needed");
    }
}
