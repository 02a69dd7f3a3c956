/** What must be there before the first request: settings, keys, database, configuration. */
@NullMarked
package io.countersign.web.start;

import org.jspecify.annotations.NullMarked;
