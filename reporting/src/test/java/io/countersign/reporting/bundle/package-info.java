@NullMarked
package io.countersign.reporting.bundle;

import org.jspecify.annotations.NullMarked;
