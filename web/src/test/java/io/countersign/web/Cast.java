package io.countersign.web;

import io.countersign.governance.people.People;
import io.countersign.governance.people.SignIn;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.UserId;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

/** People of a test, with accounts and roles, made by the commands the product has for it. */
@TestComponent
public class Cast {
    /** Everybody's. */
    public static final String PASSWORD = "seven-quiet-otters";

    private final People people;
    private final SignIn signIn;
    private final WebServerApplicationContext server;
    private final Map<String, UserId> known = new ConcurrentHashMap<>();

    Cast(People people, SignIn signIn, WebServerApplicationContext server) {
        this.people = people;
        this.signIn = signIn;
        this.server = server;
    }

    /**
     * Somebody active, the same each time.
     *
     * @param grants as {@code requester@credit} or {@code auditor@*}, of the first time
     */
    public UserId person(String username, String... grants) {
        return known.computeIfAbsent(
                username,
                _ -> {
                    var link =
                            people.invite(
                                    username,
                                    "Name of " + username,
                                    null,
                                    Arrays.stream(grants)
                                            .map(Actor.Grant::parse)
                                            .collect(Collectors.toSet()),
                                    Actor.system());
                    return signIn.redeem(link.shown(), PASSWORD, "127.0.0.1");
                });
    }

    /** A browser nobody has signed in with. */
    public Browser browser() {
        return new Browser(
                "http://127.0.0.1:"
                        + java.util.Objects.requireNonNull(server.getWebServer()).getPort());
    }

    /** A browser in which this person has signed in. */
    public Browser signedIn(String username, String... grants) {
        person(username, grants);
        var browser = browser();
        browser.signIn(username, PASSWORD);
        return browser;
    }
}
