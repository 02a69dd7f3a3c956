/** The audit trail: every event with who, what, when, why and about what. */
@NullMarked
package io.countersign.governance.audit;

import org.jspecify.annotations.NullMarked;
