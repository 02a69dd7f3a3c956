/**
 * Read models: what pages and reports show, temporal by ledger position and rebuildable from the
 * events.
 */
@NullMarked
package io.countersign.governance.readmodel;

import org.jspecify.annotations.NullMarked;
