/** What operators did to the ledger from the command line, on record in the ledger itself. */
@NullMarked
package io.countersign.governance.ledger.operation;

import org.jspecify.annotations.NullMarked;
