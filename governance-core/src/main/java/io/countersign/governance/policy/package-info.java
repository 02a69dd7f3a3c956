/** Policies as data: gates in CEL over documented facts, signatures, separation of duties. */
@NullMarked
package io.countersign.governance.policy;

import org.jspecify.annotations.NullMarked;
