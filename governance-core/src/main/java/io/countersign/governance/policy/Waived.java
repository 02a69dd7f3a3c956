package io.countersign.governance.policy;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A waiver that was granted, as a policy sees it.
 *
 * @param waiver id of it, such as {@code credit.w-7f3k2a9d}
 * @param environment the only one it holds for, or null for whatever the subject says
 * @param until it counts before, not at it
 * @param reason for people
 * @param ended how it ended early, after "the waiver", such as {@code is revoked}; null where it
 *     did not
 */
public record Waived(
        String gate,
        String waiver,
        @Nullable String environment,
        Instant until,
        String reason,
        @Nullable String ended) {
    private static final String ENVIRONMENT = "environment.key";
    private static final String NOW = "now";

    /** The facts that tell one waiver from another; beside a gate's own inputs. */
    static final String ID = "waived.by";

    static final String UNTIL = "waived.until";
    private static final String IN = "waived.in";
    private static final String REASON = "waived.reason";
    private static final String ENDED = "waived.ended";

    /**
     * What the facts say counts: in time, not ended early. Where they do not say when, it does not.
     */
    boolean counts(Facts facts) {
        return ended == null && time(facts, NOW).filter(now -> now.isBefore(until)).isPresent();
    }

    /** Of this gate, in the environment that the facts name. */
    boolean concerns(String wanted, Facts facts) {
        return gate.equals(wanted)
                && (environment == null
                        || facts.at(ENVIRONMENT).filter(environment::equals).isPresent());
    }

    /** Adds everything that {@link #recorded} and the two questions above need. */
    void record(Facts facts, Map<String, Object> inputs) {
        inputs.put(ID, waiver);
        inputs.put(UNTIL, until.toString());
        inputs.put(REASON, reason);
        if (environment != null) {
            inputs.put(IN, environment);
            facts.at(ENVIRONMENT).ifPresent(value -> inputs.put(ENVIRONMENT, value));
        }
        if (ended != null) {
            inputs.put(ENDED, ended);
        }
        facts.at(NOW).ifPresent(value -> inputs.put(NOW, value));
    }

    /** From a gate's inputs, as facts. */
    static Optional<Waived> recorded(String gate, Facts facts) {
        return facts.at(ID)
                .map(id ->
                        new Waived(
                                gate,
                                id.toString(),
                                text(facts, IN),
                                time(facts, UNTIL).orElse(Instant.EPOCH),
                                facts.at(REASON).map(Object::toString).orElse(""),
                                text(facts, ENDED)));
    }

    private static Optional<Instant> time(Facts facts, String path) {
        try {
            return facts.at(path).map(value -> Instant.parse(value.toString()));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    private static @Nullable String text(Facts facts, String path) {
        return facts.at(path).map(Object::toString).orElse(null);
    }

    /** What it means for a gate that does not hold. */
    String words(boolean counts) {
        return counts
                ? "waived by " + waiver + " until " + until + ": " + reason
                : "the waiver " + waiver + (ended == null ? " ended at " + until : " " + ended);
    }
}
