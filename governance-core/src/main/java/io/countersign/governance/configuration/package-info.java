/**
 * Configuration as a fact: what is in force is what an event adopted, with its bytes; a file
 * changed on disk takes effect when somebody adopts it.
 */
@NullMarked
package io.countersign.governance.configuration;

import org.jspecify.annotations.NullMarked;
