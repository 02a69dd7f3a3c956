package io.countersign.governance.database;

import io.countersign.governance.database.DatabaseAccess.Login;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the run-time role what it must be. Done before the migrations, at every start. */
public final class DatabaseRoles {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseRoles.class);

    private DatabaseRoles() {}

    /**
     * The run-time role exists, may connect and use the schema {@code public}, and is neither
     * superuser nor owner of anything there. Doing it again changes nothing.
     *
     * @param owner connected as the owner of the database
     * @throws DatabaseUnavailable when the role is missing and the owner may not make it, or when
     *     it may do more than it must
     */
    public static void ensure(Connection owner, DatabaseAccess access) throws SQLException {
        var role = access.appRole();
        var quoted = identifier(owner, role);
        if (!exists(owner, role)) {
            create(owner, access);
        }
        if (access.sharesOneUser() && !member(owner, role)) {
            run(owner, "grant " + quoted + " to current_user with set true, inherit false");
        }
        var powers = powers(owner, role);
        if (!powers.isEmpty()) {
            throw new DatabaseUnavailable(
                    "The run-time database role '%s' %s. It could then alter what is on record. Give another user as countersign.database.username."
                            .formatted(role, String.join(" and ", powers)));
        }
        if (access.sharesOneUser()) {
            LOG.warn(
                    "One database user, '{}', migrates and runs the product. Two users are safer: set"
                            + " countersign.database.owner-username.",
                    access.owner().user());
        }
        run(
                owner,
                "grant connect on database "
                        + identifier(owner, owner.getCatalog())
                        + " to "
                        + quoted);
        run(owner, "grant usage on schema public to " + quoted);
        // Until PostgreSQL 14 everybody might create there, and old databases still allow it.
        run(owner, "revoke create on schema public from public, " + quoted);
    }

    /** A user that may log in and nothing else, unless it exists. The server sees no password. */
    static void createLogin(Connection connection, Login login) throws SQLException {
        if (!exists(connection, login.user())) {
            var quoted = identifier(connection, login.user());
            run(connection, "create role " + quoted + " nologin");
            connection
                    .unwrap(PGConnection.class)
                    .alterUserPassword(
                            login.user(), login.password().toCharArray(), "scram-sha-256");
            // Last, so that a role without a password is never open.
            run(connection, "alter role " + quoted + " login");
        }
    }

    static String identifier(Connection connection, String name) throws SQLException {
        return connection.unwrap(PGConnection.class).escapeIdentifier(name);
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void create(Connection owner, DatabaseAccess access) throws SQLException {
        try {
            if (access.sharesOneUser()) {
                run(owner, "create role " + identifier(owner, access.appRole()) + " nologin");
            } else {
                createLogin(owner, access.app());
            }
        } catch (SQLException e) {
            throw new DatabaseUnavailable(
                    "The run-time database role '%s' does not exist, and '%s' may not make it (%s). Make it: create role %s %s"
                            .formatted(
                                    access.appRole(),
                                    access.owner().user(),
                                    e.getMessage(),
                                    access.appRole(),
                                    access.sharesOneUser()
                                            ? "nologin; grant %s to %s"
                                                    .formatted(
                                                            access.appRole(), access.owner().user())
                                            : "login password '…'"),
                    e);
        }
    }

    private static boolean exists(Connection connection, String role) throws SQLException {
        return holds(connection, "select from pg_roles where rolname = ?", role);
    }

    private static boolean member(Connection connection, String role) throws SQLException {
        return holds(connection, "select where pg_has_role(current_user, ?, 'SET')", role);
    }

    private static List<String> powers(Connection connection, String role) throws SQLException {
        var powers = new ArrayList<String>();
        if (holds(connection, "select from pg_roles where rolname = ? and rolsuper", role)) {
            powers.add("is a superuser");
        }
        if (holds(
                connection,
                """
                select from pg_class where relnamespace = 'public'::regnamespace
                    and pg_has_role(?, relowner, 'MEMBER') limit 1
                """,
                role)) {
            powers.add("owns tables, or may act as their owner");
        }
        if (holds(
                connection,
                """
                select from pg_database where datname = current_database()
                    and pg_has_role(?, datdba, 'MEMBER')
                """,
                role)) {
            powers.add("owns the database, or may act as its owner");
        }
        return powers;
    }

    private static boolean holds(Connection connection, String sql, String role)
            throws SQLException {
        try (var query = connection.prepareStatement(sql)) {
            query.setString(1, role);
            try (var rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }
}
