/** The first page. */
@NullMarked
package io.countersign.web.home;

import org.jspecify.annotations.NullMarked;
