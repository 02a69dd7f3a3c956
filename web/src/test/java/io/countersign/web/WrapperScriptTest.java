package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the scripts in a machine of their own: a folder with JDKs, Mavens and commands that only
 * print what they were asked.
 */
@DisabledOnOs(OS.WINDOWS)
class WrapperScriptTest {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final String PRINTS_ITS_CALL =
            """
            #!/bin/sh
            echo "$(basename "$0") of $JAVA_HOME: $*"
            """;

    @TempDir private Path machine;
    private final Map<String, String> environment = new TreeMap<>();

    private record Answer(int code, String out, String err) {}

    @BeforeEach
    void a_machine_with_neither_java_nor_maven() throws IOException {
        var commands = Files.createDirectories(machine.resolve("bin"));
        for (String command :
                "sed awk basename dirname mkdir mktemp mv rm tar gzip cut tr head readlink sha512sum shasum perl curl wget cat"
                        .split(" ")) {
            for (String folder : new String[] {"/bin", "/usr/bin"}) {
                var installed = Path.of(folder, command);
                if (Files.exists(installed) && !Files.exists(commands.resolve(command))) {
                    script(commands.resolve(command), "#!/bin/sh\nexec " + installed + " \"$@\"\n");
                }
            }
        }
        environment.put("PATH", commands.toString());
        environment.put("HOME", Files.createDirectories(machine.resolve("home")).toString());
        environment.put("MVNW_JDK_ROOT", machine.resolve("root").toString());
        Files.createDirectories(machine.resolve("project/.mvn/wrapper"));
        Files.copy(REPOSITORY.resolve("mvnw"), machine.resolve("project/mvnw"));
        pin("file:///nowhere/apache-maven-3.9.16-bin.tar.gz", "0".repeat(128));
    }

    @Nested
    class Finding_a_jdk {
        @BeforeEach
        void with_maven() throws IOException {
            maven("3.9.9");
        }

        @Test
        void takes_the_one_that_is_set() throws Exception {
            environment.put("JAVA_HOME", jdk("set", "26.0.1").toString());
            jdk("root/usr/lib/jvm/temurin-25", "25.0.1");
            assertThat(mvnw("-B", "verify").out)
                    .isEqualTo("mvn of " + machine.resolve("set") + ": -B verify\n");
        }

        @Test
        void passes_over_one_that_is_set_but_too_old() throws Exception {
            environment.put("JAVA_HOME", jdk("old", "17.0.9").toString());
            var found = jdk("root/usr/lib/jvm/temurin-25", "25.0.1");
            assertThat(mvnw().out).contains(found.toString());
        }

        @Test
        void takes_the_one_on_the_path_also_behind_a_shim() throws Exception {
            var found = jdk("versions/25", "25");
            script(
                    machine.resolve("bin/java"),
                    "#!/bin/sh\necho '    java.home = " + found + "' >&2\n");
            assertThat(mvnw().out).contains(found.toString());
        }

        @Test
        void prefers_the_release_it_was_built_for_to_a_newer_one() throws Exception {
            jdk("root/usr/lib/jvm/java-1-27", "27");
            var found = jdk("home/.sdkman/candidates/java/25.0.1-tem", "25.0.1");
            assertThat(mvnw().out).contains(found.toString());
        }

        @Test
        void takes_a_newer_one_when_there_is_no_other() throws Exception {
            jdk("root/opt/jdk-17", "17.0.9");
            var found = jdk("root/Library/Java/JavaVirtualMachines/a b/Contents/Home", "26");
            assertThat(mvnw().out).contains(found.toString());
        }

        @Test
        void passes_over_one_without_compiler() throws Exception {
            Files.delete(jdk("root/usr/lib/jvm/jre-25", "25").resolve("bin/javac"));
            var answer = mvnw();
            assertThat(answer.code).isEqualTo(1);
            assertThat(answer.err).contains("no JDK 25 or newer found", "JAVA_HOME (not set)");
        }
    }

    @Nested
    class Finding_maven {
        @BeforeEach
        void with_a_jdk() throws IOException {
            jdk("home/.jdks/temurin-25", "25");
        }

        @Test
        void takes_the_installed_one_without_downloading() throws Exception {
            maven("3.8.7");
            assertThat(mvnw("test").out).startsWith("mvn of ").endsWith(": test\n");
        }

        @Test
        void downloads_the_pinned_one_once_and_keeps_it() throws Exception {
            maven("3.6.3");
            var archive = archive("pinned");
            pin(archive.toUri().toString(), sha512(archive));
            var first = mvnw("-v");
            assertThat(first.out).isEqualTo("pinned: -v\n");
            assertThat(first.err)
                    .contains("3.6.3 is older than 3.8", "downloading apache-maven-3.9.16");
            Files.delete(archive);
            maven("3.9.9");
            assertThat(mvnw("test")).isEqualTo(new Answer(0, "pinned: test\n", ""));
            assertThat(machine.resolve("home/.m2/wrapper/dists/apache-maven-3.9.16"))
                    .isDirectoryNotContaining("glob:**download*");
        }

