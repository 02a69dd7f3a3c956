/**
 * Sample pages that show every fragment of the design with real templates and no domain behind
 * them.
 */
@NullMarked
package io.countersign.web.design;

import org.jspecify.annotations.NullMarked;
