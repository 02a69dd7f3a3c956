/** Reports as data first, and the same content as HTML, PDF and CSV. */
@NullMarked
package io.countersign.reporting.document;

import org.jspecify.annotations.NullMarked;
