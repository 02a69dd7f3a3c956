/** The cast, the database and the annotations that tests of every module share. */
@NullMarked
package io.countersign.testing;

import org.jspecify.annotations.NullMarked;
