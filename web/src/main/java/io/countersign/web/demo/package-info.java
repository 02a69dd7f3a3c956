/** The demonstration: its accounts and its story, in the profile {@code demo} only. */
@NullMarked
package io.countersign.web.demo;

import org.jspecify.annotations.NullMarked;
