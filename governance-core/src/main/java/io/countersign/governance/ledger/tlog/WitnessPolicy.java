package io.countersign.governance.ledger.tlog;

import io.countersign.governance.ledger.tlog.VerifierKey.Algorithm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which logs are trusted, and whose cosignatures a checkpoint must have: c2sp.org/tlog-policy.
 * Stricter than that in two things: the file is UTF-8, and no witness has the key of a log.
 *
 * @param groups each after its members
 * @param quorum a witness or group, or {@link #NONE}
 */
public record WitnessPolicy(
        List<Log> logs, List<Witness> witnesses, List<Group> groups, String quorum) {
    /** The quorum that takes no cosignature. */
    public static final String NONE = "none";

    private static final int MAX_BYTES = 262_144;
    private static final int MAX_OF_A_KIND = 1024;

    /**
     * A log, whose origin is the name of its key.
     *
     * @param url its prefix, where the policy has one
     */
    public record Log(VerifierKey key, @Nullable String url) {}

    /**
     * @param name within the policy
     * @param url its submission prefix, where the policy has one
     */
    public record Witness(String name, VerifierKey key, @Nullable String url) {}

    /**
     * @param name within the policy
     * @param threshold how many of the members must have cosigned, from 1 to all
     * @param members names of witnesses and groups
     */
    public record Group(String name, int threshold, List<String> members) {
        public Group {
            members = List.copyOf(members);
        }
    }

    /**
     * A checkpoint that a policy accepts.
     *
     * @param log whose signature was verified
     * @param cosignatures of the policy's witnesses, one each, the earliest; in time's order
     */
    public record Accepted(Checkpoint checkpoint, VerifierKey log, List<Cosignature> cosignatures) {
        public Accepted {
            cosignatures = List.copyOf(cosignatures);
        }
    }

    /**
     * @throws MalformedTlog where it contradicts itself
     */
    public WitnessPolicy {
        logs = List.copyOf(logs);
        witnesses = List.copyOf(witnesses);
        groups = List.copyOf(groups);
        var check = new Definitions();
        logs.forEach(check::log);
        witnesses.forEach(check::witness);
        groups.forEach(check::group);
        check.quorum(quorum);
    }

    /** One log on its own word. */
    public static WitnessPolicy unwitnessed(VerifierKey log) {
        return new WitnessPolicy(List.of(new Log(log, null)), List.of(), List.of(), NONE);
    }

    /**
     * @throws MalformedTlog with the number of the line that is wrong
     */
    public static WitnessPolicy parse(byte[] file) {
        return new Parser().parse(file);
    }

    /** As a file, without comments: one line each, thresholds as numbers. */
    public String text() {
        var text = new StringBuilder();
        logs.forEach(log -> line(text, "log " + log.key.text(), log.url));
        witnesses.forEach(witness ->
                line(text, "witness " + witness.name + " " + witness.key.text(), witness.url));
        groups.forEach(group ->
                line(
                        text,
                        "group %s %d %s"
                                .formatted(
                                        group.name,
                                        group.threshold,
                                        String.join(" ", group.members)),
                        null));
        line(text, "quorum " + quorum, null);
        return text.toString();
    }

    /** Whether cosignatures by these witnesses, by their names in the policy, are enough. */
    public boolean isMetBy(Collection<String> cosigners) {
        if (quorum.equals(NONE)) {
            return true;
        }
        var met = new HashSet<String>();
        for (var witness : witnesses) {
            if (cosigners.contains(witness.name)) {
                met.add(witness.name);
            }
        }
        for (var group : groups) { // each after its members
            if (group.members.stream().filter(met::contains).count() >= group.threshold) {
                met.add(group.name);
            }
        }
        return met.contains(quorum);
    }

    /**
     * The policy's witnesses that cosigned a checkpoint, by their names in the policy, each with
     * its earliest cosignature.
     *
     * @throws Unverified where one of them fails
     */
    public Map<String, Cosignature> cosignatures(Note note) {
        var found = new LinkedHashMap<String, Cosignature>();
        for (var witness : witnesses) {
            for (var signature : note.signatures()) {
                if (witness.key.made(signature)) {
                    found.merge(
                            witness.name,
                            Cosignature.verify(witness.key, note.text(), signature),
                            WitnessPolicy::earlier);
                }
            }
        }
        return found;
    }

    /**
     * Verifies the log's signature and the witnesses' quorum.
     *
     * @throws MalformedTlog where the note is no checkpoint
     * @throws Unverified for the first that does not hold
     */
    public Accepted verify(Note note) {
        var keys = logs.stream().map(Log::key).toList();
        var checkpoint = Checkpoint.open(note, keys);
        var log =
                note.verify(keys).stream()
                        .filter(key -> key.name().equals(checkpoint.origin()))
                        .findFirst()
                        .orElseThrow();
        var found = cosignatures(note);
        if (!isMetBy(found.keySet())) {
            throw new Unverified(
                    "The checkpoint of size %d does not meet the quorum %s: cosigned by %s"
                            .formatted(
                                    checkpoint.size(),
                                    Strict.quoted(quorum),
                                    found.isEmpty()
                                            ? "none of the policy's witnesses"
                                            : String.join(", ", found.keySet()) + " only"));
        }
        return new Accepted(
                checkpoint,
                log,
                found.values().stream()
                        .sorted(Comparator.<Cosignature, Instant>comparing(Cosignature::at))
                        .toList());
    }

    private static Cosignature earlier(Cosignature a, Cosignature b) {
        return b.at().isBefore(a.at()) ? b : a;
    }

    private static void line(StringBuilder text, String line, @Nullable String url) {
        text.append(line).append(url == null ? "" : " " + url).append('\n');
    }

    /** What was defined so far, and whether the next definition fits it. */
    private static final class Definitions {
        private final List<VerifierKey> logs = new ArrayList<>();
        private final List<VerifierKey> witnesses = new ArrayList<>();
        private final Map<String, Boolean> names = new HashMap<>(); // whether it is in a group
        private int groups;

        void log(Log log) {
            if (log.key.algorithm() != Algorithm.ED25519) {
                throw new MalformedTlog(
                        "the key of the log " + log.key.name() + " is a cosigner's");
            }
            word("the URL", log.url);
            cap("logs", logs.size());
            unused(log.key);
            logs.add(log.key);
        }

        void witness(Witness witness) {
            if (witness.key.algorithm() != Algorithm.COSIGNATURE) {
                throw new MalformedTlog(
                        "the key of the witness %s is not a cosigner's (type 4)"
                                .formatted(Strict.quoted(witness.name)));
            }
            word("the URL", witness.url);
            cap("witnesses", witnesses.size());
            unused(witness.key);
            define(witness.name);
            witnesses.add(witness.key);
        }

        void group(Group group) {
            cap("groups", groups++);
            int count = group.members.size();
            if (group.threshold < 1 || group.threshold > count) {
                throw new MalformedTlog(
                        "the group %s of %d members needs from 1 to %d of them, not %d"
                                .formatted(
                                        Strict.quoted(group.name), count, count, group.threshold));
            }
            for (var member : group.members) {
                var taken = names.get(member);
                if (taken == null) {
                    throw undefined(member);
                }
                if (taken) {
                    throw new MalformedTlog(Strict.quoted(member) + " is in a group already");
                }
                names.put(member, true);
            }
            define(group.name);
        }

        void quorum(String name) {
            if (!name.equals(NONE) && !names.containsKey(name)) {
                throw undefined(name);
            }
        }

        private void define(String name) {
            word("the name", name);
            if (name.equals(NONE)) {
                throw new MalformedTlog("no witness and no group is called \"none\"");
            }
            if (names.putIfAbsent(name, false) != null) {
                throw new MalformedTlog(Strict.quoted(name) + " is defined already");
            }
        }

        private void unused(VerifierKey key) {
            for (var other : logs) {
                if (other.hasKeyOf(key)) {
                    throw new MalformedTlog(
                            "%s has the key of the log %s".formatted(key.name(), other.name()));
                }
            }
            for (var other : witnesses) {
                if (other.hasKeyOf(key)) {
                    throw new MalformedTlog(
                            "%s has the key of the witness %s".formatted(key.name(), other.name()));
                }
            }
        }

        private static void cap(String what, int count) {
            if (count >= MAX_OF_A_KIND) {
                throw new MalformedTlog(
                        "a policy has at most %d %s".formatted(MAX_OF_A_KIND, what));
            }
        }

        private static void word(String what, @Nullable String word) {
            if (word != null) {
                Strict.line(what, word);
                if (word.indexOf(' ') >= 0 || word.indexOf(0x7f) >= 0) {
                    throw new MalformedTlog(
                            what + " " + Strict.quoted(word) + " has a space or control character");
                }
            }
        }

        private static MalformedTlog undefined(String name) {
            return new MalformedTlog(Strict.quoted(name) + " is not defined before");
        }
    }

    private static final class Parser {
        private final Definitions definitions = new Definitions();
        private final List<Log> logs = new ArrayList<>();
        private final List<Witness> witnesses = new ArrayList<>();
        private final List<Group> groups = new ArrayList<>();
        private @Nullable String quorum;

        WitnessPolicy parse(byte[] file) {
            if (file.length > MAX_BYTES) {
                throw new MalformedTlog(
                        "the policy has %d bytes, above %d".formatted(file.length, MAX_BYTES));
            }
            // Tabs separate words here, and only here.
            var spaced = file.clone();
            for (int i = 0; i < spaced.length; i++) {
                if (spaced[i] == '\t') {
                    spaced[i] = ' ';
                } else if (spaced[i] == 0x7f) {
                    throw new MalformedTlog("the policy has the control character U+007F");
                }
            }
            var lines = Strict.lines("the policy", Strict.text("the policy", spaced));
            for (int i = 0; i < lines.size(); i++) {
                try {
                    line(words(lines.get(i)));
                } catch (MalformedTlog e) {
                    throw e.in("the policy, line " + (i + 1));
                }
            }
            if (quorum == null) {
                throw new MalformedTlog("the policy has no quorum line");
            }
            return new WitnessPolicy(logs, witnesses, groups, quorum);
        }

        private void line(List<String> words) {
            if (words.isEmpty() || words.getFirst().startsWith("#")) {
                return;
            }
            switch (words.getFirst()) {
                case "log" -> {
                    count(words, 2, 3, "log <vkey> [<url>]");
                    var log = new Log(VerifierKey.parse(words.get(1)), optional(words, 2));
                    definitions.log(log);
                    logs.add(log);
                }
                case "witness" -> {
                    count(words, 3, 4, "witness <name> <vkey> [<url>]");
                    var key = VerifierKey.parse(words.get(2));
                    var witness = new Witness(words.get(1), key, optional(words, 3));
                    definitions.witness(witness);
                    witnesses.add(witness);
                }
                case "group" -> {
                    count(words, 4, Integer.MAX_VALUE, "group <name> all|any|<k> <member>...");
                    var members = words.subList(3, words.size());
                    var group = new Group(words.get(1), threshold(words.get(2), members), members);
                    definitions.group(group);
                    groups.add(group);
                }
                case "quorum" -> {
                    count(words, 2, 2, "quorum <name>|none");
                    if (quorum != null) {
                        throw new MalformedTlog("there is a quorum line already");
                    }
                    definitions.quorum(words.get(1));
                    quorum = words.get(1);
                }
                default ->
                        throw new MalformedTlog(
                                "a line is log, witness, group or quorum, not "
                                        + Strict.quoted(words.getFirst()));
            }
        }

        private static int threshold(String word, List<String> members) {
            return switch (word) {
                case "all" -> members.size();
                case "any" -> 1;
                default -> {
                    long k = Strict.decimal("the threshold", word);
                    yield k > members.size() ? members.size() + 1 : (int) k; // refused next
                }
            };
        }

        private static List<String> words(String line) {
            var words = new ArrayList<String>();
            int start = 0;
            while (start < line.length()) {
                int end = line.indexOf(' ', start);
                end = end < 0 ? line.length() : end;
                if (end > start) {
                    words.add(line.substring(start, end));
                }
                start = end + 1;
            }
            return words;
        }

        private static @Nullable String optional(List<String> words, int at) {
            return words.size() > at ? words.get(at) : null;
        }

        private static void count(List<String> words, int least, int most, String form) {
            if (words.size() < least || words.size() > most) {
                throw new MalformedTlog("the line is not \"" + form + "\"");
            }
        }
    }
}
