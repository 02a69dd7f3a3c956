/** Evidence files on pages and in the API. */
@NullMarked
package io.countersign.web.evidence;

import org.jspecify.annotations.NullMarked;
