/** The risk register as pages, answers and files. */
@NullMarked
package io.countersign.web.risk;

import org.jspecify.annotations.NullMarked;
