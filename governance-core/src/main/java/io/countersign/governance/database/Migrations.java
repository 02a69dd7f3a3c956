package io.countersign.governance.database;

import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * Brings the schema to what this version of the product needs; several nodes may try at once.
 * Migrations name the run-time role as <code>${app_role}</code> and grant it table by table.
 */
public final class Migrations {
    private static final String LOCATION = "classpath:db/migration";

    private Migrations() {}

    /**
     * Ensures the run-time role, then migrates.
     *
     * @throws DatabaseUnavailable when the database does not answer or the role cannot be had
     */
    public static void run(DatabaseAccess access) {
        try (var owner = access.ownerSource().getConnection()) {
            DatabaseRoles.ensure(owner, access);
        } catch (SQLException e) {
            throw new DatabaseUnavailable(
                    "The database %s does not take '%s' for its owner: %s"
                            .formatted(access.url(), access.owner().user(), e.getMessage()),
                    e);
        }
        run(access.ownerSource(), access.appRole());
    }

    /** Migrates what is in {@code db/migration}, as the owner. */
    public static void run(DataSource owner, String appRole) {
        run(owner, appRole, LOCATION);
    }

    static void run(DataSource owner, String appRole, String... locations) {
        // It goes into the migrations as it is.
        if (!appRole.matches("[a-z_][a-z0-9_]{0,62}")) {
            throw new DatabaseUnavailable(
                    "The run-time database role must have 1 to 63 characters of a-z, 0-9 and '_', not beginning with a digit, but is: "
                            + appRole);
        }
        Flyway.configure()
                .dataSource(owner)
                .locations(locations)
                .placeholders(Map.of("app_role", appRole))
                .cleanDisabled(true)
                // The lock of a transaction would be lost to the limit on idle transactions.
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                .load()
                .migrate();
    }
}
