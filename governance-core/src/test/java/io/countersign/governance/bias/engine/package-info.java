/** Published tables, properties and hostile files against the bias assessment engine. */
@NullMarked
package io.countersign.governance.bias.engine;

import org.jspecify.annotations.NullMarked;
