@NullMarked
package io.countersign.governance.job;

import org.jspecify.annotations.NullMarked;
