/** The application: what starts it, its pages, its API, and its command line. */
@NullMarked
package io.countersign.web;

import org.jspecify.annotations.NullMarked;
