package io.countersign.governance.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.countersign.governance.ledger.tlog.Frontier;
import io.countersign.governance.ledger.tlog.Merkle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardTest {
    private static final String ORIGIN = "log.example/one";

    @TempDir Path temporary;
    private Path folder;

    @BeforeEach
    void place() {
        folder = temporary.resolve("signer");
    }

    private static Frontier tree(int size, String words) {
        var frontier = Frontier.EMPTY;
        for (var i = 0; i < size; i++) {
            frontier = frontier.append(Merkle.leaf((words + i).getBytes()));
        }
        return frontier;
    }

    private static void sign(Guard guard, Frontier frontier) {
        guard.intend(guard.state().with(frontier));
        guard.signed("note of " + frontier.size() + "\n");
    }

    private List<Path> records() throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
        }
    }

    private Path file() throws IOException {
        return records().getLast();
    }

    private static LedgerFault.Kind kind(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        var caught = new LedgerFault.Kind[1];
        assertThatExceptionOfType(LedgerFault.class)
                .isThrownBy(call)
                .satisfies(fault -> caught[0] = fault.kind());
        return caught[0];
    }

    @Test
    void what_was_signed_is_there_when_it_is_opened_again() {
        try (var guard = Guard.begin(folder, 1, ORIGIN, 7)) {
            sign(guard, tree(3, "a"));
            sign(guard, tree(5, "a"));
        }
        try (var guard = Guard.open(folder)) {
            assertThat(guard.state()).isEqualTo(new Guard.State(1, ORIGIN, 7, tree(5, "a")));
            assertThat(guard.note()).isEqualTo("note of 5\n");
            assertThat(guard.intent()).isNull();
        }
    }

    @Test
    void it_never_signs_a_smaller_tree_or_one_of_the_same_size_again() {
        try (var guard = Guard.begin(folder, 1, ORIGIN, 7)) {
            sign(guard, tree(5, "a"));
            assertThat(kind(() -> guard.intend(guard.state().with(tree(4, "a")))))
                    .isEqualTo(LedgerFault.Kind.REWRITTEN);
            assertThat(kind(() -> guard.intend(guard.state().with(tree(5, "b")))))
                    .isEqualTo(LedgerFault.Kind.REWRITTEN);
        }
    }

    @Test
    void after_a_crash_nothing_else_of_the_size_that_was_to_be_signed_is_signed() {
        try (var guard = Guard.begin(folder, 1, ORIGIN, 7)) {
            guard.intend(guard.state().with(tree(5, "a")));
        }
        try (var guard = Guard.open(folder)) {
            assertThat(guard.state().size()).isZero();
            assertThat(kind(() -> guard.intend(guard.state().with(tree(5, "b")))))
                    .isEqualTo(LedgerFault.Kind.REWRITTEN);
            assertThat(kind(() -> guard.intend(guard.state().with(tree(4, "a")))))
                    .isEqualTo(LedgerFault.Kind.REWRITTEN);
            sign(guard, tree(5, "a"));
            assertThat(guard.note()).isEqualTo("note of 5\n");
        }
    }

    @Test
    void a_last_record_cut_off_anywhere_is_as_if_it_had_not_begun() throws IOException {
        int before;
        try (var guard = Guard.begin(folder, 1, ORIGIN, 7)) {
            sign(guard, tree(2, "a"));
            before = (int) Files.size(file());
            guard.intend(guard.state().with(tree(3, "a")));
        }
        var whole = Files.readAllBytes(file());
        for (var length = before; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            try (var guard = Guard.open(folder)) {
                assertThat(guard.state().size()).isEqualTo(2);
                assertThat(guard.intent()).isNull();
            }
            assertThat(Files.size(file())).isEqualTo(before);
        }
    }

    @Test
    void any_other_byte_that_changes_is_named_as_damage() throws IOException {
        try (var guard = Guard.begin(folder, 1, ORIGIN, 7)) {
            sign(guard, tree(2, "a"));
            sign(guard, tree(3, "a"));
        }
        var whole = Files.readAllBytes(file());
        // Of the last record only a change that keeps its length can be told from a crash.
        var last = new String(whole, java.nio.charset.StandardCharsets.UTF_8).lastIndexOf("signed");
        for (var i = 0; i < last - 30; i++) {
            var changed = whole.clone();
            changed[i] ^= 1;
            Files.write(file(), changed);
            var at = i;
            assertThatExceptionOfType(LedgerFault.class)
                    .as("byte %d", at)
                    .isThrownBy(() -> Guard.open(folder).close());
        }
    }

    @Test
    void a_guard_that_is_gone_is_not_begun_again_by_opening_it() {
        assertThat(kind(() -> Guard.open(folder).close())).isEqualTo(LedgerFault.Kind.GUARD_LOST);
    }

    @Test
    void only_one_process_has_it() {
        try (var guard = Guard.begin(folder, 1, ORIGIN, 7)) {
            assertThat(guard.state().size()).isZero();
            assertThat(kind(() -> Guard.open(folder).close()))
                    .isEqualTo(LedgerFault.Kind.GUARD_IN_USE);
            assertThat(kind(() -> Guard.begin(folder, 2, ORIGIN, 7).close()))
                    .isEqualTo(LedgerFault.Kind.GUARD_IN_USE);
        }
    }

    @Test
    void a_full_file_goes_on_in_the_next() throws IOException {
        var padding = "n".repeat(1_000_000);
        try (var guard = Guard.begin(folder, 1, ORIGIN, 7)) {
            for (var size = 1; size <= 20; size++) {
                guard.intend(guard.state().with(tree(size, "a")));
                guard.signed(padding + size + "\n");
            }
        }
        assertThat(records()).hasSize(2);
        try (var guard = Guard.open(folder)) {
            assertThat(guard.state().size()).isEqualTo(20);
            assertThat(guard.note()).endsWith("n20\n");
        }
    }

    @Test
    void a_newer_guard_is_never_replaced_by_an_older_tree() {
        try (var guard = Guard.begin(folder, 1, ORIGIN, 7)) {
            sign(guard, tree(5, "a"));
        }
        assertThat(
                        kind(() ->
                                Guard.begin(
                                                folder,
                                                new Guard.State(1, ORIGIN, 7, tree(4, "a")),
                                                "kept\n")
                                        .close()))
                .isEqualTo(LedgerFault.Kind.GUARD_DAMAGED);
    }
}
