/** Which reports were issued, handed out and checked again, and what they must amount to. */
@NullMarked
package io.countersign.governance.report;

import org.jspecify.annotations.NullMarked;
