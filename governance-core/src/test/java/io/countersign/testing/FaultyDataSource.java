package io.countersign.testing;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Counts every step that goes to the database (a connection, a statement, a commit, a rollback) and
 * does something bad at one of them. A connection it broke is gone with its session.
 */
public final class FaultyDataSource extends DelegatingDataSource {
    private static final Set<String> STEPS =
            Set.of(
                    "execute",
                    "executeQuery",
                    "executeUpdate",
                    "executeBatch",
                    "commit",
                    "rollback");

    private final AtomicLong steps = new AtomicLong();
    private volatile long at = Long.MAX_VALUE;
    private volatile Fault fault = Fault.BEFORE;

    /** What goes wrong. */
    public enum Fault {
        /** The connection is lost, and what was to be sent with it. */
        BEFORE,
        /** It was carried out, and the connection is lost before the answer comes. */
        AFTER,
        /** The thread is interrupted: the next write to a file fails. */
        INTERRUPT
    }

    public FaultyDataSource(DataSource sound) {
        super(sound);
    }

    /** From now on this goes wrong at the n-th step, from 1. */
    public void arm(Fault what, long step) {
        steps.set(0);
        fault = what;
        at = step;
    }

    /** Steps since it was armed. */
    public long steps() {
        return steps.get();
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (steps.incrementAndGet() == at) {
            if (fault != Fault.INTERRUPT) {
                throw new SQLException("no connection, on purpose", "08001");
            }
            Thread.currentThread().interrupt();
        }
        var connection = super.getConnection();
        return proxy(Connection.class, connection, connection);
    }

    private <T> T proxy(Class<T> type, T sound, Connection connection) {
        InvocationHandler handler =
                (_, method, arguments) -> {
                    var bad = STEPS.contains(method.getName()) && steps.incrementAndGet() == at;
                    if (bad && fault == Fault.BEFORE) {
                        connection.close();
                        throw new SQLException("lost before it was sent, on purpose", "08006");
                    }
                    Object result;
                    try {
                        result = method.invoke(sound, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (bad && fault == Fault.AFTER) {
                        connection.close();
                        throw new SQLException("lost before the answer came, on purpose", "08006");
                    }
                    if (bad) {
                        Thread.currentThread().interrupt();
                    }
                    return switch (result) {
                        case PreparedStatement made ->
                                proxy(PreparedStatement.class, made, connection);
                        case Statement made -> proxy(Statement.class, made, connection);
                        case null, default -> result;
                    };
                };
        return type.cast(
                Proxy.newProxyInstance(
                        FaultyDataSource.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
