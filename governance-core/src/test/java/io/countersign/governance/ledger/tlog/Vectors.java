package io.countersign.governance.ledger.tlog;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The published vectors in {@code src/test/resources/tlog}; SOURCES.md there says whose. */
final class Vectors {
    static final String LOG_NAME = "example.com/log/testdata";
    static final SignerKey LOG_SIGNER =
            SignerKey.parse(
                    "PRIVATE+KEY+example.com/log/testdata+33d7b496+"
                            + "AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg");
    static final VerifierKey LOG =
            VerifierKey.parse(
                    "example.com/log/testdata+33d7b496+"
                            + "AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
    static final String PETER_SECRET =
            "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    static final VerifierKey PETER =
            VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    static final VerifierKey ENOCH =
            VerifierKey.parse("EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop");
    static final SignerKey WITNESS_SIGNER =
            SignerKey.parse(
                            "PRIVATE+KEY+Wit1+55ee4561+AeadRiG7XM4XiieCHzD8lxysXMwcViy5nYsoXURWGrlE")
                    .asCosigner();
    static final VerifierKey WITNESS =
            VerifierKey.parse("Wit1+9b3fb2d5+BFhZSmQj9+SoL+p/nN0Hh76xXmF7QcHfytUrI1XfSClk");
    static final String WITNESS_LINE =
            "— Wit1 mz+y1QAAAABlU/EAYEDMPd8Ge7XzsHcNU+F3AzavfsuzhRT3gC4BORiySViMAWQq5znn5g+ruu+i"
                    + "DztzMS3EeF6xr4ug+O66ORoSAw==\n";
    static final List<byte[]> ENTRIES =
            Stream.of(
                            "one",
                            "two",
                            "three",
                            "four",
                            "five",
                            "six",
                            "seven",
                            "eit",
                            "nain",
                            "ten",
                            "ileven",
                            "twelf",
                            "threeten",
                            "fourten",
                            "fivten")
                    .map(word -> word.getBytes(US_ASCII))
                    .toList();

    private Vectors() {}

    static byte[] bytes(String name) {
        try (var in = Vectors.class.getResourceAsStream("/tlog/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(String name) {
        return new String(bytes(name), UTF_8);
    }

    static Note note(String name) {
        return Note.parse(bytes(name));
    }

    static Note checkpoint(int size) {
        return note("log/checkpoint-" + size + ".note");
    }

    static List<Hash> leaves() {
        return text("log/leaves-0-14.hex").lines().map(Hash::ofHex).toList();
    }

    /** Any leaf, by its number. */
    static Hash leaf(long number) {
        return Merkle.leaf(("leaf " + number).getBytes(US_ASCII));
    }

    static List<Hash> leaves(int count) {
        return IntStream.range(0, count).mapToObj(Vectors::leaf).toList();
    }

    /** MTH as RFC 6962, section 2.1, defines it, without any thought for speed. */
    static Hash naiveRoot(List<Hash> leaves) {
        if (leaves.isEmpty()) {
            return Merkle.EMPTY_ROOT;
        }
        if (leaves.size() == 1) {
            return leaves.getFirst();
        }
        int k = Integer.highestOneBit(leaves.size() - 1);
        return Merkle.node(
                naiveRoot(leaves.subList(0, k)), naiveRoot(leaves.subList(k, leaves.size())));
    }

    /** Tiles of a tree by definition: tile(l, n)[i] is the root of 256^l leaves. */
    static Tiles naiveTiles(List<Hash> leaves) {
        return tile -> {
            int span = 1 << (8 * tile.level());
            var bytes = new ByteArrayOutputStream();
            for (int i = 0; i < tile.width(); i++) {
                int first = Math.toIntExact(tile.index() * 256 + i) * span;
                bytes.writeBytes(naiveRoot(leaves.subList(first, first + span)).bytes());
            }
            return bytes.toByteArray();
        };
    }

    /** Calls with every text that differs in one byte, each with one bit flipped. */
    static void everyByteChanged(byte[] original, Consumer<byte[]> check) {
        for (int at = 0; at < original.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                var changed = original.clone();
                changed[at] ^= (byte) (1 << bit);
                check.accept(changed);
            }
        }
    }

    /** One byte less, or one more, anywhere. */
    static List<byte[]> everyLengthChanged(byte[] original) {
        var all = new ArrayList<byte[]>();
        for (int at = 0; at <= original.length; at++) {
            for (byte inserted : new byte[] {'\n', ' ', '0', 'A', '='}) {
                var longer = new byte[original.length + 1];
                System.arraycopy(original, 0, longer, 0, at);
                longer[at] = inserted;
                System.arraycopy(original, at, longer, at + 1, original.length - at);
                all.add(longer);
            }
            if (at < original.length) {
                var shorter = new byte[original.length - 1];
                System.arraycopy(original, 0, shorter, 0, at);
                System.arraycopy(original, at + 1, shorter, at, original.length - at - 1);
                all.add(shorter);
            }
        }
        return all;
    }

    static byte[] hex(String name) {
        return HexFormat.of().parseHex(text(name).replace("\n", ""));
    }
}
