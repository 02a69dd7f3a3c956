/**
 * Verifies the whole ledger from its rows and tiles against what was signed, the read models
 * against a replay, and the schema against what the migrations make.
 */
@NullMarked
package io.countersign.governance.ledger.check;

import org.jspecify.annotations.NullMarked;
