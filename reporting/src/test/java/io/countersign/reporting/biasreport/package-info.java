@NullMarked
package io.countersign.reporting.biasreport;

import org.jspecify.annotations.NullMarked;