        @Test
        void installs_nothing_whose_checksum_differs() throws Exception {
            pin(archive("forged").toUri().toString(), "0".repeat(128));
            var answer = mvnw("-v");
            assertThat(answer.code).isEqualTo(1);
            assertThat(answer.out).isEmpty();
            assertThat(answer.err).contains("Nothing was installed");
            assertThat(machine.resolve("home/.m2/wrapper/dists/apache-maven-3.9.16"))
                    .isEmptyDirectory();
        }

        @Test
        void says_what_to_do_when_it_cannot_download() throws Exception {
            var answer = mvnw("-v");
            assertThat(answer.code).isEqualTo(1);
            assertThat(answer.err)
                    .contains("could not download file:///nowhere", "Install Maven 3.8 or newer");
        }

        @Test
        void is_pinned_to_a_whole_checksum() throws Exception {
            var pinned =
                    Files.readString(REPOSITORY.resolve(".mvn/wrapper/maven-wrapper.properties"));
            assertThat(pinned)
                    .containsPattern(
                            "(?m)^distributionUrl=https://.*/apache-maven-[0-9.]+-bin\\.tar\\.gz$")
                    .containsPattern("(?m)^distributionSha512Sum=[0-9a-f]{128}$");
        }

        @Test
        void works_through_a_link_from_another_folder() throws Exception {
            maven("3.9.9");
            Files.createSymbolicLink(machine.resolve("link"), Path.of("project/mvnw"));
            assertThat(run(machine.resolve("link"), "-v").code).isZero();
        }
    }

    @Nested
    class Launching {
        private Path launcher = machine;

        @BeforeEach
        void with_the_launcher() throws IOException {
            Files.createDirectories(machine.resolve("installed/bin"));
            launcher =
                    Files.copy(
                            REPOSITORY.resolve("web/bin/countersign"),
                            machine.resolve("installed/bin/countersign"));
            environment.put("JAVA_HOME", jdk("java-25", "25").toString());
        }

        @Test
        void runs_the_installed_jar_with_its_arguments() throws Exception {
            var jar = machine.resolve("installed/lib/web-1.0-exec.jar");
            Files.createDirectories(machine.resolve("installed/lib"));
            Files.createFile(jar);
            environment.put("JAVA_OPTS", "-Xmx1g -Dx=y");
            var answer = run(launcher, "rebuild", "a b");
            assertThat(answer.out)
                    .startsWith("java of ")
                    .contains(" -Xmx1g -Dx=y -jar ")
                    .endsWith("web-1.0-exec.jar rebuild a b\n");
        }

        @Test
        void says_where_it_looked_for_the_jar() throws Exception {
            var answer = run(launcher);
            assertThat(answer.code).isEqualTo(1);
            assertThat(answer.err).contains("no executable jar in", "COUNTERSIGN_JAR");
        }
    }

    private Path jdk(String folder, String version) throws IOException {
        var home = machine.resolve(folder);
        script(home.resolve("bin/java"), PRINTS_ITS_CALL);
        script(home.resolve("bin/javac"), PRINTS_ITS_CALL);
        Files.writeString(
                home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private void maven(String version) throws IOException {
        script(
                machine.resolve("bin/mvn"),
                "#!/bin/sh\n[ \"$*\" != -v ] || { echo 'Apache Maven "
                        + version
                        + " (x)'; exit; }\n"
                        + "echo \"mvn of $JAVA_HOME: $*\"\n");
    }

    private Path archive(String name) throws IOException, InterruptedException {
        var folder = machine.resolve(name);
        script(
                folder.resolve("apache-maven-3.9.16/bin/mvn"),
                "#!/bin/sh\necho \"" + name + ": $*\"\n");
        var archive = machine.resolve("apache-maven-3.9.16-bin.tar.gz");
        var tar =
                new ProcessBuilder(
                                "tar",
                                "-czf",
                                archive.toString(),
                                "-C",
                                folder.toString(),
                                "apache-maven-3.9.16")
                        .start();
        assertThat(tar.waitFor()).isZero();
        return archive;
    }

    private void pin(String address, String checksum) throws IOException {
        Files.writeString(
                machine.resolve("project/.mvn/wrapper/maven-wrapper.properties"),
                "distributionUrl=" + address + "\ndistributionSha512Sum=" + checksum + "\n");
    }

    private static String sha512(Path file) throws IOException, NoSuchAlgorithmException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(file)));
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Answer mvnw(String... arguments) throws IOException, InterruptedException {
        return run(machine.resolve("project/mvnw"), arguments);
    }

    private Answer run(Path script, String... arguments) throws IOException, InterruptedException {
        var out = machine.resolve("out");
        var err = machine.resolve("err");
        var builder =
                new ProcessBuilder(
                        Stream.concat(Stream.of("/bin/sh", script.toString()), Stream.of(arguments))
                                .toList());
        builder.environment().clear();
        builder.environment().putAll(environment);
        var process =
                builder.directory(machine.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Answer(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
