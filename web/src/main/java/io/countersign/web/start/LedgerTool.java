package io.countersign.web.start;

import io.countersign.governance.ledger.LedgerFault;
import io.countersign.governance.ledger.LedgerRecovery;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.governance.shared.ClockConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code countersign ledger …}: the commands behind the runbooks of docs/ledger.md. */
@Command(
        name = "ledger",
        description = {
            "Look after the signer of the ledger, as the runbooks in docs/ledger.md tell.",
            "Settings follow as --name=value, for example --countersign.home=/srv/countersign."
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = {
            LedgerTool.Status.class,
            LedgerTool.Resume.class,
            LedgerTool.AcceptLoss.class,
            LedgerTool.AdoptGuard.class,
            LedgerTool.NewEpoch.class,
            LedgerTool.RotateKey.class,
            LedgerTool.RetireKey.class,
            HelpCommand.class
        })
public final class LedgerTool implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which of the ledger's commands?");
    }

    /** What all of them have: settings, and somewhere to say what was done. */
    private abstract static class Work implements Callable<Integer> {
        @Spec private CommandSpec spec = CommandSpec.create();

        @Unmatched private List<String> settings = new ArrayList<>();

        /** Over the signer's folder alone; the application may be running. */
        final LedgerRecovery folder() {
            return LedgerRecovery.ofFolder(signer(), ClockConfiguration.machine());
        }

        /** Over folder and database; the application must be stopped. */
        final <T> T withDatabase(Function<LedgerRecovery, T> work) {
            var read = Tools.settings(spec.commandLine(), settings);
            try (var database = Tools.database(read)) {
                return work.apply(
                        LedgerRecovery.of(
                                database.access().ownerSource(),
                                signer(),
                                ClockConfiguration.machine()));
            }
        }

        private Path signer() {
            return Tools.settings(spec.commandLine(), settings).home().resolve("ledger");
        }

        final void say(String format, Object... values) {
            spec.commandLine().getOut().printf(format + "%n", values);
            spec.commandLine().getOut().flush();
        }

        final void sayKey(VerifierKey key) {
            say("Its public key, for those who verify:%n%n    %s%n", key.text());
        }
    }

    @Command(
            name = "status",
            description = "Say what the signer has signed last, and whether it has stopped.",
            mixinStandardHelpOptions = true)
    static final class Status extends Work {
        @Override
        public Integer call() {
            var halted = folder().halted();
            if (halted != null) {
                say("The signer has stopped. %s: %s", halted.kind().title(), halted.words());
            }
            try {
                var state = folder().signer();
                say(
                        "Epoch %d of %s, %,d events signed.",
                        state.epoch(), state.origin(), state.size());
                state.keys().forEach(this::sayKey);
                if (state.note() != null) {
                    say("%s", state.note());
                }
            } catch (LedgerFault fault) {
                if (fault.kind() != LedgerFault.Kind.GUARD_IN_USE) {
                    throw fault;
                }
                say("The application is running and has the guard; its page Ledger says more.");
            }
            return 0;
        }
    }

    @Command(
            name = "resume",
            description = {
                "Let the signer go on after the reason why it stopped was removed.",
                "It compares everything again, and stops again where anything does not agree."
            },
            mixinStandardHelpOptions = true)
    static final class Resume extends Work {
        @Override
        public Integer call() {
            folder().resume();
            say("The signer may go on. If it stops again, the reason is still there.");
            return 0;
        }
    }

    @Command(
            name = "accept-loss",
            description = {
                "Let the signer go on without events that were acknowledged on this host and are",
                "gone from the database before a checkpoint covered them. Which these are goes on",
                "record. Stop the application first."
            },
            mixinStandardHelpOptions = true)
    static final class AcceptLoss extends Work {
        @Option(
                names = "--reason",
                required = true,
                description = "What happened to them, for everybody to read for ever.")
        private String reason = "";

        @Override
        public Integer call() {
            var lost = withDatabase(recovery -> recovery.acceptLoss(reason));
            lost.forEach(event ->
                    say(
                            "Lost: event %s, number %d of %s.",
                            event.eventId(), event.sequenceNumber(), event.stream()));
            say(
                    lost.isEmpty()
                            ? "Nothing that was acknowledged on this host is missing."
                            : "The signer may go on. What is lost goes on record when the application runs.");
            return 0;
        }
    }

    @Command(
            name = "adopt-guard",
            description = {
                "Make a lost or damaged guard again from a checkpoint that somebody outside the",
                "database kept. Stop the application first."
            },
            mixinStandardHelpOptions = true)
    static final class AdoptGuard extends Work {
        @Parameters(paramLabel = "CHECKPOINT", description = "The file with the signed checkpoint.")
        private Path checkpoint = Path.of("");

        @Option(
                names = "--reason",
                required = true,
                description = "Why the guard is made again, for everybody to read for ever.")
        private String reason = "";

        @Override
        public Integer call() throws IOException {
            var note = Files.readAllBytes(checkpoint);
            var size = withDatabase(recovery -> recovery.adoptGuard(note, reason));
            say("The guard is at %,d events, as the checkpoint and the database both say.", size);
            return 0;
        }
    }

    @Command(
            name = "new-epoch",
            description = {
                "End the log and begin another over the events that are there, bound to the last",
                "checkpoint of the old one. Stop the application first."
            },
            mixinStandardHelpOptions = true)
    static final class NewEpoch extends Work {
        @Option(
                names = "--statement",
                required = true,
                description = "What happened, for everybody to read for ever.")
        private String statement = "";

        @Override
        public Integer call() {
            var begun = withDatabase(recovery -> recovery.newEpoch(statement));
            say("Epoch %d has begun; the log is called %s now.", begun.epoch(), begun.origin());
            sayKey(begun.key());
            return 0;
        }
    }

    @Command(
            name = "rotate-key",
            description = {
                "Announce a new key. From now on the old and the new one both sign, until",
                "retire-key. The application may go on."
            },
            mixinStandardHelpOptions = true)
    static final class RotateKey extends Work {
        @Option(
                names = "--reason",
                required = true,
                description = "Why the key is changed, for everybody to read for ever.")
        private String reason = "";

        @Override
        public Integer call() {
            var key = folder().announceKey(reason);
            say("Both keys sign from the next checkpoint on.");
            sayKey(key);
            return 0;
        }
    }

    @Command(
            name = "retire-key",
            description = {
                "Sign with the announced key alone. The old key is deleted.",
                "The application may go on."
            },
            mixinStandardHelpOptions = true)
    static final class RetireKey extends Work {
        @Option(
                names = "--reason",
                required = true,
                description = "Why now, for everybody to read for ever.")
        private String reason = "";

        @Override
        public Integer call() {
            var key = folder().retireKey(reason);
            say("The old key signs no more.");
            sayKey(key);
            return 0;
        }
    }
}
