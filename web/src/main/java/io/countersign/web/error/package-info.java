/** What is answered when something is refused or fails, on pages and in the API. */
@NullMarked
package io.countersign.web.error;

import org.jspecify.annotations.NullMarked;
