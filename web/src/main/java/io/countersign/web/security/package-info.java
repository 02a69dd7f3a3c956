/** Who calls, and what they may: sign-in, sessions, tokens, headers. */
@NullMarked
package io.countersign.web.security;

import org.jspecify.annotations.NullMarked;
