/** Bias assessments: the prediction log, the mapping of its columns, the run, what was found. */
@NullMarked
package io.countersign.web.bias;

import org.jspecify.annotations.NullMarked;
