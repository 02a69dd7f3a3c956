/**
 * The formats of a transparency log as the C2SP specifications define them: Merkle tree and proofs
 * (RFC 6962, RFC 9162), tiles, signed notes, checkpoints, cosignatures, witness requests, policies
 * and self-contained proofs. Strict in what it reads: whatever parses writes itself back byte for
 * byte. Depends on nothing but the Java base module, so that the offline verifier is just this.
 */
@NullMarked
package io.countersign.governance.ledger.tlog;

import org.jspecify.annotations.NullMarked;
