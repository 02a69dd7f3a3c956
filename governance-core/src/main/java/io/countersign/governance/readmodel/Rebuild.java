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
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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
 * Makes all read models anew from the first event, beside those in use, and puts them in their
 * place in one transaction. Nobody has to stop: pages and commands go on meanwhile, and until the
 * exchange nothing they see changes. One that is broken off leaves the ones in use as they were.
 *
 * <p>Memory does not grow with the events, since each batch is a transaction of its own.
 */
public final class Rebuild {
    private static final String LIVE = "read_model";
    private static final String NEXT = "read_model_next";
    private static final String OLD = "read_model_old";

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
    private final TransactionTemplate transaction;
    private final SequencedEvents events;
    private final ReadModels models;
    private final int batch;
    private @Nullable TrackingToken reached;
    private long done;

    /**
     * How far it is.
     *
     * @param done events replayed
     * @param total events to replay, as known by now
     */
    public record Progress(long done, long total, Duration elapsed) {
        public long eventsPerSecond() {
            return done * 1_000 / Math.max(1, elapsed.toMillis());
        }

        public Duration remaining() {
            return Duration.ofSeconds((total - done) / Math.max(1, eventsPerSecond()));
        }
    }

    private Rebuild(
            JdbcTemplate owner,
            TransactionTemplate transaction,
            SequencedEvents events,
            ReadModels models,
            int batch) {
        this.owner = owner;
        this.transaction = transaction;
        this.events = events;
        this.models = models;
        this.batch = batch;
    }

    /**
     * Rebuilds up to the position that the read models in use have reached.
     *
     * @param keys to read what persons wrote
     * @param batch events a transaction, such as 2,000
     * @param report told after each batch
     * @param cancelled asked before each batch
     * @return how far it was when it ended
     * @throws CancellationException when cancelled; nothing has changed
     * @throws IllegalStateException when another rebuild is under way
     */
    public static Progress run(
            DatabaseAccess access,
            KeyFolder keys,
            int batch,
            Consumer<Progress> report,
            BooleanSupplier cancelled) {
        var owner = new JdbcTemplate(access.ownerSource());
        try (var alone = access.ownerSource().getConnection()) {
            requireAlone(alone);
            remove(owner, OLD);
            remove(owner, NEXT);
            try {
                create(owner);
                try (var context = context(access, keys)) {
                    var rebuild =
                            new Rebuild(
                                    owner,
                                    new TransactionTemplate(
                                            context.getBean(PlatformTransactionManager.class)),
                                    context.getBean(SequencedEvents.class),
                                    context.getBean(ReadModels.class),
                                    batch);
                    return rebuild.run(context.getBean(JdbcTemplate.class), report, cancelled);
                }
            } finally {
                remove(owner, NEXT);
                remove(owner, OLD);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the database: " + e.getMessage(), e);
        }
    }

    private Progress run(JdbcTemplate next, Consumer<Progress> report, BooleanSupplier cancelled) {
        var began = System.nanoTime();
        var indexed = false;
        try (var ahead =
                Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory())) {
            var following = ahead.submit(() -> decoded(null));
            while (true) {
                if (cancelled.getAsBoolean()) {
                    throw new CancellationException(
                            "The rebuild was cancelled after %,d events; the read models are as before."
                                    .formatted(done));
                }
                var total =
                        owner.queryForObject(
                                "select position + 1 from read_model.progress", Long.class);
                var left = (total == null ? 0 : total) - done;
                report.accept(
                        new Progress(
                                done, done + left, Duration.ofNanos(System.nanoTime() - began)));
                if (left > batch) {
                    var read = following.get();
                    following = ahead.submit(() -> decoded(read.getLast().trackingToken()));
                    transaction.executeWithoutResult(_ -> apply(read));
                } else if (!indexed) {
                    // Much quicker over all rows than with each; more events come meanwhile.
                    index(owner);
                    indexed = true;
                } else {
                    transaction.executeWithoutResult(_ -> exchange(next));
                    var took = Duration.ofNanos(System.nanoTime() - began);
                    report.accept(new Progress(done, done, took));
                    return new Progress(done, done, took);
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("reading events: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while rebuilding", e);
        }
    }

    /** The batch after this token, decoded while the one before it is written. */
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

    /** What it writes is flushed when the transaction commits. */
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

    /**
     * Whoever keeps the models in use holds the row of their progress through each batch: it has
     * finished one and cannot begin the next until this commits. It then goes on at the very
     * position that the new ones are at. The old tables are dropped later, since readers may still
     * look at them.
     */
    private void exchange(JdbcTemplate next) {
        var position =
                next.queryForObject(
                        "select position from read_model.progress for update", Long.class);
        var end = (position == null ? -1 : position) + 1;
        while (done < end) {
            apply(events.read(reached, (int) Math.min(batch, end - done)));
        }
        models.flush();
        models.forget();
        next.execute("alter schema %s rename to %s".formatted(LIVE, OLD));
        next.execute("alter schema %s rename to %s".formatted(NEXT, LIVE));
    }

    private static void requireAlone(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                "select pg_try_advisory_lock(" + ONE_AT_A_TIME + ")")) {
            if (!row.next() || !row.getBoolean(1)) {
                throw new IllegalStateException(
                        "Another rebuild is under way on this database. Wait for it to end.");
            }
        }
    }

