/** The event store: how commands are decided, events stored, sequenced and read back. */
@NullMarked
package io.countersign.governance.eventstore;

import org.jspecify.annotations.NullMarked;
