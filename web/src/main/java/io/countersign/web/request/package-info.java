/** What every request may bring: a ledger position, an event to wait for, an idempotency key. */
@NullMarked
package io.countersign.web.request;

import org.jspecify.annotations.NullMarked;
