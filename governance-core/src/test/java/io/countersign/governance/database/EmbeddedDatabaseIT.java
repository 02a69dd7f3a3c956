package io.countersign.governance.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.keys.PrivateFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

class EmbeddedDatabaseIT {
    @TempDir static Path unpacked;
    @TempDir Path home;

    @BeforeAll
    static void unpackOnce() {
        try (var _ = EmbeddedDatabase.start(unpacked)) {}
    }

    /** Spares each test the seconds that unpacking takes. */
    @BeforeEach
    void bringPrograms() throws Exception {
        var folder = PrivateFiles.folder(home.resolve("postgres"));
        try (var programs = Files.newDirectoryStream(unpacked.resolve("postgres"), "server-*")) {
            var copy = List.of("cp", "-al", programs.iterator().next().toString(), "" + folder);
            assertThat(new ProcessBuilder(copy).inheritIO().start().waitFor()).isZero();
        }
    }

    @Test
    void keeps_its_data_and_its_port_over_a_restart() {
        DatabaseAccess before;
        try (var database = EmbeddedDatabase.start(home)) {
            before = database.access();
            Migrations.run(before.ownerSource(), before.appRole(), "classpath:db/sample");
            write(before, "first");
        }
        assertThatThrownBy(() -> notes(before)).hasRootCauseInstanceOf(java.io.IOException.class);
        try (var database = EmbeddedDatabase.start(home)) {
            assertThat(database.access()).isEqualTo(before);
            assertThat(notes(database.access())).containsExactly("first");
        }
    }

    @Test
    void takes_nobody_without_the_password_and_listens_on_loopback_only() throws Exception {
        try (var database = EmbeddedDatabase.start(home)) {
            var url = database.access().url();
            for (var user : List.of("postgres", "countersign_owner", "countersign_app")) {
                assertThatThrownBy(() -> DriverManager.getConnection(url, user, "guess"))
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("password authentication failed");
            }
            var port = Integer.parseInt(Files.readString(home.resolve("postgres/port")).strip());
            for (var network : NetworkInterface.networkInterfaces().toList()) {
                for (var address : network.inetAddresses().toList()) {
                    if (!address.isLoopbackAddress()) {
                        assertThatThrownBy(() -> new Socket(address, port).close())
                                .isInstanceOf(IOException.class);
                    }
                }
            }
        }
    }

    @Test
    void promises_durable_commits_whatever_an_operator_sets() throws Exception {
        var folder = home.resolve("postgres");
        try (var _ = EmbeddedDatabase.start(home)) {}
        Files.writeString(folder.resolve("local.conf"), "fsync = off\nwork_mem = 7MB\n");
        try (var database = EmbeddedDatabase.start(home)) {
            var jdbc = JdbcClient.create(database.access().appSource());
            assertThat(
                            List.of(
                                            "fsync",
                                            "synchronous_commit",
                                            "full_page_writes",
                                            "data_checksums",
                                            "max_prepared_transactions",
                                            "listen_addresses",
                                            "password_encryption",
                                            "idle_in_transaction_session_timeout",
                                            "transaction_timeout",
                                            "work_mem",
                                            "server_version_num")
                                    .stream()
                                    .map(name ->
                                            jdbc.sql("select current_setting(?)")
                                                    .param(name)
                                                    .query(String.class)
                                                    .single()))
                    .startsWith(
                            "on",
                            "on",
                            "on",
                            "on",
                            "0",
                            "127.0.0.1",
                            "scram-sha-256",
                            "1min",
                            "5min",
                            "7MB")
                    .last()
                    .asString()
                    .startsWith("18");
        }
    }

