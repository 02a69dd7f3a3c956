/**
 * Pictures as SVG text. The same input gives the same bytes; every picture says in words what it
 * shows, needs no script and no style attribute, and can be read without colour.
 */
@NullMarked
package io.countersign.reporting.picture;

import org.jspecify.annotations.NullMarked;
