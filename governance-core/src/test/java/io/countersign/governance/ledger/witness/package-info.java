@NullMarked
package io.countersign.governance.ledger.witness;

import org.jspecify.annotations.NullMarked;