    @Test
    void lets_nobody_else_read_its_files() throws Exception {
        try (var _ = EmbeddedDatabase.start(home)) {
            var folder = home.resolve("postgres");
            for (var private_ : List.of("", "data", "log")) {
                assertThat(mode(folder.resolve(private_))).isEqualTo("rwx------");
            }
            for (var secret : List.of("passwords", "port", "lock", "data/pg_hba.conf")) {
                assertThat(mode(folder.resolve(secret))).isEqualTo("rw-------");
            }
            assertThat(folder.resolve("superuser.draft")).doesNotExist();
        }
        Files.setPosixFilePermissions(
                home.resolve("postgres"), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> EmbeddedDatabase.start(home))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("chmod 700");
    }

    @Test
    void refuses_a_home_that_others_may_write_to() throws Exception {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> EmbeddedDatabase.start(home)).hasMessageContaining("chmod go-w");
    }

    @Test
    void a_second_instance_is_told_who_runs_and_a_tool_may_connect() throws Exception {
        assertThatThrownBy(() -> EmbeddedDatabase.connectTo(home))
                .isInstanceOf(DatabaseUnavailable.class)
                .hasMessageContaining("no embedded database");
        var first = Child.start(home);
        try {
            first.acknowledged(1);
            for (var attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> EmbeddedDatabase.start(home))
                        .isInstanceOf(DatabaseUnavailable.class)
                        .hasMessageContaining("already runs on " + home.toRealPath())
                        .hasMessageContaining("process " + first.process.pid());
            }
            assertThat(notes(EmbeddedDatabase.connectTo(home))).contains("1");
        } finally {
            first.kill();
        }
        try (var _ = EmbeddedDatabase.start(home)) {
            assertThatThrownBy(() -> EmbeddedDatabase.start(home))
                    .hasMessageContaining("this very process");
            // The refused start has not given up the lock of the first.
            assertThat(Child.start(home).complaint()).contains("already runs on");
        }
        assertThatThrownBy(() -> EmbeddedDatabase.connectTo(home))
                .isInstanceOf(DatabaseUnavailable.class)
                .hasMessageContaining("does not answer");
    }

    @Test
    void goes_on_with_the_server_that_outlived_a_killed_product() throws Exception {
        var child = Child.start(home);
        var last = child.acknowledged(50);
        child.kill();
        var server = serverPid();
        assertThat(ProcessHandle.of(server)).isPresent();
        try (var database = EmbeddedDatabase.start(home)) {
            assertThat(serverPid()).isEqualTo(server);
            assertThat(notes(database.access())).contains("1", Integer.toString(last));
        }
        assertThat(home.resolve("postgres/data/postmaster.pid")).doesNotExist();
        for (var process : ProcessHandle.of(server).stream().toList()) {
            process.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void replaces_an_outlived_server_of_another_version() throws Exception {
        var child = Child.start(home);
        child.acknowledged(1);
        child.kill();
        var server = serverPid();
        var folder = home.resolve("postgres");
        Path binaries;
        try (var found = Files.newDirectoryStream(folder, "server-*")) {
            binaries = found.iterator().next();
        }
        var other = Files.move(binaries, folder.resolve("server-older"));
        try (var database = EmbeddedDatabase.start(home)) {
            assertThat(serverPid()).isNotEqualTo(server);
            assertThat(notes(database.access())).contains("1");
            assertThat(other).doesNotExist();
        }
    }

    @Test
    void recovers_what_was_acknowledged_when_the_server_is_killed_too() throws Exception {
        var child = Child.start(home);
        var last = child.acknowledged(50);
        var server = ProcessHandle.of(serverPid()).orElseThrow();
        child.kill();
        server.destroyForcibly();
        server.onExit().get(30, TimeUnit.SECONDS);
        assertThat(home.resolve("postgres/data/postmaster.pid")).exists();
        try (var database = EmbeddedDatabase.start(home)) {
            assertThat(notes(database.access())).contains("1", Integer.toString(last));
        }
    }

    @Test
    void is_not_misled_by_a_process_id_that_now_belongs_to_somebody_else() throws Exception {
        var child = Child.start(home);
        child.acknowledged(1);
        var server = ProcessHandle.of(serverPid()).orElseThrow();
        child.kill();
        server.destroyForcibly();
        server.onExit().get(30, TimeUnit.SECONDS);
        var pid = home.resolve("postgres/data/postmaster.pid");
        var lines = Files.readAllLines(pid);
        var stranger = new ProcessBuilder("sleep", "600").start();
        try {
            lines.set(0, Long.toString(stranger.pid()));
            Files.write(pid, lines);
            try (var database = EmbeddedDatabase.start(home)) {
                assertThat(notes(database.access())).contains("1");
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroy();
        }
    }

    @Test
    void moves_to_another_port_when_somebody_took_its_own() throws Exception {
        DatabaseAccess before;
        try (var database = EmbeddedDatabase.start(home)) {
            before = database.access();
        }
        var port = Integer.parseInt(Files.readString(home.resolve("postgres/port")).strip());
        try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                var database = EmbeddedDatabase.start(home)) {
            assertThat(database.access().url()).isNotEqualTo(before.url());
            assertThat(EmbeddedDatabase.connectTo(home)).isEqualTo(database.access());
        }
    }

    @Test
    void says_which_file_is_missing_when_the_passwords_are_gone() throws Exception {
        try (var _ = EmbeddedDatabase.start(home)) {}
        Files.delete(home.resolve("postgres/passwords"));
        assertThatThrownBy(() -> EmbeddedDatabase.start(home))
                .isInstanceOf(DatabaseUnavailable.class)
                .hasMessageContaining("passwords is not. Restore it");
    }

    @Test
    void starts_over_after_a_first_start_that_was_cut_short() throws Exception {
        var draft = Files.createDirectories(home.resolve("postgres/data.draft/base"));
        Files.writeString(draft.resolve("half"), "…");
        try (var _ = EmbeddedDatabase.start(home)) {
            assertThat(home.resolve("postgres/data.draft")).doesNotExist();
        }
    }

    private static void write(DatabaseAccess access, String text) {
        JdbcClient.create(access.appSource())
                .sql("insert into note (text) values (?)")
                .param(text)
                .update();
    }

    private static List<@Nullable String> notes(DatabaseAccess access) {
        return JdbcClient.create(access.appSource())
                .sql("select text from note order by id")
                .query(String.class)
                .list();
    }

    private long serverPid() throws IOException {
        var file = home.resolve("postgres/data/postmaster.pid");
        return Long.parseLong(Files.readAllLines(file).getFirst());
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    /** Another JVM, which starts the database and writes 1, 2, 3, … until it is killed. */
    static final class Child {
        final Process process;
        private final BufferedReader output;

        private Child(Process process) {
            this.process = process;
            this.output =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
        }

        static Child start(Path home) throws IOException {
            var properties = new Properties();
            properties.putAll(System.getProperties());
            var classes =
                    properties.getProperty(
                            "surefire.test.class.path", properties.getProperty("java.class.path"));
            return new Child(
                    new ProcessBuilder(
                                    Path.of(properties.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-cp",
                                    classes,
                                    Child.class.getName(),
                                    home.toString())
                            .redirectErrorStream(true)
                            .start());
        }

        /** Waits until so many writes were acknowledged. */
        int acknowledged(int count) throws IOException {
            var seen = new StringBuilder();
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                seen.append(line).append('\n');
                if (line.startsWith("written ") && Integer.parseInt(line.substring(8)) >= count) {
                    return Integer.parseInt(line.substring(8));
                }
            }
            throw new AssertionError("the other JVM ended: " + seen);
        }

        String complaint() throws Exception {
            try (output) {
                return String.join("\n", output.readAllLines());
            }
        }

        void kill() throws Exception {
            process.destroyForcibly().waitFor();
        }

        public static void main(String... arguments) {
            var access = EmbeddedDatabase.start(Path.of(arguments[0])).access();
            Migrations.run(access.ownerSource(), access.appRole(), "classpath:db/sample");
            for (var number = 1; ; number++) {
                write(access, Integer.toString(number));
                System.out.println("written " + number);
            }
        }
    }
}
