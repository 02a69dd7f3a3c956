@NullMarked
package io.countersign.reporting.verify;

import org.jspecify.annotations.NullMarked;
