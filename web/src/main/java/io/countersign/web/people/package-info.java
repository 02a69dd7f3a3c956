/** Pages and API for people: sign-in links, one's own account, administration. */
@NullMarked
package io.countersign.web.people;

import org.jspecify.annotations.NullMarked;
