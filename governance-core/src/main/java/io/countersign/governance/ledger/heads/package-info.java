/**
 * How far every stream of events had come at a size of the ledger, on record in the ledger itself:
 * so that a bundle of one subject's events can show that these are all of them.
 */
@NullMarked
package io.countersign.governance.ledger.heads;

import org.jspecify.annotations.NullMarked;
