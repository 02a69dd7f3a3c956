package io.countersign.web.api;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** The header {@code Prefer} (RFC 7240). */
final class Prefer {
    /** However long somebody would wait. */
    static final Duration LONGEST = Duration.ofSeconds(30);

    private static final Pattern WAIT =
            Pattern.compile("wait\\s*=\\s*(?:\"([0-9]{1,9})\"|([0-9]{1,9}))");

    private Prefer() {}

    /**
     * How long the caller would wait: {@code wait=<seconds>}, at most {@link #LONGEST}; null where
     * it does not say, or not as the standard has it. Such a preference is passed over, as RFC
     * 7240, section 2 asks.
     */
    static @Nullable Duration waiting(HttpHeaders headers) {
        for (var line : headers.getOrEmpty("Prefer")) {
            for (var preference : line.split(",", -1)) {
                var stated = preference.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
                var wait = WAIT.matcher(stated);
                if (wait.matches()) { // of several, the first counts
                    var seconds = wait.group(1) == null ? wait.group(2) : wait.group(1);
                    var asked = Duration.ofSeconds(Long.parseLong(seconds));
                    return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
                }
            }
        }
        return null;
    }
}
