/** Reports: looked at, issued, taken along and verified. */
@NullMarked
package io.countersign.web.report;

import org.jspecify.annotations.NullMarked;
