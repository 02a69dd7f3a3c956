/** Deployments: asking for one, its gate, and what happens to it. */
@NullMarked
package io.countersign.web.deployment;

import org.jspecify.annotations.NullMarked;
