package io.countersign.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.countersign.governance.database.DatabaseAccess;
import io.countersign.governance.database.DatabaseAccess.Login;
import io.countersign.governance.database.Migrations;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * One PostgreSQL server per JVM, migrated once into a template; each call hands out a fresh copy of
 * that template. A copy costs tens of milliseconds, a server seconds.
 *
 * @param access the same, as the product is told it
 * @param owner may do all to the tables, as migrations and attackers do
 * @param app the run-time role, with what migrations granted it and nothing else; a pool of 16
 */
public record TestDatabase(DatabaseAccess access, DataSource owner, DataSource app) {
    private static final String TEMPLATE = "countersign_template";
    private static final Login OWNER = new Login("countersign_owner", "owner");
    private static final Login APP = new Login(DatabaseAccess.APP_ROLE, "app");
    private static final AtomicInteger COPIES = new AtomicInteger();

    /** A database that nobody else uses, as the migrations leave it. */
    public static TestDatabase fresh() {
        return copyOf(TEMPLATE);
    }

    /** Another one with all that is in this one now. Nobody may be connected to this one. */
    public TestDatabase copy() {
        if (app instanceof HikariDataSource pool) {
            pool.getHikariPoolMXBean().softEvictConnections();
        }
        return copyOf(access.url().substring(access.url().lastIndexOf('/') + 1));
    }

    /** As the server's superuser, whom no right and no owner holds back. */
    public Connection superuser() throws SQLException {
        var database = access.url().substring(access.url().lastIndexOf('/') + 1);
        return Server.POSTGRES.getDatabase("postgres", database).getConnection();
    }

    private static TestDatabase copyOf(String template) {
        var name = "test_" + COPIES.incrementAndGet();
        Server.run("create database %s template %s owner %s".formatted(name, template, OWNER));
        var access = Server.access(name);
        var pool = new HikariConfig();
        pool.setDataSource(access.appSource());
        pool.setMaximumPoolSize(16);
        pool.setMinimumIdle(0);
        pool.setIdleTimeout(10_000);
        return new TestDatabase(access, access.ownerSource(), new HikariDataSource(pool));
    }

    /** Started by whoever asks first. */
    private static final class Server {
        private static final EmbeddedPostgres POSTGRES = start();

        static {
            run("create role %s login createrole".formatted(OWNER));
            run("create database %s owner %s".formatted(TEMPLATE, OWNER));
            Migrations.run(access(TEMPLATE));
        }

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setLocaleConfig("locale", "C")
                        .setLocaleConfig("locale-provider", "builtin")
                        .setLocaleConfig("builtin-locale", "C.UTF-8")
                        .setServerConfig("fsync", "off")
                        .setServerConfig("full_page_writes", "off")
                        .setServerConfig("max_connections", "300")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException("no test database", e);
            }
        }

        static DatabaseAccess access(String database) {
            return new DatabaseAccess(
                    "jdbc:postgresql://localhost:%d/%s".formatted(POSTGRES.getPort(), database),
                    OWNER,
                    APP,
                    APP.user());
        }

        static void run(String sql) {
            try (var connection = POSTGRES.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(sql, e);
            }
        }
    }
}
