/**
 * Verifies evidence bundles and proofs offline: no server, no database, no network. Depends on the
 * Java base module and the ledger's formats only, and believes nothing it reads. A second program,
 * {@code docs/verifier/verify.py}, does the same independently.
 */
@NullMarked
package io.countersign.reporting.verify;

import org.jspecify.annotations.NullMarked;
