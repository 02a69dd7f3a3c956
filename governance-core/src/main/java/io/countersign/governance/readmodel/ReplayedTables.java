package io.countersign.governance.readmodel;

import com.zaxxer.hikari.HikariDataSource;
import io.countersign.governance.database.DatabaseAccess;
import io.countersign.governance.eventstore.EventJsonModule;
import io.countersign.governance.eventstore.SequencedEvents;
import io.countersign.governance.eventstore.WriterKey;
import io.countersign.governance.keys.KeyFolder;
import io.countersign.governance.keys.PersonalKeyring;
import io.countersign.governance.keys.PersonalTextModule;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.jspecify.annotations.Nullable;
import org.springframework.context.LifecycleProcessor;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.StatementCallback;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The tables of the read models once more, in a schema beside those in use, filled by replaying the
 * events from the first on with the projections of the product. Memory does not grow with the
 * events, since each batch is a transaction of its own.
 */
final class ReplayedTables implements AutoCloseable {
    static final String LIVE = "read_model";

    /** Any constant all instances agree on: "countersign rebuild". */
    private static final long ONE_AT_A_TIME = 0x7265_6275_696c_6431L;

    /** One that writes, one that reads ahead, and one to find persons' keys. */
    private static final int CONNECTIONS = 4;

    /** Memory for sorting an index. */
    private static final String WORKING_MEMORY = "set maintenance_work_mem = '128MB'";

    private static final String INDEXES =
            """
            select replace(pg_get_indexdef(i.indexrelid), ' ON ' || :live || '.',
                           ' ON ' || :next || '.')
              from pg_index i join pg_class t on t.oid = i.indrelid
             where t.relnamespace = :live::regnamespace
               and not exists (select from pg_constraint c where c.conindid = i.indexrelid)\
            """;

    /** Of an index that projections themselves search by; a migration comments it so. */
    private static final String NEEDED =
            " coalesce(obj_description(i.indexrelid) like 'projections need it%', false)";

    private final JdbcTemplate owner;
    private final String schema;
    private final AnnotationConfigApplicationContext context;
    private final TransactionTemplate transaction;
    private final SequencedEvents events;
    private final ReadModels models;
    private final int batch;
    private final ExecutorService ahead =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    private @Nullable TrackingToken reached;
    private @Nullable Future<List<? extends TrackedEventMessage<?>>> following;
    private long done;

    private ReplayedTables(
            JdbcTemplate owner,
            String schema,
            AnnotationConfigApplicationContext context,
            int batch) {
        this.owner = owner;
        this.schema = schema;
        this.context = context;
        this.transaction =
                new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        this.events = context.getBean(SequencedEvents.class);
        this.models = context.getBean(ReadModels.class);
        this.batch = batch;
    }

    /**
     * Makes them, without rows yet; what an earlier run left is dropped.
     *
     * @param batch events a transaction
     */
    static ReplayedTables make(DatabaseAccess access, KeyFolder keys, String schema, int batch) {
        var owner = new JdbcTemplate(access.ownerSource());
        remove(owner, schema);
        try {
            create(owner, schema);
            return new ReplayedTables(owner, schema, context(access, keys, schema), batch);
        } catch (RuntimeException e) {
            remove(owner, schema);
            throw e;
        }
    }

    /** Events replayed so far. */
    long done() {
        return done;
    }

    /** As the owner, with these tables found without naming their schema. */
    JdbcTemplate db() {
        return context.getBean(JdbcTemplate.class);
    }

    /** Reads what persons wrote. */
    PersonalKeyring keyring() {
        return context.getBean(PersonalKeyring.class);
    }

    /** Runs what follows in one transaction over {@link #db}. */
    void inTransaction(Runnable work) {
        transaction.executeWithoutResult(_ -> work.run());
    }

    /** Replays so many more, in transactions of a batch each. */
    void replay(long most) {
        for (var left = most; left > 0; ) {
            if (left < batch) {
                var rest = left;
                inTransaction(() -> within(rest));
                return;
            }
            var read = next();
            inTransaction(() -> apply(read));
            left -= read.size();
        }
    }

