package io.countersign.testing;

import java.util.function.Supplier;
import org.springframework.context.Lifecycle;

/** Holds still what the product does by itself. */
public final class Held {
    private Held() {}

    /** Stops it meanwhile, and lets it go on whatever happens. */
    public static <T> T still(Lifecycle running, Supplier<T> meanwhile) {
        running.stop();
        try {
            return meanwhile.get();
        } finally {
            running.start();
        }
    }
}
