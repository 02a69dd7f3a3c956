package io.countersign.web.start;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.ledger.tlog.MalformedTlog;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.governance.ledger.tlog.WitnessPolicy;
import io.countersign.reporting.verify.Trust;
import io.countersign.reporting.verify.Verification;
import io.countersign.reporting.verify.Verifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign verify}: offline, with nothing but the file and what is known of the log. */
@Command(
        name = "verify",
        description = {
            "Verify an evidence bundle, or a proof (.tlog-proof), offline.",
            "It says what it proved, what it could not check, and the first thing that is wrong."
        },
        footer = {
            "",
            "Exit codes: 0 verified, 1 the file cannot be read, 2 called wrongly, 10 not a bundle in its one form,",
            "11 manifest, 12 the log's signature, 13 witnesses, 14 an event's entry, 15 inclusion in the log,",
            "16 completeness of a history, 17 the report, 18 a file's format, 19 an event not written by the product."
        },
        mixinStandardHelpOptions = true)
public final class VerifyCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "The bundle or proof, as it was handed over.")
    private Path file = Path.of("");

    @ArgGroup private @Nullable Known known;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    static final class Known {
        @Option(
                names = "--policy",
                paramLabel = "FILE",
                description =
                        "A policy (C2SP tlog-policy) you trust: the log's key, witnesses, quorum.")
        private @Nullable Path policy;

        @Option(
                names = "--key",
                paramLabel = "VKEY",
                description = "The log's key, if you know it: <name>+<id>+<base64>.")
        private @Nullable String key;
    }

    @Override
    public Integer call() {
        var trust = trust();
        try {
            if (trust.equals(Trust.NOTHING) && Verifier.isProof(file)) {
                throw wrongCall(
                        "A proof names no key to go by. Give --policy or --key with what you know of the log.");
            }
        } catch (IOException e) {
            // The verifier says so.
        }
        var found = Verifier.verify(file, trust);
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(new String(found.json(), UTF_8));
        } else {
            print(out, found);
        }
        out.flush();
        return found.verdict().exitCode();
    }

    private Trust trust() {
        var given = known;
        try {
            if (given != null && given.policy != null) {
                return Trust.of(WitnessPolicy.parse(Files.readAllBytes(given.policy)));
            }
            if (given != null && given.key != null) {
                return Trust.of(VerifierKey.parse(given.key));
            }
            return Trust.NOTHING;
        } catch (IOException e) {
            throw wrongCall("The policy cannot be read: " + e.getMessage());
        } catch (MalformedTlog | IllegalArgumentException e) {
            throw wrongCall(String.valueOf(e.getMessage()));
        }
    }

    private CommandLine.ParameterException wrongCall(String words) {
        return new CommandLine.ParameterException(spec.commandLine(), words);
    }

    private static void print(PrintWriter out, Verification found) {
        out.println(
                found.verified()
                        ? "Verified."
                        : "NOT VERIFIED. %s (%d).%n%s"
                                .formatted(
                                        found.verdict().title(),
                                        found.verdict().exitCode(),
                                        found.problem()));
        list(out, "Proven", found.proved());
        list(out, "Not checked", found.unchecked());
    }

    private static void list(PrintWriter out, String title, List<String> sentences) {
        if (!sentences.isEmpty()) {
            out.println();
            out.println(title + ":");
            sentences.forEach(sentence -> out.println("  - " + sentence));
        }
    }
}
