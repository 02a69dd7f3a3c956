/** What a command would cause, told before it is given. */
@NullMarked
package io.countersign.web.consequence;

import org.jspecify.annotations.NullMarked;
