/** Projects on pages and in the API. */
@NullMarked
package io.countersign.web.project;

import org.jspecify.annotations.NullMarked;
