@NullMarked
package io.countersign.governance.database;

import org.jspecify.annotations.NullMarked;
