package io.countersign.governance.review;

import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Everything a decision rests on, sorted by subject and name. Its digest names it: a signature that
 * quotes the digest is given for these items and no others.
 */
public record Manifest(List<Item> items) {
    /**
     * One thing relied on.
     *
     * @param name which aspect of the subject, such as {@code content} or {@code approval}
     * @param digest of that aspect as it stood
     * @param label how it stood, for people: {@code approved until 2027-01-31}
     */
    public record Item(String name, SubjectRef subject, Sha256 digest, String label) {
        private static final Comparator<Item> ORDER =
                Comparator.comparing(Item::subject).thenComparing(Item::name);

        private boolean sameThing(Item other) {
            return subject.equals(other.subject) && name.equals(other.name);
        }

        private String sentence(String what) {
            return subject.kind().title() + " " + subject.id() + ": " + name + " " + what;
        }
    }

    public Manifest {
        items = items.stream().sorted(Item.ORDER).toList();
        for (var i = 1; i < items.size(); i++) {
            if (items.get(i).sameThing(items.get(i - 1))) {
                throw new IllegalArgumentException("given twice in a manifest: " + items.get(i));
            }
        }
    }

    Manifest with(List<Item> more) {
        return new Manifest(Stream.concat(items.stream(), more.stream()).toList());
    }

    /**
     * SHA-256 over the UTF-8 bytes of {@code countersign-manifest-v1}, a line feed, and for each
     * item in order its subject, name, digest and label, separated by tabs and ended by a line
     * feed. In a name or label, backslash, tab, line feed and carriage return are written {@code
     * \\}, {@code \t}, {@code \n} and {@code \r}.
     */
    public Sha256 digest() {
        return Sha256.of(canonical());
    }

    String canonical() {
        var text = new StringBuilder("countersign-manifest-v1\n");
        for (var item : items) {
            text.append(escaped(item.subject.toString()))
                    .append('\t')
                    .append(escaped(item.name))
                    .append('\t')
                    .append(item.digest)
                    .append('\t')
                    .append(escaped(item.label))
                    .append('\n');
        }
        return text.toString();
    }

    /** What moved since {@code before}, one sentence each; empty where nothing did. */
    public List<String> differencesFrom(Manifest before) {
        var sentences = new ArrayList<String>();
        for (var item : items) {
            before.items.stream()
                    .filter(item::sameThing)
                    .findFirst()
                    .ifPresentOrElse(
                            old -> {
                                if (!old.equals(item)) {
                                    sentences.add(item.sentence(change(old.label, item.label)));
                                }
                            },
                            () -> sentences.add(item.sentence("was added")));
        }
        before.items.stream()
                .filter(old -> items.stream().noneMatch(old::sameThing))
                .forEach(old -> sentences.add(old.sentence("is gone")));
        return sentences;
    }

    private static String change(String before, String after) {
        return before.equals(after)
                ? "changed"
                : "changed from '" + before + "' to '" + after + "'";
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }
}
