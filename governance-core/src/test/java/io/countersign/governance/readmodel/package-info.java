@NullMarked
package io.countersign.governance.readmodel;

import org.jspecify.annotations.NullMarked;
