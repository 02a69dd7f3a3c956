/** What all pages share, and the home page. */
@NullMarked
package io.countersign.web.page;

import org.jspecify.annotations.NullMarked;