    /** The same tables, constraints, indexes (by name), grants and default grants, and no rows. */
    private static void create(JdbcTemplate owner) {
        owner.execute("create schema " + NEXT);
        each(
                owner,
                """
                select format('create table %I.%I (like %I.%I including all excluding indexes)',
                              :next, relname, :live, relname)
                  from pg_class where relnamespace = :live::regnamespace and relkind = 'r'
                """);
        each(
                owner,
                """
                select format('alter table %I.%I add constraint %I %s', :next, t.relname, c.conname,
                              pg_get_constraintdef(c.oid))
                  from pg_constraint c join pg_class t on t.oid = c.conrelid
                 where t.relnamespace = :live::regnamespace and c.contype = 'p'
                """);
        each(owner, INDEXES + " and" + NEEDED);
        each(
                owner,
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
                """
                select format('grant %s on schema %I to %s', a.privilege_type, :next,
                              case a.grantee when 0 then 'public'
                                             else quote_ident(pg_get_userbyid(a.grantee)) end)
                  from pg_namespace n, aclexplode(n.nspacl) a
                 where n.nspname = :live and a.grantee <> n.nspowner
                """);
        each(
                owner,
                """
                select format('alter default privileges in schema %I grant %s on tables to %s',
                              :next, a.privilege_type,
                              case a.grantee when 0 then 'public'
                                             else quote_ident(pg_get_userbyid(a.grantee)) end)
                  from pg_default_acl d, aclexplode(d.defaclacl) a
                 where d.defaclnamespace = :live::regnamespace and d.defaclobjtype = 'r'
                   and d.defaclrole = (select oid from pg_roles where rolname = current_user)
                """);
        owner.execute("insert into read_model_next.progress (position) values (-1)");
    }

    /** The constraints and indexes that were left out until all rows were there. */
    private static void index(JdbcTemplate owner) {
        each(
                owner,
                """
                select format('alter table %I.%I add constraint %I %s', :next, t.relname, c.conname,
                              pg_get_constraintdef(c.oid))
                  from pg_constraint c join pg_class t on t.oid = c.conrelid
                 where t.relnamespace = :live::regnamespace and c.contype in ('u', 'x')
                """);
        each(owner, INDEXES + " and not" + NEEDED);
        each(
                owner,
                """
                select format('comment on index %I.%I is %L', :next, x.relname, d.description)
                  from pg_description d join pg_class x on x.oid = d.objoid
                 where x.relnamespace = :live::regnamespace and x.relkind = 'i' and d.objsubid = 0
                """);
        each(
                owner,
                """
                select format('vacuum (analyze) %I.%I', :next, relname)
                  from pg_class where relnamespace = :live::regnamespace and relkind = 'r'
                """);
    }

    /** Carries out the statements that a query over the catalogue writes. */
    private static void each(JdbcTemplate owner, String statements) {
        JdbcClient.create(owner)
                .sql(statements)
                .param("live", LIVE)
                .param("next", NEXT)
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
    private static void remove(JdbcTemplate owner, String schema) {
        owner.execute("drop schema if exists " + schema + " cascade");
    }

    /** The projections of the product over the new tables, and nothing else of it. */
    private static AnnotationConfigApplicationContext context(
            DatabaseAccess access, KeyFolder keys) {
        var next = new HikariDataSource();
        next.setDataSource(access.ownerSource(NEXT + ",public"));
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
                EventJsonModule.class,
                () ->
                        new EventJsonModule(
                                new PersonalTextModule(
                                        new PersonalKeyring(
                                                context.getBean(JdbcClient.class),
                                                keys,
                                                context.getBean(Clock.class)))));
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
