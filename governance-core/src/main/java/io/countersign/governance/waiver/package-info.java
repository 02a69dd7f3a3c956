/**
 * Letting one closed gate pass, for one subject, for a time, with the signature of an authority.
 */
@NullMarked
package io.countersign.governance.waiver;

import org.jspecify.annotations.NullMarked;
