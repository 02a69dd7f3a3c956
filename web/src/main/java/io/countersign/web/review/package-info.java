/** Reviews: what to sign, what was asked for, and the page a decision is taken on. */
@NullMarked
package io.countersign.web.review;

import org.jspecify.annotations.NullMarked;
