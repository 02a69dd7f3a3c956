package io.countersign.web;

import io.countersign.governance.bias.engine.AssessmentProcess;
import io.countersign.governance.bias.engine.AssessmentWorker;
import io.countersign.web.bias.AssessCommand;
import io.countersign.web.start.FsckCommand;
import io.countersign.web.start.LedgerTool;
import io.countersign.web.start.RebuildCommand;
import io.countersign.web.start.VerifyCommand;
import io.countersign.web.start.WitnessCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.springframework.boot.SpringApplication;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The one main class. Without a subcommand it serves the application; with one it is a tool that
 * starts no web server.
 *
 * <p>A tool's exit code is 0 when it has done its work, 1 when it failed, 2 when it was called
 * wrongly; {@code assess}, {@code verify} and {@code fsck} have further ones for what they found.
 */
@Command(
        name = "countersign",
        description = "Governance and audit for machine learning.",
        synopsisSubcommandLabel = "[COMMAND]",
        mixinStandardHelpOptions = true,
        versionProvider = Countersign.Release.class,
        footer = {
            "",
            "Without a command it serves. Exit codes: 0 done, 1 failed, 2 called wrongly."
        },
        subcommands = {
            Countersign.Serve.class,
            RebuildCommand.class,
            WitnessCommand.class,
            AssessCommand.class,
            VerifyCommand.class,
            FsckCommand.class,
            LedgerTool.class,
            Countersign.Version.class,
            Countersign.AssessWorker.class,
            HelpCommand.class
        })
public final class Countersign implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--stacktrace", description = "Show where in the program a failure arose.")
    private boolean stacktrace;

    private Countersign() {}

    public static void main(String[] args) {
        neverCallHome();
        if (serves(args)) {
            // Outside picocli, so that Spring Boot explains a failed start, and only once.
            SpringApplication.run(WebApplication.class, settings(args));
        } else {
            System.exit(tool().execute(args));
        }
    }

    /** Axon's check for updates would tell its makers about this installation. */
    static void neverCallHome() {
        System.setProperty("axoniq.update-checker.disabled", "true");
    }

    /**
     * Whether these arguments start the application: none, {@code serve}, or nothing but settings
     * such as {@code --server.port=9000}. A mistyped tool option never starts a server.
     */
    static boolean serves(String... args) {
        if (args.length > 0 && args[0].equals("serve")) {
            return Arrays.stream(args).noneMatch(arg -> arg.equals("--help") || arg.equals("-h"));
        }
        return Arrays.stream(args).allMatch(arg -> arg.matches("--[\\w-]+(\\[.*])?\\..+"));
    }

    private static String[] settings(String[] args) {
        return args.length > 0 && args[0].equals("serve")
                ? Arrays.copyOfRange(args, 1, args.length)
                : args;
    }

    static CommandLine tool() {
        return new CommandLine(new Countersign())
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    PrintWriter err = command.getErr();
                    err.println("countersign: " + reason(failure));
                    Countersign root = command.getCommandSpec().root().commandLine().getCommand();
                    if (root.stacktrace) {
                        failure.printStackTrace(err);
                    }
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }

    private static String reason(Exception failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.toString() : message;
    }

    /** Reached with options only, none of them a setting. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Which command? Without any option it serves.");
    }

    /** Here to be listed and explained; {@link #main} has served before it could be reached. */
    @Command(
            name = "serve",
            description = {
                "Serve the application, as without a command.",
                "Settings follow as --name=value, for example --server.port=9000."
            },
            mixinStandardHelpOptions = true)
    static final class Serve {}

    @Command(name = "version", description = "Print the version and the Java it runs on.")
    static final class Version implements Callable<Integer> {
        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException {
            for (String line : new Release().getVersion()) {
                spec.commandLine().getOut().println(line);
            }
            return CommandLine.ExitCode.OK;
        }
    }

    /** Started by the server for each prediction log, see {@link AssessmentProcess}. */
    @Command(
            name = "assess-worker",
            hidden = true,
            description = "Read one prediction log for the server that started this.")
    static final class AssessWorker implements Callable<Integer> {
        @Override
        public Integer call() throws IOException {
            return AssessmentWorker.runAsChild(System.in, System.out);
        }
    }

    /** The version the build wrote into the jar. */
    static final class Release implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            var build = new Properties();
            try (var file =
                    Countersign.class.getResourceAsStream("/META-INF/build-info.properties")) {
                if (file == null) {
                    throw new IOException(
                            "META-INF/build-info.properties is missing; build with Maven");
                }
                build.load(file);
            }
            return new String[] {
                "countersign " + build.getProperty("build.version"),
                "Java "
                        + Runtime.version()
                        + " on "
                        + System.getProperty("os.name")
                        + " "
                        + System.getProperty("os.arch")
            };
        }
    }
}
