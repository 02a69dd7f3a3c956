/** Models and their versions, on pages and in the API. */
@NullMarked
package io.countersign.web.model;

import org.jspecify.annotations.NullMarked;
