package io.countersign.web.start;

import io.countersign.governance.people.FirstAdministrator;
import io.countersign.governance.people.People;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.stereotype.Component;

/**
 * Says where the application is and, where nobody has an account, how the first administrator gets
 * in.
 */
@Component
class Greeting {
    private static final Logger LOG = LoggerFactory.getLogger("io.countersign");

    private final FirstAdministrator first;
    private final Environment environment;

    Greeting(FirstAdministrator first, Environment environment) {
        this.first = first;
        this.environment = environment;
    }

    /** Before the demonstration tells its own. */
    @Order(0)
    @EventListener
    void ready(ApplicationReadyEvent event) {
        if (!(event.getApplicationContext() instanceof WebServerApplicationContext web)
                || web.getWebServer() == null) {
            return;
        }
        var address = address(web.getWebServer().getPort());
        LOG.info("Countersign serves at {}", address);
        if (!environment.acceptsProfiles(Profiles.of("demo"))) {
            first.invite().ifPresent(link -> LOG.info(welcome(address, link)));
        }
    }

    private static String welcome(String address, People.Link link) {
        return """
        Nobody has an account yet. The first administrator ("%s") sets a password here:

            %s/link/%s

        The link works once, until %s. Restart for a new one.
        """
                .formatted(FirstAdministrator.USERNAME, address, link.shown(), link.expiresAt());
    }

    private String address(int port) {
        var bound = environment.getProperty("server.address", "");
        var host =
                bound.isBlank() || bound.equals("0.0.0.0") || bound.equals("::")
                        ? "localhost"
                        : bound.contains(":") ? "[" + bound + "]" : bound;
        var secure =
                environment.getProperty("server.ssl.enabled", Boolean.class, false)
                        || environment.containsProperty("server.ssl.bundle")
                        || environment.containsProperty("server.ssl.key-store");
        return (secure ? "https://" : "http://")
                + host
                + ":"
                + port
                + environment.getProperty("server.servlet.context-path", "");
    }
}
