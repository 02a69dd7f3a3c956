/** Where models run: environments, and the applications, services and pipelines in them. */
@NullMarked
package io.countersign.governance.place;

import org.jspecify.annotations.NullMarked;
