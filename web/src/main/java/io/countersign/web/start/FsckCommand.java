package io.countersign.web.start;

import io.countersign.governance.ledger.WriterKeys;
import io.countersign.governance.ledger.check.CheckResult;
import io.countersign.governance.ledger.check.LedgerCheck;
import io.countersign.governance.ledger.check.LedgerCheckJob;
import io.countersign.governance.ledger.check.LedgerChecks;
import io.countersign.governance.shared.Actor;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code countersign fsck}, beside a running application or without one. */
@Command(
        name = "fsck",
        description = {
            "Verify the whole ledger: every event against its entry, the tree against what was",
            "signed, the read models against a replay, the tables against how they were made.",
            "It changes nothing; the application may go on meanwhile. What was found by a run that",
            "was broken off by Ctrl-C is no verification; --resume goes on from there.",
            "Settings follow as --name=value, for example --countersign.home=/srv/countersign."
        },
        footer = {
            "",
            "Exit codes: 0 whole and nothing found, 1 it could not run, 2 called wrongly,",
            "3 something was found, 4 broken off."
        },
        mixinStandardHelpOptions = true)
public final class FsckCommand implements Callable<Integer> {
    static final int FOUND = 3;
    static final int PARTIAL = 4;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--resume", description = "Go on where an earlier run was broken off.")
    private boolean resume;

    @Option(names = "--no-read-models", description = "Leave the read models out.")
    private boolean noReadModels;

    @Unmatched private List<String> settings = new ArrayList<>();

    @Override
    public Integer call() {
        var read = Tools.settings(spec.commandLine(), settings);
        return Tools.interruptibly(interrupted -> check(read, interrupted));
    }

    private int check(Settings settings, BooleanSupplier interrupted) {
        var out = spec.commandLine().getOut();
        var keys = Tools.keys(settings);
        try (var database = Tools.database(settings)) {
            var signer = settings.home().resolve("ledger");
            var result =
                    LedgerCheck.run(
                            new LedgerCheck.Target(
                                    database.access(),
                                    noReadModels ? null : keys,
                                    new WriterKeys(keys::writers),
                                    signer),
                            Tools.clock(),
                            LedgerCheckJob.state(signer),
                            resume,
                            progress -> print(out, progress),
                            interrupted);
            LedgerChecks.over(JdbcClient.create(database.access().appSource()))
                    .keep(Actor.system().id(), result);
            return say(out, result);
        }
    }

    private static void print(PrintWriter out, LedgerCheck.Progress progress) {
        out.printf("%s: %,d of %,d%n", progress.what(), progress.done(), progress.total());
        out.flush();
    }

    /** What it came to, and the exit code for it. */
    static int say(PrintWriter out, CheckResult result) {
        for (var finding : result.findings()) {
            out.printf("FOUND %s: %s%n", finding.kind().code(), finding.words());
        }
        result.counts()
                .forEach((kind, count) -> {
                    var shown = result.findings().stream().filter(f -> f.kind() == kind).count();
                    if (count > shown) {
                        out.printf("and %,d more of %s%n", count - shown, kind.code());
                    }
                });
        result.unchecked().forEach(words -> out.println("NOT CHECKED: " + words));
        out.println(result.after());
        int code;
        if (!result.whole()) {
            out.printf(
                    "Broken off at position %,d: this verifies nothing. Go on with --resume.%n",
                    result.size());
            code = PARTIAL;
        } else if (result.clean()) {
            out.printf(
                    "Verified all %,d events of epoch %d in %s: nothing found. Root %s.%n",
                    result.size(), result.epoch(), Tools.words(result.elapsed()), result.root());
            code = CommandLine.ExitCode.OK;
        } else {
            out.printf(
                    "Looked at all %,d events of epoch %d in %s: %,d findings. docs/ledger-checks.md says what they mean.%n",
                    result.size(), result.epoch(), Tools.words(result.elapsed()), result.total());
            code = FOUND;
        }
        out.flush();
        return code;
    }
}
