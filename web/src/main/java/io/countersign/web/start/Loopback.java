package io.countersign.web.start;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

/** Whether only this machine can reach the server. */
public final class Loopback {
    private static final String ADDRESS = "server.address";

    private Loopback() {}

    /** False where the server listens on every address. */
    public static boolean only(Environment environment) {
        return loopback(environment.getProperty(ADDRESS));
    }

    /** Demonstration accounts have passwords that anybody can read. */
    static void requireForDemonstration(Environment environment) {
        if (environment.acceptsProfiles(Profiles.of("demo")) && !only(environment)) {
            throw new CannotStart(
                    "The demonstration has accounts whose passwords anybody can read, so it listens"
                            + " on this machine only, but server.address is '"
                            + environment.getProperty(ADDRESS)
                            + "'.",
                    "Leave server.address at 127.0.0.1, or start without the profile demo.");
        }
    }

    private static boolean loopback(@Nullable String address) {
        try {
            return address != null
                    && !address.isBlank()
                    && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
