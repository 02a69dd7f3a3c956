/**
 * Datasets and their versions: what they hold, where they come from, what may be done with them.
 */
@NullMarked
package io.countersign.governance.dataset;

import org.jspecify.annotations.NullMarked;
