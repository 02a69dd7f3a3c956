/** Refusals and failures as RFC 9457 problem details. */
@NullMarked
package io.countersign.web.problem;

import org.jspecify.annotations.NullMarked;
