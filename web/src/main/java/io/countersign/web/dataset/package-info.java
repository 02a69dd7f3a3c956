/** Datasets and their versions on pages and in the API. */
@NullMarked
package io.countersign.web.dataset;

import org.jspecify.annotations.NullMarked;