    /** Replays so many more in the transaction there is; what it writes is flushed at its end. */
    void within(long most) {
        following = null;
        var end = done + most;
        while (done < end) {
            apply(events.read(reached, (int) Math.min(batch, end - done)));
        }
    }

    /** The next batch; the one after it is decoded while this one is written. */
    private List<? extends TrackedEventMessage<?>> next() {
        var waiting = following;
        try {
            var read = waiting == null ? decoded(reached) : waiting.get();
            following =
                    read.isEmpty()
                            ? null
                            : ahead.submit(() -> decoded(read.getLast().trackingToken()));
            return read;
        } catch (ExecutionException e) {
            throw new IllegalStateException("reading events: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while replaying", e);
        }
    }

    private List<? extends TrackedEventMessage<?>> decoded(@Nullable TrackingToken after) {
        return Objects.requireNonNull(
                transaction.execute(_ -> {
                    var read = events.read(after, batch);
                    read.forEach(event -> {
                        var unused = event.getPayload();
                        var unusedToo = event.getMetaData();
                    });
                    return read;
                }));
    }

    private void apply(List<? extends TrackedEventMessage<?>> read) {
        if (read.isEmpty()) {
            throw new IllegalStateException(
                    "There are fewer events than the read models in use have shown: %,d. Verify the ledger."
                            .formatted(done));
        }
        models.handle(read);
        reached = read.getLast().trackingToken();
        done += read.size();
    }

    /** Writes what is held back, in the transaction there is. */
    void flush() {
        models.flush();
        models.forget();
    }

    /** The constraints and indexes that were left out until all rows were there. */
    void index() {
        each(
                owner,
                schema,
                """
                select format('alter table %I.%I add constraint %I %s', :next, t.relname, c.conname,
                              pg_get_constraintdef(c.oid))
                  from pg_constraint c join pg_class t on t.oid = c.conrelid
                 where t.relnamespace = :live::regnamespace and c.contype in ('u', 'x')
                """);
        each(owner, schema, INDEXES + " and not" + NEEDED);
        each(
                owner,
                schema,
                """
                select format('comment on index %I.%I is %L', :next, x.relname, d.description)
                  from pg_description d join pg_class x on x.oid = d.objoid
                 where x.relnamespace = :live::regnamespace and x.relkind = 'i' and d.objsubid = 0
                """);
        each(
                owner,
                schema,
                """
                select format('vacuum (analyze) %I.%I', :next, relname)
                  from pg_class where relnamespace = :live::regnamespace and relkind = 'r'
                """);
    }

    @Override
    public void close() {
        ahead.shutdownNow();
        context.close();
        remove(owner, schema);
    }

