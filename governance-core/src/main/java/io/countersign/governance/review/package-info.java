/** The one mechanism behind every approval: request, signatures, outcome, and what ends it. */
@NullMarked
package io.countersign.governance.review;

import org.jspecify.annotations.NullMarked;
