package io.countersign.governance.ledger.heads;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.ledger.tlog.Frontier;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.Merkle;
import org.junit.jupiter.api.Test;

class HeadsTreeTest {
    private static Hash leaf(int i) {
        return Merkle.leaf(("leaf " + i).getBytes(UTF_8));
    }

    @Test
    void has_the_root_of_rfc_6962_at_every_size() {
        var tree = new HeadsTree();
        var frontier = Frontier.EMPTY;
        assertThat(tree.root()).isEqualTo(Merkle.EMPTY_ROOT);
        for (var size = 1; size <= 1_100; size++) {
            tree.append(leaf(size - 1));
            frontier = frontier.append(leaf(size - 1));
            assertThat(tree.root()).isEqualTo(frontier.root());
        }
    }

    @Test
    void proves_every_leaf_and_no_other() {
        for (var size = 1; size <= 70; size++) {
            var tree = new HeadsTree();
            for (var i = 0; i < size; i++) {
                tree.append(leaf(i));
            }
            for (var i = 0; i < size; i++) {
                var proof = tree.inclusion(i);
                assertThat(proof.proves(leaf(i), tree.root())).isTrue();
                assertThat(proof.proves(leaf(i + 1), tree.root())).isFalse();
            }
        }
    }

    @Test
    void proves_nothing_beyond_its_size() {
        var tree = new HeadsTree();
        tree.append(leaf(0));
        assertThatThrownBy(() -> tree.inclusion(1)).hasMessage("no leaf 1 of 1");
    }
}
