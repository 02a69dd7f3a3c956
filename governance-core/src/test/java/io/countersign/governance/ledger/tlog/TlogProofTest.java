package io.countersign.governance.ledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlogProofTest {
    private static final byte[] PUBLISHED = Vectors.bytes("log/entry-6.tlog-proof");
    private static final byte[] REQUEST = Vectors.bytes("log/add-checkpoint-7-15");
    private static final Hash SEVEN = Merkle.leaf("seven".getBytes(UTF_8));
    private static final WitnessPolicy UNWITNESSED = WitnessPolicy.unwitnessed(Vectors.LOG);
    private static final WitnessPolicy WITNESSED =
            WitnessPolicy.parse(
                    """
                    log %s
                    witness one %s
                    quorum one
                    """
                            .formatted(Vectors.LOG, Vectors.WITNESS)
                            .getBytes(UTF_8));

    private static TlogProof cosigned(byte @Nullable [] extra) {
        var published = TlogProof.parse(PUBLISHED);
        var note = published.note().with(List.of(NoteSignature.parse(Vectors.WITNESS_LINE)));
        return new TlogProof(extra, published.index(), published.path(), note);
    }

    @Test
    void the_published_proof_verifies() {
        var accepted = TlogProof.parse(PUBLISHED).verify(SEVEN, UNWITNESSED);
        assertThat(accepted.checkpoint().size()).isEqualTo(15);
        assertThat(accepted.log()).isEqualTo(Vectors.LOG);
        assertThat(accepted.cosignatures()).isEmpty();
    }

    @Test
    void the_published_proof_and_request_are_made_again_to_the_byte() {
        var tree = new TileTree(15, Vectors.naiveTiles(Vectors.leaves()));
        var checkpoint = Vectors.checkpoint(15);
        assertThat(new TlogProof(null, 6, tree.inclusion(6).path(), checkpoint).bytes())
                .isEqualTo(PUBLISHED);
        assertThat(new AddCheckpoint(7, tree.consistency(7).path(), checkpoint).bytes())
                .isEqualTo(REQUEST);
        var request = AddCheckpoint.parse(REQUEST);
        assertThat(request.bytes()).isEqualTo(REQUEST);
        var before = Checkpoint.parse(Vectors.checkpoint(7).text());
        var after = Checkpoint.parse(request.checkpoint().text());
        assertThat(
                        new ConsistencyProof(request.oldSize(), after.size(), request.proof())
                                .proves(before.root(), after.root()))
                .isTrue();
    }

    @Test
    void what_a_policy_does_not_accept_is_not_verified() {
        var proof = TlogProof.parse(PUBLISHED);
        assertThatThrownBy(() -> proof.verify(Merkle.leaf("eight".getBytes(UTF_8)), UNWITNESSED))
                .isInstanceOf(Unverified.class)
                .hasMessageStartingWith("The entry is not in the log");
        assertThatThrownBy(() -> proof.verify(SEVEN, WitnessPolicy.unwitnessed(Vectors.PETER)))
                .isInstanceOf(Unverified.class)
                .hasMessageContaining("none of the trusted ones");
        assertThatThrownBy(() -> proof.verify(SEVEN, WITNESSED))
                .isInstanceOf(Unverified.class)
                .hasMessage(
                        "The checkpoint of size 15 does not meet the quorum \"one\": cosigned by"
                                + " none of the policy's witnesses");
        var beyond = new TlogProof(null, 15, proof.path(), proof.note());
        assertThatThrownBy(() -> beyond.verify(SEVEN, UNWITNESSED))
                .isInstanceOf(Unverified.class)
                .hasMessageContaining("has only 15");
    }

    @Test
    void cosignatures_meet_a_quorum_and_extra_data_travels_along() {
        var proof = TlogProof.parse(cosigned(new byte[] {1, 2, 3}).bytes());
        assertThat(proof.extra()).containsExactly(1, 2, 3);
        assertThat(proof).isEqualTo(cosigned(new byte[] {1, 2, 3}));
        assertThat(proof.verify(SEVEN, WITNESSED).cosignatures())
                .extracting(Cosignature::witness)
                .containsExactly(Vectors.WITNESS);
    }

    @Test
    void the_proof_of_the_only_entry_has_no_hashes() {
        var proof = new TlogProof(null, 0, List.of(), Vectors.checkpoint(1));
        var leaf = Vectors.leaves().getFirst();
        assertThat(TlogProof.parse(proof.bytes()).verify(leaf, UNWITNESSED).checkpoint().size())
                .isEqualTo(1);
    }

    /** Every line of this proof counts, so no changed byte of it is irrelevant. */
    @Test
    void every_changed_byte_of_a_proof_fails() {
        var original = cosigned(null).bytes();
        Vectors.everyByteChanged(original, changed -> assertFails(changed, WITNESSED));
        Vectors.everyLengthChanged(original).forEach(changed -> assertFails(changed, WITNESSED));
    }

    private static void assertFails(byte[] changed, WitnessPolicy policy) {
        assertThatThrownBy(() -> TlogProof.parse(changed).verify(SEVEN, policy))
                .isInstanceOfAny(MalformedTlog.class, Unverified.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "\n\n",
                "HEAD\n",
                "HEAD\n\nNOTE",
                "HEAD\nHASH\n\nNOTE",
                "HEAD@v2\nindex 1\n\nNOTE",
                " HEAD\nindex 1\n\nNOTE",
                "HEAD\nextra !!\nindex 1\n\nNOTE",
                "HEAD\nextra QQ\nindex 1\n\nNOTE",
                "HEAD\nextra QR==\nindex 1\n\nNOTE",
                "HEAD\nextra \nindex 1\n\nNOTE",
                "HEAD\nextra\nindex 1\n\nNOTE",
                "HEAD\nindex 1\nextra QQ==\n\nNOTE",
                "HEAD\nextra QQ==\nextra QQ==\nindex 1\n\nNOTE",
                "HEAD\nextra QQ==\n\nNOTE",
                "HEAD\nindex notanumber\n\nNOTE",
                "HEAD\nindex -5\n\nNOTE",
                "HEAD\nindex +5\n\nNOTE",
                "HEAD\nindex 05\n\nNOTE",
                "HEAD\nindex ٥\n\nNOTE",
                "HEAD\nindex  5\n\nNOTE",
                "HEAD\nindex\n\nNOTE",
                "HEAD\nindex 9223372036854775808\n\nNOTE",
                "HEAD\nindex 1\nnotahash\n\nNOTE",
                "HEAD\nindex 1\nHASHHASH\n\nNOTE",
                "HEAD\nindex 1\nHASH \n\nNOTE",
                "HEAD\nindex 1\n" + LONG + "\n\nNOTE",
                "HEAD\nindex 1\n\n\nNOTE",
                "HEAD\nindex 1\n\n",
                "HEAD\nindex 1\nNOTE",
                "HEAD\r\nindex 1\n\nNOTE",
                "HEAD\nindex 1\n\nNOTE\n"
            })
    void what_is_no_proof_is_malformed(String text) {
        assertThatThrownBy(() -> TlogProof.parse(filled(text).getBytes(UTF_8)))
                .isInstanceOf(MalformedTlog.class);
    }

    /** A hash of 64 bytes. */
    private static final String LONG =
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n\n",
                "\nNOTE",
                "old\n\nNOTE",
                "old \n\nNOTE",
                "Old 7\n\nNOTE",
                "old 07\n\nNOTE",
                "old -7\n\nNOTE",
                "old 7 \n\nNOTE",
                "old 9223372036854775808\n\nNOTE",
                "old 7\nHASH\nNOTE",
                "old 7\nHASHHASH\n\nNOTE",
                "old 7\nnope\n\nNOTE",
                "old 7\nHASH\n\n",
                "old 7\n\n\nNOTE",
                "7\n\nNOTE"
            })
    void what_is_no_request_is_malformed(String text) {
        assertThatThrownBy(() -> AddCheckpoint.parse(filled(text).getBytes(UTF_8)))
                .isInstanceOf(MalformedTlog.class);
    }

    private static String filled(String text) {
        return text.replace("HEAD", "c2sp.org/tlog-proof@v1")
                .replace("HASH", Merkle.EMPTY_ROOT.base64())
                .replace("NOTE", Vectors.text("log/checkpoint-15.note"));
    }

    @Test
    void proofs_and_requests_have_at_most_63_hashes_and_a_bounded_length() {
        var hashes = new ArrayList<Hash>();
        for (int i = 0; i < 63; i++) {
            hashes.add(Merkle.EMPTY_ROOT);
        }
        var note = Vectors.checkpoint(15);
        var proof = new TlogProof(new byte[TlogProof.MAX_EXTRA_BYTES], 1, hashes, note);
        assertThat(TlogProof.parse(proof.bytes())).isEqualTo(proof);
        var request = new AddCheckpoint(Long.MAX_VALUE, hashes, note);
        assertThat(AddCheckpoint.parse(request.bytes())).isEqualTo(request);
        hashes.add(Merkle.EMPTY_ROOT);
        var line = Merkle.EMPTY_ROOT + "\n";
        for (var tooLong :
                List.of(
                        new String(proof.bytes(), UTF_8).replace("index 1\n", "index 1\n" + line),
                        "x".repeat(TlogProof.MAX_BYTES + 1))) {
            assertThatThrownBy(() -> TlogProof.parse(tooLong.getBytes(UTF_8)))
                    .isInstanceOf(MalformedTlog.class);
        }
        assertThatThrownBy(() -> new TlogProof(null, 1, hashes, note))
                .isInstanceOf(MalformedTlog.class);
        assertThatThrownBy(() -> new TlogProof(null, -1, List.of(), note))
                .isInstanceOf(MalformedTlog.class);
        assertThatThrownBy(() ->
                        new TlogProof(new byte[TlogProof.MAX_EXTRA_BYTES + 1], 1, List.of(), note))
                .isInstanceOf(MalformedTlog.class);
        assertThatThrownBy(() -> new AddCheckpoint(1, hashes, note))
                .isInstanceOf(MalformedTlog.class);
        assertThatThrownBy(() ->
                        AddCheckpoint.parse(
                                ("old 1\n" + line.repeat(64) + "\n" + note).getBytes(UTF_8)))
                .isInstanceOf(MalformedTlog.class)
                .hasMessage("the request has more than 63 hashes");
    }
}
