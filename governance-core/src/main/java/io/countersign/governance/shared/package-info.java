/** The words every capability speaks: people, projects, subjects, digests and refusals. */
@NullMarked
package io.countersign.governance.shared;

import org.jspecify.annotations.NullMarked;
