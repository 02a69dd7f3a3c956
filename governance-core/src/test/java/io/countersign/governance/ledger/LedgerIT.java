package io.countersign.governance.ledger;

import static io.countersign.testing.People.ENGINEER;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.EntryBundle;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.Merkle;
import io.countersign.governance.ledger.tlog.SignerKey;
import io.countersign.governance.ledger.tlog.TileArithmetic;
import io.countersign.governance.ledger.tlog.TlogProof;
import io.countersign.governance.ledger.tlog.WitnessPolicy;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.shared.ProjectId;
import io.countersign.testing.CoreTest;
import io.countersign.testing.TestDatabase;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@CoreTest
class LedgerIT {
    private static final Duration LONG = Duration.ofSeconds(20);

    @Autowired Commands commands;
    @Autowired Ledger ledger;
    @Autowired LedgerSettings settings;
    @Autowired TestDatabase database;

    private String register(String id) {
        return commands.send(
                        new ProjectCommand.Register(
                                new ProjectId(id), "n", "b", "p", "t", List.of("EU"), RiskTier.LOW),
                        ENGINEER)
                .eventIds()
                .getFirst();
    }

    private Ledger.Receipt proven(String id) {
        return ledger.await(register(id), LONG).orElseThrow();
    }

    private WitnessPolicy policy() throws Exception {
        var key = SignerKey.parse(Files.readString(settings.folder().resolve("log.key")).strip());
        return WitnessPolicy.unwitnessed(key.verifier());
    }

    @Test
    void every_event_is_proven_to_be_in_a_signed_checkpoint() throws Exception {
        var receipt = proven("ledger-proof");

        var read = TlogProof.parse(receipt.proof().bytes());
        var accepted = read.verify(Merkle.leaf(receipt.entry()), policy());
        assertThat(accepted.checkpoint().size()).isGreaterThan(receipt.position());
    }

    @Test
    void the_entry_is_made_again_from_the_row_and_its_salt() {
        var receipt = proven("ledger-entry");

        var placed = ledger.events(List.of(receipt.position())).getFirst();
        var again = LedgerEntry.commitment(receipt.checkpoint().logId().bytes(), placed.row());
        assertThat(LedgerEntry.of(again)).isEqualTo(receipt.entry());
    }

    @Test
    void the_first_checkpoint_that_covers_an_event_stays_the_same() {
        var receipt = proven("ledger-first");
        proven("ledger-second");

        assertThat(ledger.receipt(receipt.eventId()).orElseThrow().proof())
                .isEqualTo(receipt.proof());
    }

    @Test
    void tiles_and_entries_lead_to_the_published_root() {
        proven("ledger-tiles");
        var newest = ledger.newest().orElseThrow();
        var bundle = TileArithmetic.bundleOf(newest.size() - 1, newest.size());
        var tile = TileArithmetic.tileOf(0, newest.size() - 1, newest.size());
        var entries = EntryBundle.decode(ledger.tile(bundle).orElseThrow(), bundle.width());
        var hashes = ledger.tile(tile).orElseThrow();
        for (var i = 0; i < entries.size(); i++) {
            assertThat(Merkle.leaf(entries.get(i))).isEqualTo(Hash.of(hashes, i * Hash.BYTES));
        }
        var proof = ledger.consistency(1, newest.size()).orElseThrow();
        var first = Hash.of(ledger.tile(TileArithmetic.tileOf(0, 0, 1)).orElseThrow());
        assertThat(proof.proves(first, newest.root())).isTrue();
    }

    @Test
    void no_tile_is_served_beyond_the_published_tree() {
        proven("ledger-beyond");
        var size = ledger.newest().orElseThrow().size();

        assertThat(ledger.tile(TileArithmetic.tileOf(0, size + 1_000, size + 1_001))).isEmpty();
        assertThat(ledger.consistency(1, size + 1_000)).isEmpty();
    }

    @Test
    void the_published_note_is_what_the_guard_signed() {
        proven("ledger-note");
        var newest = ledger.newest().orElseThrow();

        assertThat(Checkpoint.parse(newest.note().text()).origin()).isEqualTo(newest.origin());
        assertThat(newest.checkpoint().root()).isEqualTo(newest.root());
    }
}
