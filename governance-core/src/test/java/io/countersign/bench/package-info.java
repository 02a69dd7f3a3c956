/**
 * Benchmarks: {@code ./mvnw -Pbench verify}. They print ratios and the machine, and assert none.
 */
@NullMarked
package io.countersign.bench;

import org.jspecify.annotations.NullMarked;
