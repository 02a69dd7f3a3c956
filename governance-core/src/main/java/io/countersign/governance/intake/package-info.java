/**
 * Intake: a questionnaire about a project, and the rules by which its answers decide the project's
 * risk tier.
 */
@NullMarked
package io.countersign.governance.intake;

import org.jspecify.annotations.NullMarked;
