@NullMarked
package io.countersign.governance.staleness;

import org.jspecify.annotations.NullMarked;
