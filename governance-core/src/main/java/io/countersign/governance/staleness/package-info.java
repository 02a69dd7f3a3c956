/** Approvals that no longer rest on what they were given for: found, marked, told, and foreseen. */
@NullMarked
package io.countersign.governance.staleness;

import org.jspecify.annotations.NullMarked;
