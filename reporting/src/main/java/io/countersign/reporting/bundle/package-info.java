/**
 * Writes evidence bundles: chosen events with all that shows offline that they are in the log,
 * unchanged. The same choice gives the same bytes. {@code docs/ledger-formats.md} has the format.
 */
@NullMarked
package io.countersign.reporting.bundle;

import org.jspecify.annotations.NullMarked;
