package io.countersign.governance.database;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * How the database is reached: as the owner of the tables, to migrate, and as the run-time role,
 * which holds only what the migrations grant it.
 *
 * @param url of JDBC, without user and password
 * @param owner runs the migrations; nothing else should
 * @param app runs the product
 * @param appRole the role grants are made to; other than {@code app.user()} where one user does
 *     both
 */
public record DatabaseAccess(String url, Login owner, Login app, String appRole) {
    /** The run-time role, where the settings name none. */
    public static final String APP_ROLE = "countersign_app";

    /** A statement or transaction that lasts longer would hold back the order of events. */
    private static final String LIMITS =
            "-c idle_in_transaction_session_timeout=60s -c transaction_timeout=5min"
                    + " -c synchronous_commit=on";

    /**
     * Reads the settings {@code countersign.database.*} of a PostgreSQL 18 that somebody else runs.
     *
     * <ul>
     *   <li>Two users (recommended): {@code owner-username} owns the database and migrates, {@code
     *       username} runs the product and is granted what it needs. Make both beforehand ({@code
     *       create role … login password …}), or give the owner {@code createrole} and the first
     *       start makes the other. The run-time user must be neither superuser nor owner.
     *   <li>One user: {@code username} alone migrates, then works as the role {@code
     *       countersign_app}, set on every connection. Simpler, and weaker: whoever takes over the
     *       process can set the role back. Make the role and grant it to the user beforehand, or
     *       give the user {@code createrole}.
     * </ul>
     *
     * Connections set their role and time limits by PostgreSQL's start-up options, so a pooler
     * between must pass these on.
     *
     * @throws IllegalArgumentException for settings that contradict each other, saying which
     */
    public static DatabaseAccess external(
            String url,
            @Nullable String username,
            @Nullable String password,
            @Nullable String ownerUsername,
            @Nullable String ownerPassword) {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(
                    "countersign.database.url must begin with jdbc:postgresql: but is: " + url);
        }
        if (username == null || username.isBlank() || password == null) {
            throw new IllegalArgumentException(
                    "countersign.database.url is given, so countersign.database.username and"
                            + " countersign.database.password are needed too.");
        }
        var app = new Login(username, password);
        if (ownerUsername == null || ownerUsername.isBlank()) {
            return new DatabaseAccess(url, app, app, APP_ROLE);
        }
        if (ownerUsername.equals(username)) {
            throw new IllegalArgumentException(
                    "countersign.database.owner-username and countersign.database.username are both '"
                            + username
                            + "': give two users, or leave the owner out.");
        }
        if (ownerPassword == null) {
            throw new IllegalArgumentException(
                    "countersign.database.owner-username is given, so"
                            + " countersign.database.owner-password is needed too.");
        }
        return new DatabaseAccess(url, new Login(ownerUsername, ownerPassword), app, username);
    }

    /** Whether one user migrates and runs the product, and sets the role on each connection. */
    public boolean sharesOneUser() {
        return owner.user().equals(app.user());
    }

    /** One connection per call, as the owner. */
    public DataSource ownerSource() {
        return source(owner, "");
    }

    /**
     * One connection per call, as the run-time role; put a pool in front to serve with it. Tables
     * of the read models are found without naming their schema.
     */
    public DataSource appSource() {
        var options = LIMITS + " -c search_path=read_model,public";
        return source(app, sharesOneUser() ? options + " -c role=" + appRole : options);
    }

    /** As the owner, with unqualified tables looked for in these schemas. */
    public DataSource ownerSource(String searchPath) {
        return source(owner, "-c search_path=" + searchPath);
    }

    private DataSource source(Login login, String options) {
        var source = new PGSimpleDataSource();
        source.setURL(url);
        source.setUser(login.user());
        source.setPassword(login.password());
        source.setApplicationName("countersign");
        source.setReWriteBatchedInserts(true);
        try {
            // Ours come last and so win over what the URL asks for.
            var asked = source.getProperty("options");
            if (!options.isEmpty()) {
                source.setProperty("options", asked == null ? options : asked + " " + options);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return source;
    }

    /** A database user; the password never shows. */
    public record Login(String user, String password) {
        @Override
        public String toString() {
            return user;
        }
    }
}
