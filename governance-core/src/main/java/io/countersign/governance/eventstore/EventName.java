package io.countersign.governance.eventstore;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name an event is stored under for ever, such as {@code dataset.registered}; Java classes may
 * move, names may not.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface EventName {
    String value();

    /** Raised when the shape changes; an upcaster then brings older ones up. */
    String revision() default "1";
}
