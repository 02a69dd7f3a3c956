package io.countersign.governance.ledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Whatever parses writes itself back to the byte; whatever does not is malformed and no worse. */
class ParserFuzzTest {
    private static final Map<String, Function<byte[], byte[]>> PARSERS =
            Map.of(
                    "note", bytes -> Note.parse(bytes).bytes(),
                    "checkpoint", bytes -> utf8(Checkpoint.parse(text(bytes)).text()),
                    "signature line", bytes -> utf8(NoteSignature.parse(text(bytes)).line()),
                    "verifier key", bytes -> utf8(VerifierKey.parse(text(bytes)).text()),
                    "signer key", bytes -> utf8(SignerKey.parse(text(bytes)).text()),
                    "tile path", bytes -> utf8(TilePath.parse(text(bytes)).path()),
                    "request", bytes -> AddCheckpoint.parse(bytes).bytes(),
                    "proof", bytes -> TlogProof.parse(bytes).bytes(),
                    "frontier", bytes -> Frontier.parse(bytes).bytes(),
                    "bundle", bytes -> EntryBundle.encode(EntryBundle.decode(bytes, 15)));

    private static final List<byte[]> SEEDS =
            List.of(
                    Vectors.bytes("two-signatures.note"),
                    Vectors.bytes("cosigned.note"),
                    Vectors.bytes("log/checkpoint-15.note"),
                    utf8(Vectors.checkpoint(15).text()),
                    utf8(Vectors.WITNESS_LINE),
                    utf8(Vectors.LOG.text()),
                    utf8(Vectors.PETER_SECRET),
                    utf8("tile/63/x999/x999/x999/x999/x999/999.p/255"),
                    utf8("tile/entries/000.p/1"),
                    Vectors.bytes("log/add-checkpoint-7-15"),
                    Vectors.bytes("log/entry-6.tlog-proof"),
                    Frontier.EMPTY.append(Vectors.leaves()).bytes(),
                    Vectors.hex("log/entries-0-14.hex"));

    @Test
    void each_parser_reads_a_seed() {
        PARSERS.forEach((name, parser) ->
                assertThat(SEEDS.stream().filter(seed -> parses(parser, seed)).count())
                        .as(name)
                        .isPositive());
    }

    @Property(tries = 5000)
    void mutated_input_is_read_exactly_or_malformed(@ForAll("mutants") byte[] bytes) {
        PARSERS.forEach((name, parser) -> parses(parser, bytes));
        policyParses(bytes);
    }

    @Property(tries = 1000)
    void random_input_is_read_exactly_or_malformed(@ForAll byte[] bytes) {
        PARSERS.forEach((name, parser) -> parses(parser, bytes));
        policyParses(bytes);
    }

    /** A line feed at the end of a signature line may be missing; nothing else is lenient. */
    private static boolean parses(Function<byte[], byte[]> parser, byte[] bytes) {
        byte[] written;
        try {
            written = parser.apply(bytes);
        } catch (MalformedTlog e) {
            assertThat(e).hasMessageMatching("(?s).{10,400}");
            return false;
        }
        var lineWithoutEnd = written.length == bytes.length + 1;
        assertThat(lineWithoutEnd ? text(bytes) + "\n" : text(bytes)).isEqualTo(text(written));
        return true;
    }

    private static void policyParses(byte[] bytes) {
        try {
            var policy = WitnessPolicy.parse(bytes);
            assertThat(WitnessPolicy.parse(utf8(policy.text()))).isEqualTo(policy);
        } catch (MalformedTlog e) {
            assertThat(e).hasMessageMatching("(?s).{10,400}");
        }
    }

    @Provide
    Arbitrary<byte[]> mutants() {
        return Arbitraries.longs().map(ParserFuzzTest::mutant);
    }

    /** One of the seeds, cut, doubled, spliced with another and changed here and there. */
    private static byte[] mutant(long seed) {
        var random = new Random(seed);
        var bytes = SEEDS.get(random.nextInt(SEEDS.size())).clone();
        for (int changes = random.nextInt(4); changes >= 0; changes--) {
            if (bytes.length == 0) {
                return bytes;
            }
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] = (byte) " \n0=+/\u0000A9—".charAt(random.nextInt(10));
                case 2 -> bytes = concat(bytes, 0, at, bytes, Math.min(bytes.length, at + 1));
                case 3 -> bytes = concat(bytes, 0, at, bytes, Math.max(0, at - 9));
                default -> {
                    var other = SEEDS.get(random.nextInt(SEEDS.size()));
                    bytes = concat(bytes, 0, at, other, random.nextInt(other.length));
                }
            }
        }
        return bytes;
    }

    private static byte[] concat(byte[] head, int from, int to, byte[] tail, int start) {
        var all = new byte[to - from + tail.length - start];
        System.arraycopy(head, from, all, 0, to - from);
        System.arraycopy(tail, start, all, to - from, tail.length - start);
        return all;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
