package io.countersign.governance.ledger.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The 98 inclusion and 98 consistency proofs that transparency-dev/merkle publishes, right and
 * wrong ones. They are not part of this repository.
 */
class PublishedProofsTest {
    private static final int EACH = 98;

    @Test
    void inclusion_proofs_are_judged_as_published() {
        for (var vector : vectors("rfc6962-inclusion.json")) {
            assertThat(inclusion(vector))
                    .as(vector.get("name").stringValue())
                    .isEqualTo(!vector.get("wantErr").booleanValue());
        }
    }

    @Test
    void consistency_proofs_are_judged_as_published() {
        for (var vector : vectors("rfc6962-consistency.json")) {
            var name = vector.get("name").stringValue();
            // Its roots are no hashes, which that library does not look at where sizes are equal.
            boolean oddity = name.equals("additional/sizes-are-equal-one-and-proof-is-empty");
            assertThat(consistency(vector))
                    .as(name)
                    .isEqualTo(!oddity && !vector.get("wantErr").booleanValue());
        }
    }

    private static boolean inclusion(JsonNode vector) {
        try {
            var proof =
                    new InclusionProof(
                            number(vector.get("leafIdx")),
                            number(vector.get("treeSize")),
                            hashes(vector.get("proof")));
            return proof.proves(hash(vector.get("leafHash")), hash(vector.get("root")));
        } catch (MalformedTlog e) {
            return false;
        }
    }

    private static boolean consistency(JsonNode vector) {
        try {
            var proof =
                    new ConsistencyProof(
                            number(vector.get("size1")),
                            number(vector.get("size2")),
                            hashes(vector.get("proof")));
            return proof.proves(hash(vector.get("root1")), hash(vector.get("root2")));
        } catch (MalformedTlog e) {
            return false;
        }
    }

    /** Some go up to 2^64-1, which is no size of ours: negative. */
    private static long number(JsonNode node) {
        return new BigInteger(node.asString()).longValue();
    }

    private static List<Hash> hashes(JsonNode node) {
        var hashes = new ArrayList<Hash>();
        if (!node.isNull()) {
            node.forEach(hash -> hashes.add(hash(hash)));
        }
        return hashes;
    }

    private static Hash hash(JsonNode node) {
        return Hash.of(Base64.getDecoder().decode(node.stringValue()));
    }

    private static List<JsonNode> vectors(String name) {
        var named = System.getenv("COUNTERSIGN_VECTORS");
        var folder =
                named == null
                        ? Path.of("").toAbsolutePath().resolve("../../shared/reference/vectors")
                        : Path.of(named);
        var file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            System.err.printf(
                    "SKIPPED: no %s; put the shared folder beside the checkout or name its vectors"
                            + " in COUNTERSIGN_VECTORS%n",
                    name);
        }
        assumeTrue(Files.isRegularFile(file), "the published proofs are not here");
        try {
            var all = new ArrayList<JsonNode>();
            JsonMapper.shared()
                    .readTree(Files.readString(file, StandardCharsets.UTF_8))
                    .forEach(all::add);
            assertThat(all).hasSize(EACH);
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
