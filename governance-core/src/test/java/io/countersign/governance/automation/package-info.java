@NullMarked
package io.countersign.governance.automation;

import org.jspecify.annotations.NullMarked;
