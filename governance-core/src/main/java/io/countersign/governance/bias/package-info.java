/** Bias assessments of model versions: what was asked, under which limits, and what was found. */
@NullMarked
package io.countersign.governance.bias;

import org.jspecify.annotations.NullMarked;
