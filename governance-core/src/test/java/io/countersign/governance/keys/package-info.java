@NullMarked
package io.countersign.governance.keys;

import org.jspecify.annotations.NullMarked;