    /** Holds through a connection that nobody else does the like. */
    static boolean alone(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                "select pg_try_advisory_lock(" + ONE_AT_A_TIME + ")")) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** The same tables, constraints, indexes (by name), grants and default grants, and no rows. */
    private static void create(JdbcTemplate owner, String schema) {
        owner.execute("create schema " + schema);
        each(
                owner,
                schema,
                """
                select format('create table %I.%I (like %I.%I including all excluding indexes)',
                              :next, relname, :live, relname)
                  from pg_class where relnamespace = :live::regnamespace and relkind = 'r'
                """);
        each(
                owner,
                schema,
                """
                select format('alter table %I.%I add constraint %I %s', :next, t.relname, c.conname,
                              pg_get_constraintdef(c.oid))
                  from pg_constraint c join pg_class t on t.oid = c.conrelid
                 where t.relnamespace = :live::regnamespace and c.contype = 'p'
                """);
        each(owner, schema, INDEXES + " and" + NEEDED);
        each(
                owner,
                schema,
                """
                select format('grant %s on %I.%I to %s', a.privilege_type, :next, t.relname,
                              case a.grantee when 0 then 'public'
                                             else quote_ident(pg_get_userbyid(a.grantee)) end)
                  from pg_class t, aclexplode(t.relacl) a
                 where t.relnamespace = :live::regnamespace and t.relkind = 'r'
                   and a.grantee <> t.relowner
                """);
        each(
                owner,
                schema,
                """
                select format('grant %s on schema %I to %s', a.privilege_type, :next,
                              case a.grantee when 0 then 'public'
                                             else quote_ident(pg_get_userbyid(a.grantee)) end)
                  from pg_namespace n, aclexplode(n.nspacl) a
                 where n.nspname = :live and a.grantee <> n.nspowner
                """);
        each(
                owner,
                schema,
                """
                select format('alter default privileges in schema %I grant %s on tables to %s',
                              :next, a.privilege_type,
                              case a.grantee when 0 then 'public'
                                             else quote_ident(pg_get_userbyid(a.grantee)) end)
                  from pg_default_acl d, aclexplode(d.defaclacl) a
                 where d.defaclnamespace = :live::regnamespace and d.defaclobjtype = 'r'
                   and d.defaclrole = (select oid from pg_roles where rolname = current_user)
                """);
        owner.execute("insert into " + schema + ".progress (position) values (-1)");
    }

    /** Carries out the statements that a query over the catalogue writes. */
    private static void each(JdbcTemplate owner, String schema, String statements) {
        JdbcClient.create(owner)
                .sql(statements)
                .param("live", LIVE)
                .param("next", schema)
                .query(String.class)
                .list()
                .forEach(statement -> carryOut(owner, statement));
    }

    private static void carryOut(JdbcTemplate owner, String statement) {
        StatementCallback<@Nullable Void> both =
                open -> {
                    open.execute(WORKING_MEMORY);
                    open.execute(statement);
                    return null;
                };
        owner.execute(both);
    }

    /** What an earlier rebuild left, or this one no longer needs; waits for its last readers. */
    static void remove(JdbcTemplate owner, String schema) {
        owner.execute("drop schema if exists " + schema + " cascade");
    }

    /** The projections of the product over the new tables, and nothing else of it. */
    private static AnnotationConfigApplicationContext context(
            DatabaseAccess access, KeyFolder keys, String schema) {
        var next = new HikariDataSource();
        next.setDataSource(access.ownerSource(schema + ",public"));
        next.setMaximumPoolSize(CONNECTIONS);
        var db = new JdbcTemplate(next);
        var context = new AnnotationConfigApplicationContext();
        context.registerBean(HikariDataSource.class, () -> next);
        context.registerBean(JdbcTemplate.class, () -> db);
        context.registerBean(JdbcClient.class, () -> JdbcClient.create(db));
        context.registerBean(
                PlatformTransactionManager.class, () -> new JdbcTransactionManager(next));
        context.registerBean(KeyFolder.class, () -> keys);
        context.registerBean(WriterKey.class, keys::writer);
        context.registerBean(
                PersonalKeyring.class,
                () ->
                        new PersonalKeyring(
                                context.getBean(JdbcClient.class),
                                keys,
                                context.getBean(Clock.class)));
        context.registerBean(
                EventJsonModule.class,
                () ->
                        new EventJsonModule(
                                new PersonalTextModule(context.getBean(PersonalKeyring.class))));
        context.registerBean(
                AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME,
                LifecycleProcessor.class,
                NothingStarts::new);
        context.scan("io.countersign.governance");
        context.addBeanFactoryPostProcessor(beans ->
                Arrays.stream(beans.getBeanDefinitionNames())
                        .forEach(name -> beans.getBeanDefinition(name).setLazyInit(true)));
        context.refresh();
        return context;
    }

    /** No sequencer, no processors, no jobs: the running application has them. */
    private static final class NothingStarts implements LifecycleProcessor {
        @Override
        public void onRefresh() {}

        @Override
        public void onClose() {}

        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public boolean isRunning() {
            return false;
        }
    }
}
