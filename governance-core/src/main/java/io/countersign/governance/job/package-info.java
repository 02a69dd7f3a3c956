/** Long work with progress, which survives a crash and can be called off. */
@NullMarked
package io.countersign.governance.job;

import org.jspecify.annotations.NullMarked;
