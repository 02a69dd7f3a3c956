/** The audit trail as pages, answers and files. */
@NullMarked
package io.countersign.web.audit;

import org.jspecify.annotations.NullMarked;
