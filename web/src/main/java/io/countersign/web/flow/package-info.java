/** How reviews flow: pages and API. */
@NullMarked
package io.countersign.web.flow;

import org.jspecify.annotations.NullMarked;
