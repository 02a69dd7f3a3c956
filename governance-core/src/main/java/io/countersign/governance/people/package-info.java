/** Persons, the roles they hold, how they sign in, and the tokens that act for them. */
@NullMarked
package io.countersign.governance.people;

import org.jspecify.annotations.NullMarked;
