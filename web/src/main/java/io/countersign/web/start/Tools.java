package io.countersign.web.start;

import io.countersign.governance.database.DatabaseUnavailable;
import io.countersign.governance.database.EmbeddedDatabase;
import io.countersign.governance.keys.KeyFolder;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import picocli.CommandLine;

/** What commands need that work on the application's database, beside it or without it. */
final class Tools {
    private static final long LEAVE_WITHIN_SECONDS = 60;

    private Tools() {}

    /**
     * As the application would read them, from files and environment too.
     *
     * @throws CommandLine.ParameterException for an argument that is no setting
     */
    static Settings settings(CommandLine command, List<String> given) {
        for (var setting : given) {
            if (!setting.matches("--[\\w-]+(\\[.*])?\\..+")) {
                throw new CommandLine.ParameterException(
                        command, "Not a setting: '" + setting + "'. Write --name.of.it=value.");
            }
        }
        return read(given);
    }

    /** Runs it with a question whether Ctrl-C was pressed; it has a minute to leave then. */
    static int interruptibly(ToIntFunction<BooleanSupplier> work) {
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
            return work.applyAsInt(interrupted::get);
        } finally {
            over.countDown();
        }
    }

    /** The product's clock, as the application has it. */
    static Clock clock() {
        try (var context = new AnnotationConfigApplicationContext()) {
            context.scan("io.countersign.governance.shared");
            context.refresh();
            return context.getBean(Clock.class);
        }
    }

    /**
     * The keys of this host; none are made.
     *
     * @throws DatabaseUnavailable where there are none
     */
    static KeyFolder keys(Settings settings) {
        if (!Files.isDirectory(settings.home().resolve("keys"))) {
            throw new DatabaseUnavailable(
                    "There are no keys in %s. Name the folder they are in with --countersign.home."
                            .formatted(settings.home()));
        }
        return KeyFolder.open(settings.home().resolve("keys"));
    }

    /** The one the application runs, or else one that is stopped again afterwards. */
    static RunningDatabase database(Settings settings) {
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

    static String words(Duration time) {
        return time.toSeconds() < 60
                ? time.toSeconds() + " s"
                : time.toMinutes() + " min " + time.toSecondsPart() + " s";
    }

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
