/**
 * Secrets that live outside the database: the writer's MAC key, and the keys that make personal
 * words in events readable, one per person, so that destroying one erases that person everywhere.
 */
@NullMarked
package io.countersign.governance.keys;

import org.jspecify.annotations.NullMarked;
