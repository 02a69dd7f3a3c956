package io.countersign.governance.people;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many failures an address may cause in a time. An attempt counts before it is looked at and is
 * given back when it was right, so that many at once get no more than one after the other. IPv6
 * addresses count by their first 64 bits, which is what one household or host is given.
 */
final class AddressLimit {
    static final int FAILURES = 30;
    static final Duration WINDOW = Duration.ofMinutes(15);
    private static final int REMEMBERED = 10_000;

    private final Clock clock;
    private final Map<String, Window> windows =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
                    return size() > REMEMBERED;
                }
            };

    private record Window(Instant since, int failures) {}

    AddressLimit(Clock clock) {
        this.clock = clock;
    }

    /** Takes an attempt; false where none is left. */
    synchronized boolean enter(String address) {
        var now = clock.instant();
        var key = key(address);
        var window = windows.get(key);
        if (window == null || !now.isBefore(window.since().plus(WINDOW))) {
            window = new Window(now, 0);
        }
        if (window.failures() >= FAILURES) {
            return false;
        }
        windows.put(key, new Window(window.since(), window.failures() + 1));
        return true;
    }

    synchronized void succeeded(String address) {
        windows.computeIfPresent(
                key(address),
                (_, window) -> new Window(window.since(), Math.max(0, window.failures() - 1)));
    }

    private static String key(String address) {
        if (!address.contains(":")) {
            return address;
        }
        try {
            // A literal address: no name is looked up.
            var bytes = java.net.InetAddress.ofLiteral(address).getAddress();
            return java.util.HexFormat.of().formatHex(bytes, 0, Math.min(8, bytes.length));
        } catch (IllegalArgumentException e) {
            return address;
        }
    }
}
