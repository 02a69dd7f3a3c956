package io.countersign.governance.ledger.tlog;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.ledger.tlog.VerifierKey.Algorithm;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoteTest {
    private static final VerifierKey FOO =
            VerifierKey.parse(
                    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
    private static final VerifierKey ROME_WITNESS =
            VerifierKey.parse(
                    "witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN");

    @Test
    void published_notes_verify() {
        assertThat(Vectors.note("foo.note").verify(List.of(FOO))).containsExactly(FOO);
        var two = Vectors.note("two-signatures.note");
        assertThat(two.verify(List.of(Vectors.ENOCH, Vectors.PETER)))
                .containsExactly(Vectors.PETER, Vectors.ENOCH);
        assertThat(two.verify(List.of(Vectors.ENOCH, FOO))).containsExactly(Vectors.ENOCH);
        for (int size = 0; size <= 15; size++) {
            assertThat(Vectors.checkpoint(size).verify(Set.of(Vectors.LOG)))
                    .containsExactly(Vectors.LOG);
        }
    }

    @Test
    void published_signatures_are_made_again_to_the_byte() {
        var two = Vectors.note("two-signatures.note");
        var peter = SignerKey.parse(Vectors.PETER_SECRET);
        assertThat(peter.verifier()).isEqualTo(Vectors.PETER);
        assertThat(peter.text()).isEqualTo(Vectors.PETER_SECRET);
        assertThat(peter.sign(two.text())).isEqualTo(two.signatures().getFirst());
        assertThat(Vectors.LOG_SIGNER.verifier()).isEqualTo(Vectors.LOG);
        for (int size = 0; size <= 15; size++) {
            var published = Vectors.checkpoint(size);
            assertThat(Note.sign(published.text(), Vectors.LOG_SIGNER)).isEqualTo(published);
            assertThat(published.bytes())
                    .isEqualTo(Vectors.bytes("log/checkpoint-" + size + ".note"));
        }
    }

    @Test
    void a_published_cosignature_verifies_and_is_made_again_to_the_byte() throws Exception {
        var note = Vectors.note("cosigned.note");
        var line = note.signatures().getLast();
        var cosignature = Cosignature.verify(ROME_WITNESS, note.text(), line);
        assertThat(cosignature.at()).isEqualTo(Instant.ofEpochSecond(1_767_139_200));
        // The log's own signature is of a type we do not know, so nobody known.
        assertThat(note.verify(List.of(ROME_WITNESS))).containsExactly(ROME_WITNESS);
        var seed =
                MessageDigest.getInstance("SHA-256")
                        .digest("skylight test witness key".getBytes(US_ASCII));
        assertThat(HexFormat.of().formatHex(seed))
                .isEqualTo("14731ce6be532a0bcc9170c0352dc3c2477dde5f86324cd30fe00ad7d430df30");
        var key = new SignerKey("witness.example.org", Algorithm.COSIGNATURE, seed);
        assertThat(key.verifier()).isEqualTo(ROME_WITNESS);
        assertThat(Cosignature.sign(key, note.text(), cosignature.at())).isEqualTo(line);
    }

    @Test
    void the_cosignature_of_checkpoint_15_is_made_again_to_the_byte() {
        assertThat(Vectors.WITNESS_SIGNER.verifier()).isEqualTo(Vectors.WITNESS);
        assertThat(
                        Cosignature.sign(
                                        Vectors.WITNESS_SIGNER,
                                        Vectors.checkpoint(15).text(),
                                        Instant.ofEpochSecond(1_700_000_000))
                                .line())
                .isEqualTo(Vectors.WITNESS_LINE);
    }

    @Test
    void a_cosignature_is_of_its_time_and_checkpoint_only() {
        var text = Vectors.checkpoint(15).text();
        var line = NoteSignature.parse(Vectors.WITNESS_LINE);
        assertThat(Vectors.WITNESS.verifies(text, line)).isTrue();
        assertThat(Vectors.WITNESS.verifies(Vectors.checkpoint(14).text(), line)).isFalse();
        assertThat(Vectors.LOG.verifies(text, line)).isFalse();
        Vectors.everyByteChanged(
                line.bytes(),
                changed ->
                        assertThat(
                                        Vectors.WITNESS.verifies(
                                                text, NoteSignature.of(Vectors.WITNESS, changed)))
                                .isFalse());
        assertThatThrownBy(() -> Cosignature.verify(Vectors.LOG, text, line))
                .isInstanceOf(Unverified.class);
        assertThatThrownBy(() -> Cosignature.verify(ROME_WITNESS, text, line))
                .isInstanceOf(Unverified.class)
                .hasMessageContaining("is not by");
        assertThatThrownBy(() ->
                        Cosignature.verify(Vectors.WITNESS, Vectors.checkpoint(14).text(), line))
                .isInstanceOf(Unverified.class)
                .hasMessageContaining("does not verify");
    }

    @Test
    void a_key_signs_notes_or_cosigns_but_not_both() {
        var text = Vectors.checkpoint(15).text();
        assertThatThrownBy(() -> Vectors.WITNESS_SIGNER.sign(text))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Cosignature.sign(Vectors.LOG_SIGNER, text, Instant.EPOCH))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Cosignature.sign(Vectors.WITNESS_SIGNER, "hello\n", Instant.EPOCH))
                .isInstanceOf(MalformedTlog.class);
        assertThatThrownBy(() ->
                        Cosignature.sign(Vectors.WITNESS_SIGNER, text, Instant.ofEpochSecond(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "\n\n",
                "TEXT",
                "TEXT\n",
                "TEXT\n\n",
                "TEXTSIG",
                "TEXT\nNOLF",
                "\u0001TEXT\nSIG",
                "\u00ffTEXT\nSIG",
                "TEXT\nSIG\n",
                "TEXT\nSIGextra\n",
                "TEXT\nSIG\u0001",
                "TEXT\n\u0001SIG",
                "TEXT\r\n\nSIG",
                "TEXT\n— Peter Neumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n",
                "TEXT\n— PeterNeumann\n",
                "TEXT\n— PeterNeumann \n",
                "TEXT\n—  x08go/ZJkuBS\n",
                "TEXT\n- PeterNeumann x08go/ZJkuBS\n",
                "TEXT\n— Peter+Neumann x08go/ZJkuBS\n",
                "TEXT\n— Peter\u00a0Neumann x08go/ZJkuBS\n",
                "TEXT\n— Peter\u2003Neumann x08go/ZJkuBS\n",
                "TEXT\n— Peter\u0085Neumann x08go/ZJkuBS\n",
                "TEXT\n— PeterNeumann  x08go/ZJkuBS\n",
                "TEXT\n— PeterNeumann x08go/ZJkuBS \n",
                "TEXT\n— PeterNeumann x08g\n",
                "TEXT\n— PeterNeumann x08goA==\n",
                "TEXT\n— PeterNeumann x08go/ZJkuBSQ\n",
                "TEXT\n— PeterNeumann x08go/ZJkuBSQR==\n",
                "TEXT\n— PeterNeumann x08go_ZJkuBS\n"
            })
    void what_is_no_note_is_malformed(String note) {
        var signature = Vectors.note("two-signatures.note").signatures().getFirst().line();
        var bytes =
                note.replace("TEXT", "Some text.\n")
                        .replace("SIGextra\n", signature + "extra\n")
                        .replace("NOLF", signature.substring(0, signature.length() - 1))
                        .replace("SIG", signature)
                        .getBytes(note.startsWith("\u00ff") ? ISO_8859_1 : UTF_8);
        assertThatThrownBy(() -> Note.parse(bytes)).isInstanceOf(MalformedTlog.class);
    }

    @Test
    void a_note_has_at_most_a_hundred_signatures() {
        var line = Vectors.note("two-signatures.note").signatures().getFirst().line();
        var hundred = "Text.\n\n" + line.repeat(100);
        assertThat(Note.parse(hundred.getBytes(UTF_8)).signatures()).hasSize(100);
        assertThatThrownBy(() -> Note.parse((hundred + line).getBytes(UTF_8)))
                .isInstanceOf(MalformedTlog.class)
                .hasMessage("the note has more than 100 signatures");
        assertThatThrownBy(() -> Note.parse(new byte[Note.MAX_BYTES + 1]))
                .isInstanceOf(MalformedTlog.class)
                .hasMessageContaining("1000001 bytes");
    }

    @Test
    void text_is_split_at_the_last_blank_line() {
        var note = Note.sign("one\n\n\ntwo\n\nthree\n", Vectors.LOG_SIGNER);
        assertThat(Note.parse(note.bytes())).isEqualTo(note);
        assertThat(note.verify(List.of(Vectors.LOG))).hasSize(1);
    }

    @Test
    void a_failing_signature_of_a_known_key_fails_the_note() {
        var two = Vectors.note("two-signatures.note");
        var forged =
                new Note(
                        two.text(),
                        List.of(
                                two.signatures().getFirst(),
                                NoteSignature.of(Vectors.ENOCH, new byte[64])));
        assertThatThrownBy(() -> forged.verify(List.of(Vectors.PETER, Vectors.ENOCH)))
                .isInstanceOf(Unverified.class)
                .hasMessage("The signature of \"EnochRoot\" (key af0cfe78) does not verify");
        assertThat(forged.verify(List.of(Vectors.PETER))).containsExactly(Vectors.PETER);
    }

    @Test
    void a_note_nobody_known_signed_is_not_verified() {
        var two = Vectors.note("two-signatures.note");
        assertThatThrownBy(() -> two.verify(List.of(FOO)))
                .isInstanceOf(Unverified.class)
                .hasMessage("No known key signed the note");
        assertThatThrownBy(() -> two.verify(List.of())).isInstanceOf(Unverified.class);
        var other = SignerKey.generate("PeterNeumann", Algorithm.ED25519, new SecureRandom());
        assertThatThrownBy(() -> two.verify(List.of(other.verifier())))
                .hasMessage("No known key signed the note");
    }

    @Test
    void the_same_signature_twice_counts_once() {
        var two = Vectors.note("two-signatures.note");
        var repeated =
                new Note(
                        two.text(),
                        List.of(two.signatures().getFirst(), two.signatures().getFirst()));
        assertThat(repeated.verify(List.of(Vectors.PETER, Vectors.PETER))).hasSize(1);
        assertThat(two.with(two.signatures())).isEqualTo(two);
    }

    /** A change may make a signature line another, unknown key's; then the others carry it. */
    @Test
    void every_changed_byte_of_a_note_fails_or_only_makes_a_signature_unknown() {
        for (var name : List.of("foo.note", "two-signatures.note", "log/checkpoint-9.note")) {
            var known = List.of(FOO, Vectors.PETER, Vectors.ENOCH, Vectors.LOG);
            var original = Vectors.note(name);
            Vectors.everyByteChanged(
                    original.bytes(),
                    changed -> {
                        try {
                            var note = Note.parse(changed);
                            var signers = note.verify(known);
                            assertThat(note.text()).isEqualTo(original.text());
                            assertThat(signers.size()).isLessThan(original.signatures().size());
                        } catch (MalformedTlog | Unverified e) {
                            assertThat(e).hasMessageMatching("(?s).{10,}");
                        }
                    });
        }
    }

    @Test
    void keys_are_read_back_from_their_text() {
        for (var key : List.of(FOO, Vectors.PETER, Vectors.LOG, Vectors.WITNESS, ROME_WITNESS)) {
            assertThat(VerifierKey.parse(key.text())).isEqualTo(key).hasSameHashCodeAs(key);
        }
        var cosigner = SignerKey.parse(Vectors.WITNESS_SIGNER.text());
        assertThat(cosigner.verifier()).isEqualTo(Vectors.WITNESS);
        assertThat(Vectors.LOG_SIGNER.toString()).doesNotContain("ymY/SZAX0jZc");
    }

    @Property(tries = 50)
    void a_key_made_from_any_seed_verifies_what_it_signs(@ForAll @Size(32) byte[] seed) {
        var signer = new SignerKey("någon/кто", Algorithm.ED25519, seed);
        var note = Note.parse(Note.sign("Text.\n", signer).bytes());
        var key = VerifierKey.parse(signer.verifier().text());
        assertThat(note.verify(List.of(key))).containsExactly(key);
        assertThat(SignerKey.parse(signer.text()).verifier()).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
                "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
                "PeterNeumann+0c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "PeterNeumann"
            })
    void a_bad_verifier_key_is_malformed(String key) {
        assertThatThrownBy(() -> VerifierKey.parse(key)).isInstanceOf(MalformedTlog.class);
        assertThatThrownBy(() -> SignerKey.parse("PRIVATE+KEY+" + key))
                .isInstanceOf(MalformedTlog.class);
    }

    @Test
    void every_part_and_every_changed_byte_of_a_key_is_malformed() {
        for (var key : List.of(Vectors.PETER, Vectors.WITNESS)) {
            var text = key.text();
            for (int from = 0; from < text.length(); from++) {
                for (int to = from; to <= text.length(); to++) {
                    if (to - from < text.length()) {
                        var part = text.substring(from, to);
                        assertThatThrownBy(() -> VerifierKey.parse(part))
                                .isInstanceOf(MalformedTlog.class);
                    }
                }
            }
            Vectors.everyByteChanged(
                    text.getBytes(US_ASCII),
                    changed ->
                            assertThatThrownBy(() -> VerifierKey.parse(new String(changed, UTF_8)))
                                    .isInstanceOf(MalformedTlog.class));
        }
    }

    @Test
    void a_secret_is_never_in_a_message() {
        var secret = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
        for (var bad :
                List.of(
                        Vectors.PETER_SECRET + "=",
                        Vectors.PETER_SECRET.replace("c74f20a3", "c74f20a4"),
                        Vectors.PETER_SECRET.replace("c74f20a3", "c74"),
                        Vectors.PETER_SECRET.replace("PRIVATE", "private"),
                        Vectors.PETER_SECRET + " ")) {
            assertThatThrownBy(() -> SignerKey.parse(bad))
                    .isInstanceOf(MalformedTlog.class)
                    .hasNoCause()
                    .hasMessageNotContaining(secret.substring(0, 12))
                    .hasMessageNotContaining(secret.substring(30));
        }
    }

    @Test
    void bytes_that_are_no_point_of_the_curve_are_no_key() {
        var y = new byte[32];
        y[0] = 2; // (y^2 - 1) / (d y^2 + 1) is no square
        assertThatThrownBy(() -> new VerifierKey("name", Algorithm.ED25519, y))
                .isInstanceOf(MalformedTlog.class)
                .hasMessageContaining("is not an Ed25519 public key");
        assertThatThrownBy(() -> new VerifierKey("name", Algorithm.ED25519, new byte[31]))
                .isInstanceOf(MalformedTlog.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ORIGIN\n",
                "ORIGIN\n3\n",
                "ORIGIN\n3\nROOT",
                "\n3\nROOT\n",
                "ORIGIN\nbananas\nROOT\n",
                "ORIGIN\n-34\nROOT\n",
                "ORIGIN\n+3\nROOT\n",
                "ORIGIN\n03\nROOT\n",
                "ORIGIN\n٣\nROOT\n",
                "ORIGIN\n 3\nROOT\n",
                "ORIGIN\n\nROOT\n",
                "ORIGIN\n3438945738945739845734895735\nROOT\n",
                "ORIGIN\n9223372036854775808\nROOT\n",
                "ORIGIN\n3\nThisIsn'tBase64\n",
                "ORIGIN\n3\nQUJD\n",
                "ORIGIN\n3\n\n",
                "ORIGIN\n3\nROOT\n\n",
                "ORIGIN\n3\nROOT\nmore\n\nand more\n",
                "ORIGIN\r\n3\nROOT\n"
            })
    void what_is_no_checkpoint_is_malformed(String text) {
        var filled =
                text.replace("ORIGIN", "example.com/log")
                        .replace("ROOT", Merkle.EMPTY_ROOT.base64());
        assertThatThrownBy(() -> Checkpoint.parse(filled)).isInstanceOf(MalformedTlog.class);
    }

    @Test
    void checkpoints_are_read_back_from_their_text() {
        for (var checkpoint :
                List.of(
                        new Checkpoint("a", 0, Merkle.EMPTY_ROOT),
                        new Checkpoint("a b", Long.MAX_VALUE, Vectors.leaf(1)),
                        new Checkpoint("é", 1, Vectors.leaf(1), List.of("x", "— y")))) {
            assertThat(Checkpoint.parse(checkpoint.text())).isEqualTo(checkpoint);
        }
        var published = Vectors.checkpoint(15).text();
        assertThat(Checkpoint.parse(published).text()).isEqualTo(published);
    }

    @Test
    void a_checkpoint_is_opened_for_its_own_log_only() {
        var note = Vectors.checkpoint(15);
        assertThat(Checkpoint.open(note, List.of(FOO, Vectors.LOG)).size()).isEqualTo(15);
        assertThatThrownBy(() -> Checkpoint.open(note, List.of(FOO)))
                .isInstanceOf(Unverified.class)
                .hasMessageContaining("none of the trusted ones");
        // Signed by a key that is trusted, for another log
        var elsewhere =
                new Checkpoint("example.com/foo", 15, Vectors.leaf(1)).sign(Vectors.LOG_SIGNER);
        assertThatThrownBy(() -> Checkpoint.open(elsewhere, List.of(FOO, Vectors.LOG)))
                .isInstanceOf(Unverified.class)
                .hasMessageContaining("is not signed by its log");
    }
}
