/** Projects: why something is built, for whom, and how risky it is. */
@NullMarked
package io.countersign.governance.project;

import org.jspecify.annotations.NullMarked;
