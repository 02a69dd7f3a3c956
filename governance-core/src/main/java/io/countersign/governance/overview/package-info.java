/** Figures over all projects somebody may see. */
@NullMarked
package io.countersign.governance.overview;

import org.jspecify.annotations.NullMarked;
