package io.countersign.web.start;

import io.countersign.governance.database.DatabaseUnavailable;
import io.countersign.governance.database.EmbeddedDatabase;
import io.countersign.governance.keys.KeyFolder;
import io.countersign.governance.readmodel.Rebuild;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.bind.Binder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code countersign rebuild}, beside a running application or without one. */
@Command(
        name = "rebuild",
        description = {
            "Make all read models anew from the events, and put them in place of those in use.",
            "The application may go on meanwhile. Ctrl-C leaves everything as it was.",
            "Settings follow as --name=value, for example --countersign.home=/srv/countersign."
        },
        mixinStandardHelpOptions = true)
public final class RebuildCommand implements Callable<Integer> {
    private static final int BATCH = 2_000;
    private static final long LEAVE_WITHIN_SECONDS = 60;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Unmatched private List<String> settings = new ArrayList<>();

    @Override
    public Integer call() {
        for (var setting : settings) {
            if (!setting.matches("--[\\w-]+(\\[.*])?\\..+")) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(),
                        "Not a setting: '" + setting + "'. Write --name.of.it=value.");
            }
        }
        var interrupted = new AtomicBoolean();
        var over = new CountDownLatch(1);
        var interrupt =
                new Thread(() -> {
                    interrupted.set(true);
                    try {
                        var unused = over.await(LEAVE_WITHIN_SECONDS, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        Runtime.getRuntime().addShutdownHook(interrupt);
        try {
            return rebuild(read(settings), spec.commandLine().getOut(), interrupted);
        } finally {
            over.countDown();
        }
    }

    private static int rebuild(Settings settings, PrintWriter out, AtomicBoolean interrupted) {
        if (!Files.isDirectory(settings.home().resolve("keys"))) {
            throw new DatabaseUnavailable(
                    "There are no keys in %s. Name the folder they are in with --countersign.home."
                            .formatted(settings.home()));
        }
        try (var database = database(settings)) {
            var ended =
                    Rebuild.run(
                            database.access(),
                            KeyFolder.open(settings.home().resolve("keys")),
                            BATCH,
                            progress -> print(out, progress),
                            interrupted::get);
            out.printf(
                    "Rebuilt all read models from %,d events in %s; they are in use now.%n",
                    ended.done(), words(ended.elapsed()));
            return CommandLine.ExitCode.OK;
        } catch (CancellationException cancelled) {
            out.println(cancelled.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    /** The one the application runs, or else one that is stopped again afterwards. */
    private static RunningDatabase database(Settings settings) {
        var url = settings.database().url();
        if (url != null && !url.isBlank()) {
            return RunningDatabase.start(settings);
        }
        if (!Files.exists(settings.home().resolve("postgres").resolve("passwords"))) {
            throw new DatabaseUnavailable(
                    "There is no embedded database in %s. Name the folder it is in with --countersign.home."
                            .formatted(settings.home()));
        }
        try {
            return new RunningDatabase(EmbeddedDatabase.connectTo(settings.home()), null);
        } catch (DatabaseUnavailable notRunning) {
            return RunningDatabase.start(settings);
        }
    }

    private static void print(PrintWriter out, Rebuild.Progress progress) {
        if (progress.done() == 0) {
            out.printf("%,d events to replay%n", progress.total());
            out.flush();
            return;
        }
        out.printf(
                "%,d of %,d events, %,d/s, %s left%n",
                progress.done(),
                progress.total(),
                progress.eventsPerSecond(),
                words(progress.remaining()));
        out.flush();
    }

    private static String words(Duration time) {
        return time.toSeconds() < 60
                ? time.toSeconds() + " s"
                : time.toMinutes() + " min " + time.toSecondsPart() + " s";
    }

    /** As the application would read them, from files and environment too. */
    private static Settings read(List<String> given) {
        var application = new SpringApplication(NothingToStart.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        application.setRegisterShutdownHook(false);
        try (var context = application.run(given.toArray(String[]::new))) {
            return Binder.get(context.getEnvironment()).bindOrCreate("countersign", Settings.class);
        }
    }

    /** Spring Boot wants something to start. */
    static final class NothingToStart {}
}
