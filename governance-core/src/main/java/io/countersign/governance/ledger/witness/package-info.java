/**
 * Witnesses, who cosign a log's checkpoints so that it cannot show two histories
 * (c2sp.org/tlog-witness): a small one of our own, its server, and the client that asks any.
 */
@NullMarked
package io.countersign.governance.ledger.witness;

import org.jspecify.annotations.NullMarked;
