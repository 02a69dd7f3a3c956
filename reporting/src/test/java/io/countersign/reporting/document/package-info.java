@NullMarked
package io.countersign.reporting.document;

import org.jspecify.annotations.NullMarked;
