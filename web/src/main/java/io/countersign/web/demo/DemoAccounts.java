package io.countersign.web.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.keys.PrivateFiles;
import io.countersign.governance.people.People;
import io.countersign.governance.people.SignIn;
import io.countersign.governance.people.Standing;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.UserId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * One person for each role, and a second engineer. They share one password, made at random for each
 * installation and kept in the file {@code demo-accounts}, which only its owner may read.
 */
final class DemoAccounts {
    /** No vowels, so that it never contains a user name; nothing that looks like another. */
    private static final String LETTERS = "bcdfghjkmnpqrstvwxz23456789";

    private static final int GROUPS = 4;
    private static final int GROUP = 5;
    private static final String LOADED = "story loaded";

    private final Path file;
    private final String password;

    /** The cast, each with the grants held from the start. */
    enum Person {
        ADA("Ada Engel", "ML engineer", "requester@*"),
        ALAN("Alan Reyes", "data engineer", "requester@*"),
        STELLA("Stella Marsh", "data steward", "data-steward@*"),
        VERA("Vera Lindt", "independent validator", "validator@*"),
        CARL("Carl Osei", "compliance officer", "compliance-officer@*"),
        ROSA("Rosa Albers", "risk owner", "risk-owner@*"),
        RENE("René Fontaine", "release manager", "release-manager@*"),
        OTTO("Otto Weiss", "auditor", "auditor@*"),
        ADAM("Adam Novak", "administrator", "administrator@*");

        final String displayName;
        final String does;
        final String grant;

        Person(String displayName, String does, String grant) {
            this.displayName = displayName;
            this.does = does;
            this.grant = grant;
        }

        String username() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private DemoAccounts(Path file, String password) {
        this.file = file;
        this.password = password;
    }

    /** Those of this folder; with a new password where there is none yet. */
    static DemoAccounts in(Path home) {
        var file = home.resolve("demo-accounts");
        if (!Files.exists(file)) {
            PrivateFiles.writeNew(file, (newPassword() + "\n").getBytes(UTF_8));
        }
        var lines = new String(PrivateFiles.read(file), UTF_8).lines().toList();
        return new DemoAccounts(file, lines.getFirst().strip());
    }

    String password() {
        return password;
    }

    boolean storyLoaded() {
        return new String(PrivateFiles.read(file), UTF_8).lines().anyMatch(LOADED::equals);
    }

    void keepStoryLoaded() {
        PrivateFiles.write(file, (password + "\n" + LOADED + "\n").getBytes(UTF_8));
    }

    /** Makes those that are missing, and gives the password to those who have none. */
    Map<Person, UserId> ensure(People people, SignIn signIn) {
        var ids = new EnumMap<Person, UserId>(Person.class);
        for (var person : Person.values()) {
            var known = people.byUsername(person.username());
            if (known.isEmpty()) {
                var link =
                        people.invite(
                                person.username(),
                                person.displayName,
                                null,
                                Set.of(Actor.Grant.parse(person.grant)),
                                Actor.system());
                ids.put(person, signIn.redeem(link.shown(), password, "127.0.0.1"));
                continue;
            }
            var id = known.get();
            if (people.account(id).filter(a -> a.standing() == Standing.INVITED).isPresent()) {
                var link = people.link(id, Actor.system());
                var unused = signIn.redeem(link.shown(), password, "127.0.0.1");
            }
            ids.put(person, id);
        }
        return ids;
    }

    /** One line for each, for people to choose from. */
    String table() {
        var text = new StringBuilder();
        Arrays.stream(Person.values())
                .forEach(p ->
                        text.append(
                                "    %-8s %-22s %s%n"
                                        .formatted(p.username(), p.does, p.displayName)));
        return text.toString();
    }

    private static String newPassword() {
        var text = new StringBuilder();
        for (var group = 0; group < GROUPS; group++) {
            text.append(group == 0 ? "" : "-");
            for (var letter = 0; letter < GROUP; letter++) {
                var at = Byte.toUnsignedInt(PrivateFiles.random(1)[0]) % LETTERS.length();
                text.append(LETTERS.charAt(at));
            }
        }
        return text.toString();
    }
}
