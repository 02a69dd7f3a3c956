package io.countersign.governance.ledger.tlog;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.ledger.tlog.VerifierKey.Algorithm;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WitnessPolicyTest {
    private static final List<SignerKey> WITNESSES =
            IntStream.range(0, 6).mapToObj(WitnessPolicyTest::witness).toList();

    /** The example of the specification. */
    private static final String EXAMPLE =
            """
            # Two organisations
            log LOG https://log.example.com/
            \twitness X1 W0 https://x1.example.com/
            witness X2\tW1
            witness  X3  W2\s

            group X-witnesses 2 X1 X2 X3
            witness Y1 W3
            witness Y2 W4
            witness Y3 W5
            group Y-witnesses any Y1 Y2 Y3
            group X-and-Y all X-witnesses Y-witnesses
            \t# and now
            quorum X-and-Y
            """;

    private static SignerKey witness(int number) {
        var seed = new byte[32];
        seed[0] = (byte) number;
        return new SignerKey("witness" + number, Algorithm.COSIGNATURE, seed);
    }

    private static String filled(String policy) {
        var text = policy.replace("LOG", Vectors.LOG.text());
        for (int i = 0; i < WITNESSES.size(); i++) {
            text = text.replace("W" + i, WITNESSES.get(i).verifier().text());
        }
        return text;
    }

    private static WitnessPolicy parse(String policy) {
        return WitnessPolicy.parse(filled(policy).getBytes(UTF_8));
    }

    private static Note cosigned(int... witnesses) {
        var note = Vectors.checkpoint(15);
        return note.with(
                Arrays.stream(witnesses)
                        .mapToObj(i ->
                                Cosignature.sign(
                                        WITNESSES.get(i),
                                        note.text(),
                                        Instant.ofEpochSecond(100 - i)))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "'', false",
        "X1 X2, false",
        "X1 X2 X3, false",
        "X1 Y1 Y2 Y3, false",
        "X1 X2 Y1, true",
        "X2 X3 Y3, true",
        "X1 X2 X3 Y1 Y2 Y3, true",
        "X1 X1 Y1, false",
        "X-witnesses Y-witnesses, false",
        "X-and-Y, false"
    })
    void groups_of_groups_make_the_quorum(String cosigners, boolean met) {
        assertThat(parse(EXAMPLE).isMetBy(List.of(cosigners.split(" ", -1)))).isEqualTo(met);
    }

    @Test
    void a_note_is_accepted_with_the_earliest_cosignature_of_each_witness() {
        var policy = parse(EXAMPLE);
        var note = cosigned(0, 1, 3);
        var again =
                note.with(
                        List.of(
                                Cosignature.sign(
                                        WITNESSES.get(3), note.text(), Instant.ofEpochSecond(5))));
        var accepted = policy.verify(again);
        assertThat(accepted.checkpoint().size()).isEqualTo(15);
        assertThat(accepted.cosignatures())
                .containsExactly(
                        new Cosignature(WITNESSES.get(3).verifier(), Instant.ofEpochSecond(5)),
                        new Cosignature(WITNESSES.get(1).verifier(), Instant.ofEpochSecond(99)),
                        new Cosignature(WITNESSES.get(0).verifier(), Instant.ofEpochSecond(100)));
        assertThatThrownBy(() -> policy.verify(cosigned(0, 1)))
                .isInstanceOf(Unverified.class)
                .hasMessageEndingWith("cosigned by X1, X2 only");
    }

    @Test
    void one_forged_cosignature_of_a_witness_refuses_the_note() {
        var forged =
                cosigned(0, 1, 3)
                        .with(List.of(NoteSignature.of(WITNESSES.get(4).verifier(), new byte[72])));
        assertThatThrownBy(() -> parse(EXAMPLE).verify(forged))
                .isInstanceOf(Unverified.class)
                .hasMessageContaining("witness4");
    }

    @Test
    void a_quorum_of_none_takes_the_log_alone() {
        var policy = parse("log LOG\nquorum none\n");
        assertThat(policy.verify(Vectors.checkpoint(15)).cosignatures()).isEmpty();
        assertThat(policy).isEqualTo(WitnessPolicy.unwitnessed(Vectors.LOG));
        assertThat(parse("quorum none\n").isMetBy(List.of())).isTrue();
        assertThatThrownBy(() -> parse("quorum none\n").verify(Vectors.checkpoint(15)))
                .isInstanceOf(Unverified.class);
    }

    @Test
    void a_policy_is_read_back_from_its_text() {
        for (var text : List.of(EXAMPLE, "log LOG\nquorum none\n", "witness é W0\nquorum é\n")) {
            var policy = parse(text);
            assertThat(WitnessPolicy.parse(policy.text().getBytes(UTF_8))).isEqualTo(policy);
        }
        assertThat(parse(EXAMPLE).witnesses().getFirst().url())
                .isEqualTo("https://x1.example.com/");
        assertThat(parse(EXAMPLE).logs().getFirst().url()).isEqualTo("https://log.example.com/");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "log LOG; | the policy has no quorum line",
                "quorum none;quorum none; | line 2: there is a quorum line already",
                "quorum A; | line 1: \"A\" is not defined before",
                "quorum A;witness A W0; | line 1: \"A\" is not defined before",
                "witness A W0;group G 2 A;quorum G; | line 2: the group \"G\" of 1 members needs",
                "witness A W0;group G 0 A;quorum G; | line 2: the group \"G\" of 1 members needs",
                "witness A W0;group G 01 A;quorum G; | line 2: the threshold \"01\" is not",
                "witness A W0;group G most A;quorum G; | line 2: the threshold \"most\" is not",
                "witness A W0;group G any;quorum G; | line 2: the line is not \"group",
                "witness A W0;group G any B;quorum G; | line 2: \"B\" is not defined before",
                "witness A W0;group G any A A;quorum G; | line 2: \"A\" is in a group already",
                "witness A W0;group G any A;group H any A;quorum H; | line 3: \"A\" is in a group",
                "witness A W0;group G any G;quorum G; | line 2: \"G\" is not defined before",
                "witness A W0;group A any A;quorum A; | line 2: \"A\" is defined already",
                "witness A W0;witness A W1;quorum A; | line 2: \"A\" is defined already",
                "witness A W0;witness B W0;quorum A; | line 2: witness0 has the key of the witness",
                "witness none W0;quorum none; | line 1: no witness and no group is called",
                "witness A W0;group G any none;quorum G; | line 2: \"none\" is not defined",
                "witness A LOG;quorum A; | line 1: the key of the witness \"A\" is not a cosigner's",
                "log W0;quorum none; | line 1: the key of the log witness0 is a cosigner's",
                "log LOG;log LOG;quorum none; | line 2: example.com/log/testdata has the key",
                "log SAME;witness A W0;quorum A; | line 2: witness0 has the key of the log",
                "log nonsense;quorum none; | line 1: the verifier key is not <name>+<id>+<key>",
                "log LOG url more;quorum none; | line 1: the line is not \"log",
                "witness A;quorum none; | line 1: the line is not \"witness",
                "quorum none none; | line 1: the line is not \"quorum",
                "Quorum none; | line 1: a line is log, witness, group or quorum",
                "quorum none | line 1 does not end in a line feed"
            })
    void a_policy_that_contradicts_itself_is_refused_with_its_line(String policy, String why) {
        var same = new SignerKey("log", Algorithm.ED25519, new byte[32]).verifier().text();
        var text = policy.replace(";", "\n").replace("SAME", same);
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(MalformedTlog.class)
                .hasMessageContaining(why);
    }

    @Test
    void only_spaces_and_tabs_separate_words() {
        for (var file :
                List.of(
                        "quorum\u00a0none\n".getBytes(UTF_8),
                        "quorum\u2003none\n".getBytes(UTF_8),
                        "quorum none\r\n".getBytes(UTF_8),
                        "# \u007f\nquorum none\n".getBytes(UTF_8),
                        "# \u00e9\nquorum none\n".getBytes(ISO_8859_1),
                        "quorum none\n\u0000".getBytes(UTF_8))) {
            assertThatThrownBy(() -> WitnessPolicy.parse(file)).isInstanceOf(MalformedTlog.class);
        }
        assertThat(parse("\t quorum \t\tnone \t\n").quorum()).isEqualTo("none");
    }

    @Test
    void thirty_two_of_each_kind_are_no_trouble() {
        var text = new StringBuilder("log LOG\n");
        for (int i = 0; i < 32; i++) {
            var key = witness(64 + i).verifier();
            text.append("witness w%d %s\ngroup g%d all w%d\n".formatted(i, key, i, i));
        }
        var groups = Stream.iterate(0, i -> i + 1).limit(32).map(i -> "g" + i).toList();
        text.append("group all 17 ").append(String.join(" ", groups)).append("\nquorum all\n");
        var policy = parse(text.toString());
        var names = Stream.iterate(0, i -> i + 1).limit(17).map(i -> "w" + i).toList();
        assertThat(policy.isMetBy(names)).isTrue();
        assertThat(policy.isMetBy(names.subList(0, 16))).isFalse();
    }
}
