/** Files that decisions rest on, kept by what they contain, outside the event store. */
@NullMarked
package io.countersign.governance.evidence;

import org.jspecify.annotations.NullMarked;
