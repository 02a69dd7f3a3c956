package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The product in a process of its own, as an operator starts it. */
final class Application implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("Countersign serves at (\\S+)");
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(120);

    private final Process process;
    private final Path log;

    private Application(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts it on a port of its own and waits until it says its address.
     *
     * @param arguments such as {@code -Dname=value} and {@code -Xmx1g} for Java, {@code
     *     --name=value} for the product
     */
    static Application start(Path home, String... arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx400m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"));
        var given = Arrays.asList(arguments);
        given.stream().filter(Application::isForJava).forEach(command::add);
        command.addAll(List.of("-cp", classPath(), Countersign.class.getName()));
        command.addAll(List.of("--countersign.home=" + home, "--server.port=0"));
        given.stream().filter(a -> !isForJava(a)).forEach(command::add);
        var log = Files.createTempFile("countersign", ".log");
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        var started = new Application(process, log);
        var unused = started.says(ADDRESS);
        return started;
    }

    private static boolean isForJava(String argument) {
        return argument.startsWith("-D") || argument.startsWith("-X");
    }

    long pid() {
        return process.pid();
    }

    /** What it said that matches, as soon as it does. */
    Matcher says(Pattern pattern) throws IOException {
        var until = System.nanoTime() + STARTS_WITHIN.toNanos();
        while (System.nanoTime() < until) {
            var found = pattern.matcher(log());
            if (found.find()) {
                return found;
            }
            try {
                if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                    break;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        throw new AssertionError("it never said " + pattern + ":\n" + log());
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    Browser browser() throws IOException {
        return new Browser(says(ADDRESS).group(1));
    }

    /** As {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** As an operator stops it. */
    void stop() throws InterruptedException, IOException {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(log()).isTrue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** What the jar has in it: no tests, which Spring would find. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("test-classes") && !entry.endsWith("-tests.jar"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
