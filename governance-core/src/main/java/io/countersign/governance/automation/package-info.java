/** What follows by itself where one capability's facts are another's business. */
@NullMarked
package io.countersign.governance.automation;

import org.jspecify.annotations.NullMarked;
