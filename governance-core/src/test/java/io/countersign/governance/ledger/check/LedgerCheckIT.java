package io.countersign.governance.ledger.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.ledger.TestLedger;
import io.countersign.governance.ledger.check.Finding.Kind;
import io.countersign.governance.shared.UserId;
import io.countersign.testing.TestDatabase;
import io.countersign.testing.TestEvents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

class LedgerCheckIT {
    private final TestDatabase database = TestDatabase.fresh();
    private final TestEvents events = new TestEvents(database);
    private final TestLedger ledger = new TestLedger(database, TestLedger.folder(), events);

    @TempDir Path folder;

    private CheckResult run(@Nullable Path state, boolean resume, int stretches) {
        var left = new AtomicInteger(stretches);
        return LedgerCheck.run(
                ledger.target(),
                Clock.systemUTC(),
                state,
                resume,
                _ -> {},
                () -> left.getAndDecrement() <= 0);
    }

    @Test
    void a_cancelled_one_is_no_verification_and_the_resumed_one_that_ends_is() {
        for (var i = 0; i < 20; i++) {
            events.append("stream-" + i % 7, 500);
        }
        ledger.turn().turn().turn();
        var state = folder.resolve("state.json");

        var partial = run(state, false, 3);
        assertThat(partial.whole()).isFalse();
        assertThat(partial.root()).isNull();
        assertThat(partial.size()).isEqualTo(3 * 2_048);
        assertThat(state).exists();
        events.append("stream-1", 700);
        ledger.turn();

        var ended = run(state, true, Integer.MAX_VALUE);
        assertThat(ended.findings()).isEmpty();
        assertThat(ended.whole()).isTrue();
        assertThat(ended.size()).isEqualTo(10_700);
        assertThat(ended.root()).isEqualTo(ledger.ledger().newest().orElseThrow().root());
        assertThat(ended.readThisRun()).isEqualTo(10_700 - 3 * 2_048);
        assertThat(ended.began()).isEqualTo(partial.began());
        assertThat(state).doesNotExist();
    }

    @Test
    void what_was_found_before_it_was_cancelled_is_found_at_its_end() {
        for (var i = 0; i < 10; i++) {
            events.append("stream-" + i, 500);
        }
        ledger.turn().turn();
        JdbcClient.create(database.owner())
                .sql("alter table event disable trigger event_is_append_only")
                .update();
        JdbcClient.create(database.owner())
                .sql("update event set salt = sha256(salt) where global_index = 10")
                .update();
        var state = folder.resolve("state.json");

        // A finding that is open keeps the state from being written: what follows depends on it.
        assertThat(run(state, false, 2).whole()).isFalse();
        var ended = run(state, true, Integer.MAX_VALUE);
        assertThat(ended.has(Kind.ROW_CHANGED)).isTrue();
        assertThat(ended.has(Kind.TRIGGER)).isTrue();
    }

    @Test
    void a_damaged_state_begins_anew() throws Exception {
        events.append("stream", 3_000);
        ledger.turn().turn();
        var state = folder.resolve("state.json");
        assertThat(run(state, false, 1).whole()).isFalse();
        var text = Files.readString(state);
        Files.writeString(state, text.replaceFirst("\"root\":\"...", "\"root\":\"AAA"));

        var ended = run(state, true, Integer.MAX_VALUE);
        assertThat(ended.readThisRun()).isEqualTo(3_000);
        assertThat(ended.whole()).isTrue();
        assertThat(ended.findings()).isEmpty();
    }

    @Test
    void the_newest_events_are_covered_or_said_to_come_after() {
        events.append("stream", 10);
        ledger.turn().turn();
        events.append("stream", 5);
        ledger.sequence();
        events.append("stream", 2);

        var result = ledger.check();
        assertThat(result.findings()).isEmpty();
        assertThat(result.size()).isEqualTo(10);
        assertThat(result.after())
                .startsWith(
                        "Verified up to size 10: 5 sequenced later are not covered; 2 wait for a position");
        ledger.turn();
        assertThat(ledger.check().size()).isEqualTo(17);
    }

    @Test
    void a_log_that_has_not_begun_is_checked_as_far_as_there_is_one() {
        events.append("stream", 2);

        var result = ledger.check();
        assertThat(result.findings()).isEmpty();
        assertThat(result.epoch()).isZero();
        assertThat(result.size()).isZero();
    }

    @Test
    void what_it_came_to_is_kept_and_only_a_whole_one_is_the_last_verification() {
        var checks = LedgerChecks.over(JdbcClient.create(database.app()));
        assertThat(checks.latest()).isEmpty();
        events.append("stream", 3_000);
        ledger.turn().turn();
        checks.keep(new UserId("system"), ledger.check());
        checks.keep(new UserId("system"), run(null, false, 1));

        var latest = checks.latest().orElseThrow();
        assertThat(latest.clean()).isTrue();
        assertThat(latest.size()).isEqualTo(3_000);
        assertThat(latest.root()).isEqualTo(ledger.ledger().newest().orElseThrow().root());
        assertThat(latest.unchecked()).anyMatch(words -> words.contains("Read models"));
        assertThat(checks.latestTried().orElseThrow().whole()).isFalse();
    }
}
