/** Which configuration is in force, and putting another in force. */
@NullMarked
package io.countersign.web.configuration;

import org.jspecify.annotations.NullMarked;
