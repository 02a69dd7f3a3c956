/** Asking for waivers, and the list of them. */
@NullMarked
package io.countersign.web.waiver;

import org.jspecify.annotations.NullMarked;
