/** The bias and risk report of a model version. */
@NullMarked
package io.countersign.reporting.biasreport;

import org.jspecify.annotations.NullMarked;
