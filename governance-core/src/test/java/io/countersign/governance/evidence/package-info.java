@NullMarked
package io.countersign.governance.evidence;

import org.jspecify.annotations.NullMarked;
