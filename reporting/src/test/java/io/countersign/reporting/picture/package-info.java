@NullMarked
package io.countersign.reporting.picture;

import org.jspecify.annotations.NullMarked;
