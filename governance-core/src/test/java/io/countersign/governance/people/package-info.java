@NullMarked
package io.countersign.governance.people;

import org.jspecify.annotations.NullMarked;
