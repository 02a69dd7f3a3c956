/** The verifiable ledger as others read and check it: tiles, checkpoints, proofs, its state. */
@NullMarked
package io.countersign.web.ledger;

import org.jspecify.annotations.NullMarked;
