/** Environments, applications, services and pipelines on pages and in the API. */
@NullMarked
package io.countersign.web.place;

import org.jspecify.annotations.NullMarked;
