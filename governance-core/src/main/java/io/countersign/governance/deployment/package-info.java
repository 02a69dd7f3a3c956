/** Deployments: which model version runs where, and the gate that says whether it may. */
@NullMarked
package io.countersign.governance.deployment;

import org.jspecify.annotations.NullMarked;
