/** What all of the API shares. */
@NullMarked
package io.countersign.web.api;

import org.jspecify.annotations.NullMarked;
