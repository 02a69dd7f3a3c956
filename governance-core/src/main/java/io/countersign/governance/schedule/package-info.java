/** What the product does because it is time, with nobody signed in. */
@NullMarked
package io.countersign.governance.schedule;

import org.jspecify.annotations.NullMarked;
