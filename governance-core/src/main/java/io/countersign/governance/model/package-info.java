/** Models and their versions: what they were made from, what they are for, how well they do. */
@NullMarked
package io.countersign.governance.model;

import org.jspecify.annotations.NullMarked;
