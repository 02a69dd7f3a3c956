/** What the ledger says of an event: a salted commitment to its row that gives nothing away. */
@NullMarked
package io.countersign.governance.ledger.entry;

import org.jspecify.annotations.NullMarked;
