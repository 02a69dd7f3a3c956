@NullMarked
package io.countersign.governance.ledger.tlog;

import org.jspecify.annotations.NullMarked;
