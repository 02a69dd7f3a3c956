/** The risk register: what could go wrong, how bad it would be, and what is done about it. */
@NullMarked
package io.countersign.governance.risk;

import org.jspecify.annotations.NullMarked;
