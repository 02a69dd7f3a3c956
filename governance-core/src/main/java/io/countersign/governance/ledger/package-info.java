/**
 * The verifiable log of all events: its tree, the guard outside the database that signs it, and
 * proofs. Sequencing gives an event its position, integration makes the tree commit to it,
 * publishing lets a signed checkpoint cover it.
 */
@NullMarked
package io.countersign.governance.ledger;

import org.jspecify.annotations.NullMarked;
