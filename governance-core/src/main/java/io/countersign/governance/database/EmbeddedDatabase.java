package io.countersign.governance.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.database.DatabaseAccess.Login;
import io.countersign.governance.keys.PrivateFiles;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL 18 of the product's own, for one machine. Everything of it is in {@code
 * <home>/postgres}, which only its owner may enter:
 *
 * <ul>
 *   <li>{@code data}: the databases, with checksums; every commit is on disk when it is answered
 *   <li>{@code passwords}: random, made at the first start
 *   <li>{@code port}: on 127.0.0.1, the only address it listens on
 *   <li>{@code local.conf}: settings an operator adds; those that keep the promises win over them
 *   <li>{@code lock}: held while one instance of the product uses the folder
 *   <li>{@code log}: a file for each day of the week; {@code server-…}: the programs
 * </ul>
 *
 * A server that outlived its product (after {@code kill -9}) is found at the next start and used
 * on.
 */
public final class EmbeddedDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);

    private static final String DATABASE = "countersign";
    private static final String OWNER = "countersign_owner";
    private static final String SUPERUSER = "postgres";
    private static final String MAJOR = "18";
    private static final int ATTEMPTS = 3;
    private static final int LARGEST_MESSAGE = 2000;

    /**
     * Folders this process uses. Asked before the lock file is touched, since closing any channel
     * on that file gives up the lock of the whole process.
     */
    private static final Set<Path> USED_HERE = ConcurrentHashMap.newKeySet();

    private final Folder folder;
    private final FileChannel lock;
    private final Path binaries;
    private final DatabaseAccess access;

    /**
     * Starts the database kept in {@code home}, or makes one. Its roles and the empty database
     * exist afterwards; {@link Migrations} come next.
     *
     * @throws DatabaseUnavailable when another instance uses the folder, or it cannot be started
     * @throws IllegalStateException when others may read the folder
     */
    public static EmbeddedDatabase start(Path home) {
        var folder = Folder.in(home);
        try {
            var lock = lock(folder);
            try {
                return new EmbeddedDatabase(folder, lock);
            } catch (IOException | SQLException | RuntimeException e) {
                unlock(folder, lock);
                throw e;
            }
        } catch (IOException | SQLException e) {
            throw new DatabaseUnavailable(
                    "The embedded database in %s did not start: %s"
                            .formatted(folder.root, e.getMessage()),
                    e);
        }
    }

    /**
     * The database another instance runs in {@code home}: for command line tools beside it.
     *
     * @throws DatabaseUnavailable when none runs there
     */
    public static DatabaseAccess connectTo(Path home) {
        var root = home.resolve("postgres");
        if (!Files.exists(root.resolve("passwords")) || !Files.exists(root.resolve("port"))) {
            throw new DatabaseUnavailable(
                    "There is no embedded database in %s. Name the folder it is in with countersign.home."
                            .formatted(home));
        }
        var folder = Folder.in(home);
        var access = access(folder, folder.port());
        try (var _ = access.ownerSource().getConnection()) {
            return access;
        } catch (SQLException e) {
            throw new DatabaseUnavailable(
                    "The embedded database in %s does not answer on port %d (%s). Start Countersign first."
                            .formatted(home, folder.port(), e.getMessage()),
                    e);
        }
    }

    private EmbeddedDatabase(Folder folder, FileChannel lock) throws IOException, SQLException {
        this.folder = folder;
        this.lock = lock;
        this.binaries = Binaries.unpacked(folder.root);
        initialise();
        var adopted = orphan();
        if (adopted.isEmpty()) {
            launch();
        } else {
            LOG.info("Went on with the database server {} of an earlier run", adopted.get());
        }
        Binaries.removeOthers(binaries);
        try {
            prepare();
        } catch (SQLException | RuntimeException e) {
            stop();
            throw e;
        }
        this.access = access(folder, folder.port());
    }

    /** How to reach it. */
    public DatabaseAccess access() {
        return access;
    }

    /** Ends all connections and stops the server cleanly; the data stays. */
    @Override
    public void close() {
        try {
            try {
                stop();
            } finally {
                unlock(folder, lock); // also where it had died
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot stop the database in " + folder.root, e);
        }
    }

    private static DatabaseAccess access(Folder folder, int port) {
        // requireAuth: whoever took the port in the meantime learns no password.
        return new DatabaseAccess(
                "jdbc:postgresql://127.0.0.1:%d/%s?requireAuth=scram-sha-256"
                        .formatted(port, DATABASE),
                new Login(OWNER, folder.password(OWNER)),
                new Login(DatabaseAccess.APP_ROLE, folder.password(DatabaseAccess.APP_ROLE)),
                DatabaseAccess.APP_ROLE);
    }

    private static FileChannel lock(Folder folder) throws IOException {
        var file = folder.root.resolve("lock");
        if (!USED_HERE.add(folder.root)) {
            throw inUse(folder, "this very process");
        }
        try {
            PrivateFiles.writeNew(file, new byte[0]);
            var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                throw inUse(folder, "process " + Files.readString(file).strip());
            }
            var pid = (ProcessHandle.current().pid() + "\n").getBytes(UTF_8);
            channel.truncate(0).write(ByteBuffer.wrap(pid), 0);
            return channel;
        } catch (IOException | RuntimeException e) {
            USED_HERE.remove(folder.root);
            throw e;
        }
    }

    private static void unlock(Folder folder, FileChannel lock) throws IOException {
        lock.close();
        USED_HERE.remove(folder.root);
    }

    private static DatabaseUnavailable inUse(Folder folder, String process) {
        return new DatabaseUnavailable(
                "Countersign already runs on %s, as %s. Stop that one first, or give this one a folder of its own with countersign.home."
                        .formatted(folder.root.getParent(), process));
    }

    /** Makes the data folder, whole or not at all. */
    private void initialise() throws IOException {
        var draft = folder.root.resolve("data.draft");
        Binaries.delete(draft);
        var passwords = folder.root.resolve("passwords");
        if (!Files.exists(folder.data)) {
            if (!Files.exists(passwords)) {
                PrivateFiles.writeNew(passwords, Folder.newPasswords());
            }
            var superuser = folder.root.resolve("superuser.draft");
            PrivateFiles.write(superuser, folder.password(SUPERUSER).getBytes(UTF_8));
            try {
                // The built-in locale sorts alike on every system and version.
                var made =
                        execute(
                                "initdb",
                                "--pgdata=" + draft,
                                "--username=" + SUPERUSER,
                                "--pwfile=" + superuser,
                                "--auth=scram-sha-256",
                                "--data-checksums",
                                "--encoding=UTF8",
                                "--locale=C",
                                "--locale-provider=builtin",
                                "--builtin-locale=C.UTF-8",
                                "--no-instructions");
                if (made.isPresent()) {
                    throw new DatabaseUnavailable(
                            "The embedded database in %s could not be made: %s"
                                    .formatted(folder.root, made.get()));
                }
            } finally {
                Files.delete(superuser);
            }
            Files.move(draft, folder.data, StandardCopyOption.ATOMIC_MOVE);
        } else if (!Files.exists(passwords)) {
            throw new DatabaseUnavailable(
                    "The database in %s is there, but the file %s with its passwords is not. Restore it from its copy."
                            .formatted(folder.data, passwords));
        }
        var version = Files.readString(folder.data.resolve("PG_VERSION")).strip();
        if (!version.equals(MAJOR)) {
            throw new DatabaseUnavailable(
                    "The data in %s is of PostgreSQL %s, and this Countersign brings %s. Move it over with pg_dump and a new folder."
                            .formatted(folder.data, version, MAJOR));
        }
    }

    /**
     * The process of a server of ours that still runs and answers; one that does not is stopped.
     */
    private Optional<Long> orphan() throws IOException {
        var file = folder.data.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var lines = Files.readAllLines(file);
        var process =
                lines.isEmpty()
                        ? Optional.<ProcessHandle>empty()
                        : ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
        if (process.isEmpty()) {
            return Optional.empty(); // PostgreSQL itself replaces the file of a dead process
        }
        var program = process.get().info().command().orElse("");
        if (!program.isEmpty() && !program.startsWith(folder.root + "/")) {
            // The number belongs to somebody else by now, as happens in containers. PostgreSQL
            // would refuse to start; our lock says that nobody else looks after this folder.
            LOG.info("Removed the stale {}: process {} is {}", file, lines.getFirst(), program);
            Files.delete(file);
            return Optional.empty();
        }
        var outdated = !program.isEmpty() && !program.startsWith(binaries + "/");
        if (!outdated && answers(lines)) {
            return Optional.of(process.get().pid());
        }
        if (!program.isEmpty()) {
            LOG.info("Stopping the database server {} of an earlier run", process.get().pid());
            stop();
        }
        return Optional.empty();
    }

    /** Whether the server takes our password, is on our data, and on the port we keep. */
    private boolean answers(List<String> pidFile) {
        if (pidFile.size() < 4) {
            return false; // still starting
        }
        try {
            var port = Integer.parseInt(pidFile.get(3).strip());
            try (var connection = connect(folder, port);
                    var statement = connection.createStatement();
                    var row = statement.executeQuery("show data_directory")) {
                if (!row.next() || !Path.of(row.getString(1)).equals(folder.data)) {
                    return false;
                }
                folder.keepPort(port);
                configure(port);
                statement.execute("select pg_reload_conf()");
                return true;
            }
        } catch (IOException | SQLException | NumberFormatException e) {
            LOG.info("The database server of an earlier run does not answer: {}", e.getMessage());
            return false;
        }
    }

    /** On the port it had, or on another when somebody took it. */
    private void launch() throws IOException {
        var problem = "";
        for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
            var port = attempt == 0 ? folder.port() : 0;
            if (port == 0) {
                try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                    port = free.getLocalPort();
                }
            }
            folder.keepPort(port);
            configure(port);
            var startLog = folder.root.resolve("start.log");
            Files.deleteIfExists(startLog);
            var failed =
                    execute(
                            "pg_ctl",
                            "start",
                            "--pgdata=" + folder.data,
                            "--log=" + startLog,
                            "--wait",
                            "--timeout=600");
            if (failed.isEmpty()) {
                return;
            }
            problem = Files.exists(startLog) ? brief(Files.readString(startLog)) : failed.get();
            LOG.info("The database server did not start: {}", problem);
        }
        throw new DatabaseUnavailable(
                "The embedded database in %s did not start: %s".formatted(folder.root, problem));
    }

    private void stop() throws IOException {
        var pid = folder.data.resolve("postmaster.pid");
        var problem = Optional.<String>empty();
        // What an immediate stop leaves undone, the next start recovers from the log.
        for (var mode : List.of("fast", "immediate")) {
            if (!Files.exists(pid)) {
                return;
            }
            problem =
                    execute(
                            "pg_ctl",
                            "stop",
                            "--pgdata=" + folder.data,
                            "--mode=" + mode,
                            "--wait",
                            "--timeout=60");
        }
        if (Files.exists(pid)) {
            throw new DatabaseUnavailable(
                    "The embedded database in %s did not stop: %s"
                            .formatted(folder.root, problem.orElse("")));
        }
    }

    private void configure(int port) throws IOException {
        PrivateFiles.write(
                folder.data.resolve("pg_hba.conf"),
                "host all all 127.0.0.1/32 scram-sha-256\n".getBytes(UTF_8));
        // Later lines win, so an operator's settings come before those the promises rest on.
        var settings =
                """
                # Written by Countersign at every start. Add your own settings in ../local.conf.
                shared_buffers = 128MB
                max_connections = 100
                max_wal_size = 1GB
                jit = off
                log_filename = 'postgresql-%%a.log'
                log_rotation_age = 1d
                log_rotation_size = 0
                log_truncate_on_rotation = on
                include_if_exists '../local.conf'

                listen_addresses = '127.0.0.1'
                port = %d
                unix_socket_directories = ''
                password_encryption = 'scram-sha-256'
                fsync = on
                full_page_writes = on
                synchronous_commit = on
                max_prepared_transactions = 0
                # A transaction left open would hold back the order of events.
                idle_in_transaction_session_timeout = 60s
                transaction_timeout = 15min
                timezone = 'UTC'
                log_timezone = 'UTC'
                logging_collector = on
                log_directory = '../log'
                log_line_prefix = '%%m [%%p] %%u '
                # Statements hold what people wrote.
                log_min_error_statement = panic
                log_parameter_max_length_on_error = 0
                """
                        .formatted(port);
        PrivateFiles.write(folder.data.resolve("postgresql.conf"), settings.getBytes(UTF_8));
    }

    /** The roles and the empty database; what exists stays. */
    private void prepare() throws SQLException {
        var access = access(folder, folder.port());
        try (var superuser = connect(folder, folder.port())) {
            DatabaseRoles.createLogin(superuser, access.owner());
            DatabaseRoles.createLogin(superuser, access.app());
            // A migration may take as long as it takes.
            DatabaseRoles.run(superuser, "alter role " + OWNER + " set transaction_timeout = 0");
            var exists = "select from pg_database where datname = '" + DATABASE + "'";
            try (var statement = superuser.createStatement();
                    var row = statement.executeQuery(exists)) {
                if (!row.next()) {
                    DatabaseRoles.run(superuser, "create database " + DATABASE + " owner " + OWNER);
                }
            }
            DatabaseRoles.run(superuser, "revoke all on database " + DATABASE + " from public");
        }
        try (var owner = access.ownerSource().getConnection()) {
            DatabaseRoles.ensure(owner, access);
        }
    }

    private static Connection connect(Folder folder, int port) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", SUPERUSER);
        properties.setProperty("password", folder.password(SUPERUSER));
        properties.setProperty("requireAuth", "scram-sha-256");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("socketTimeout", "30");
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + SUPERUSER, properties);
    }

    /** What the program complained about; empty when it succeeded. */
    private Optional<String> execute(String program, String... arguments) throws IOException {
        var command = new ArrayList<String>();
        if (isRoot()) {
            // PostgreSQL refuses to run as root. In a user namespace of its own it is nobody
            // there, and owns the same files.
            command.addAll(List.of("unshare", "--user"));
        }
        command.add(binaries.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        // A file, since a server that pg_ctl starts would keep a pipe open.
        var output = folder.root.resolve(program + ".log");
        var builder =
                new ProcessBuilder(command)
                        .directory(folder.root.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().keySet().retainAll(Set.of("PATH", "HOME", "TMPDIR"));
        try {
            var process = builder.start();
            if (!process.waitFor(15, TimeUnit.MINUTES)) {
                process.destroy();
                return Optional.of(program + " did not end within 15 minutes");
            }
            if (process.exitValue() == 0) {
                return Optional.empty();
            }
            var said = brief(Files.readString(output));
            return Optional.of(
                    isRoot() && said.contains("unshare")
                            ? said
                                    + " PostgreSQL does not run as root, and this system allows no user namespaces: start Countersign as another user, or give a server with countersign.database.url."
                            : said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + program, e);
        }
    }

    private boolean isRoot() throws IOException {
        return Files.getAttribute(folder.root, "unix:uid").equals(0);
    }

    private static String brief(String output) {
        var text = output.strip();
        return text.length() > LARGEST_MESSAGE
                ? text.substring(text.length() - LARGEST_MESSAGE)
                : text;
    }

    /**
     * @param root real path, so that a running server can be told by where its program is
     */
    private record Folder(Path root, Path data) {
        static Folder in(Path home) {
            try {
                var root = PrivateFiles.folder(home.toAbsolutePath().resolve("postgres"));
                var others =
                        Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
                if (Files.getPosixFilePermissions(home).stream().anyMatch(others::contains)) {
                    throw new IllegalStateException(
                            "Others may write to %s, and so put another database in its place. Do: chmod go-w %s"
                                    .formatted(home, home));
                }
                return new Folder(root, root.resolve("data"));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot use the folder " + home, e);
            }
        }

        static byte[] newPasswords() {
            var lines = new StringBuilder();
            for (var user : List.of(SUPERUSER, OWNER, DatabaseAccess.APP_ROLE)) {
                lines.append(user)
                        .append('=')
                        .append(HexFormat.of().formatHex(PrivateFiles.random(32)))
                        .append('\n');
            }
            return lines.toString().getBytes(UTF_8);
        }

        String password(String user) {
            var file = root.resolve("passwords");
            var passwords = new Properties();
            try {
                passwords.load(new StringReader(new String(PrivateFiles.read(file), UTF_8)));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + file, e);
            }
            var password = passwords.getProperty(user);
            if (password == null) {
                throw new DatabaseUnavailable(
                        "The file %s has no password for %s. Restore it from its copy."
                                .formatted(file, user));
            }
            return password;
        }

        /** 0 where none was kept. */
        int port() {
            var file = root.resolve("port");
            return Files.exists(file)
                    ? Integer.parseInt(new String(PrivateFiles.read(file), UTF_8).strip())
                    : 0;
        }

        void keepPort(int port) {
            PrivateFiles.write(root.resolve("port"), (port + "\n").getBytes(UTF_8));
        }
    }
}
