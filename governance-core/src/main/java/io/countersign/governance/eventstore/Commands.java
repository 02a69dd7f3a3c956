package io.countersign.governance.eventstore;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.AggregateDeletedException;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The one way in for commands. Each runs in a transaction of its own: the stream is locked, the
 * actor's roles are read anew, the aggregate decides, its events and the decision indexes are
 * written together. A refusal changes nothing and is itself recorded, in a second transaction.
 */
@Component
public class Commands {
    private static final int ATTEMPTS = 5;

    private final CommandGateway gateway;
    private final EventStore events;
    private final StreamLocks locks;
    private final LockedStreams locked;
    private final Grants grants;
    private final StreamTags tags;
    private final Sequencer sequencer;
    private final JdbcClient db;
    private final EventSerializer serializer;
    private final Clock clock;
    private final TransactionTemplate transaction;
    private final List<DecisionIndex> indexes;
    private final ThreadLocal<List<String>> appended = ThreadLocal.withInitial(ArrayList::new);

    Commands(
            CommandGateway gateway,
            EventStore events,
            StreamLocks locks,
            LockedStreams locked,
            Grants grants,
            StreamTags tags,
            Sequencer sequencer,
            JdbcClient db,
            EventSerializer serializer,
            Clock clock,
            PlatformTransactionManager transactions,
            List<DecisionIndex> indexes) {
        this.gateway = gateway;
        this.events = events;
        this.locks = locks;
        this.locked = locked;
        this.grants = grants;
        this.tags = tags;
        this.sequencer = sequencer;
        this.db = db;
        this.serializer = serializer;
        this.clock = clock;
        this.transaction = new TransactionTemplate(transactions);
        this.indexes = indexes;
        events.subscribe(this::beforeCommit);
    }

    /**
     * What a command was sent with besides who sent it.
     *
     * @param idempotencyKey the caller's own key: the same key and command again is answered with
     *     the first answer, and not carried out twice
     * @param correlation ties together all that one cause set in motion; null begins a new one
     * @param causation the event that made the product send this; null where a person did
     * @param ifMatch tags of the states, see {@link StreamTags}, in which the command's own stream
     *     must be; null where it may be in any
     */
    public record Context(
            @Nullable String idempotencyKey,
            @Nullable String correlation,
            @Nullable String causation,
            @Nullable List<String> ifMatch) {
        public static final Context NONE = new Context(null, null, null, null);

        public Context(
                @Nullable String idempotencyKey,
                @Nullable String correlation,
                @Nullable String causation) {
            this(idempotencyKey, correlation, causation, null);
        }

        public static Context key(@Nullable String idempotencyKey) {
            return new Context(idempotencyKey, null, null);
        }

        /** The same, refused with {@code subject.moved} in any other state. */
        public Context ifMatch(@Nullable List<String> tags) {
            return new Context(idempotencyKey, correlation, causation, tags);
        }

        /** For what follows from an event. */
        public static Context causedBy(String eventId, @Nullable String correlation) {
            return new Context(null, correlation, eventId);
        }
    }

    /**
     * What a command did.
     *
     * @param eventIds of the events it stored, in order; empty where it changed nothing
     * @param again whether it was carried out before under the same key, and not now
     */
    public record Sent(List<String> eventIds, boolean again) {
        public Sent {
            eventIds = List.copyOf(eventIds);
        }

        Sent(List<String> eventIds) {
            this(eventIds, false);
        }

        /** The last one: a page that shows this shows all of it. */
        public @Nullable String lastEventId() {
            return eventIds.isEmpty() ? null : eventIds.getLast();
        }
    }

    public Sent send(Command command, Actor actor) {
        return send(command, actor, Context.NONE);
    }

    /**
     * Carries the command out, durably, before it returns.
     *
     * @throws CommandRefused with the reason; nothing was changed, the attempt is on record
     */
    public Sent send(Command command, Actor actor, Context context) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("a command runs in a transaction of its own");
        }
        try {
            return withRetries(command, () -> once(command, actor, context));
        } catch (CommandRefused refused) {
            record(command, actor, context, refused.refusal());
            throw refused.asRecorded();
        } finally {
            appended.remove();
        }
    }

    /**
     * Carries out several commands of the product, each of a stream of its own, in one transaction:
     * all or none. Cheaper than one by one by what a durable commit costs; their streams stay
     * locked until the last is done, so give few at a time.
     *
     * @throws CommandRefused of the first that is refused; nothing was changed, and nothing is
     *     recorded: send them one by one then
     */
    public Sent sendTogether(List<? extends Command> commands, Context context) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("commands run in a transaction of their own");
        }
        if (commands.isEmpty()) {
            return new Sent(List.of());
        }
        try {
            return withRetries(
                    commands.getFirst(), () -> together(commands, Actor.system(), context));
        } finally {
            appended.remove();
        }
    }

    private Sent together(List<? extends Command> commands, Actor actor, Context context) {
        // What they rely on first, in contrast to one command alone: somebody who writes that and
        // then asks for one of these streams is waited for before any of them is locked.
        locked.begin(
                List.of(),
                List.of(),
                commands.stream().flatMap(command -> command.reliesOn().stream()).toList());
        locked.write(commands.stream().map(Command::stream).toList());
        for (var command : commands) {
            gateway.sendAndWait(
                    new GenericCommandMessage<>(command, metadata(actor, context))
                            .andMetaData(Map.of()));
        }
        return new Sent(appended.get());
    }

    /**
     * Whether this very command was carried out under the key, for what is checked before one can
     * be made.
     *
     * @throws CommandRefused {@code idempotency.key-reused} where another was
     */
    public boolean wasCarriedOut(Command command, Actor actor, String key) {
        return Boolean.TRUE.equals(
                transaction.execute(_ -> earlierAnswer(command, actor, key) != null));
    }

    /** Records an attempt that never became a command, such as a page somebody may not open. */
    public void recordRefusal(String attempt, SubjectRef subject, Actor actor, Refusal refusal) {
        append(attempt, subject, actor, Context.NONE, refusal);
    }

    private Sent withRetries(Command command, Supplier<Sent> act) {
        for (var attempt = 1; ; attempt++) {
            appended.get().clear();
            try {
                var sent = transaction.execute(_ -> act.get());
                sequencer.poke();
                return java.util.Objects.requireNonNull(sent);
            } catch (RuntimeException failure) {
                var refusal = known(command, failure);
                if (refusal != null) {
                    throw refusal;
                }
                if (attempt == ATTEMPTS || !passing(failure)) {
                    throw failure;
                }
            } finally {
                locked.end();
            }
        }
    }

    private Sent once(Command command, Actor actor, Context context) {
        locked.begin(
                command.stream(),
                actor.isSystem()
                        ? List.of()
                        : Stream.concat(
                                        Stream.of(actor.id()),
                                        Stream.ofNullable(actor.onBehalfOf()))
                                .map(person -> new SubjectRef(SubjectKind.PERSON, person.value()))
                                .toList(),
                command.reliesOn());
        var current = current(actor);
        requireDelegated(command, current);
        var key = context.idempotencyKey();
        if (key != null) {
            var earlier = earlierAnswer(command, actor, key);
            if (earlier != null) {
                return earlier;
            }
        }
        var ifMatch = context.ifMatch();
        if (ifMatch != null) {
            tags.require(command.stream(), ifMatch);
        }
        gateway.sendAndWait(
                new GenericCommandMessage<>(command, metadata(current, context))
                        .andMetaData(Map.of()));
        var sent = new Sent(appended.get());
        if (key != null) {
            db.sql(
                            """
                            insert into idempotency_key (actor, key, request_sha256, event_ids,
                                                         created_at)
                            values (?, ?, ?, ?, ?)
                            """)
                    .params(
                            actor.id().value(),
                            key,
                            digest(command, actor),
                            sent.eventIds().toArray(String[]::new),
                            java.sql.Timestamp.from(clock.instant()))
                    .update();
        }
        return sent;
    }

    /** The same person with the roles they hold at this moment, which cannot change till commit. */
    private Actor current(Actor actor) {
        if (actor.isSystem()) {
            return actor;
        }
        return new Actor(
                actor.id(), actor.onBehalfOf(), actor.channel(), actor.freshAt(), held(actor));
    }

    /** Of somebody who acts for another, what that one has delegated to them and still holds. */
    private Set<Actor.Grant> held(Actor actor) {
        var onBehalfOf = actor.onBehalfOf();
        return onBehalfOf == null
                ? Set.copyOf(grants.of(actor.id()))
                : grants.standIns(actor.id(), clock.instant()).stream()
                        .filter(other -> other.of().equals(onBehalfOf))
                        .flatMap(other -> other.grants().stream())
                        .collect(Collectors.toSet());
    }

    private static void requireDelegated(Command command, Actor actor) {
        if (actor.onBehalfOf() == null) {
            return;
        }
        if (!command.delegable()) {
            throw new CommandRefused(
                    Refusal.forbidden(
                            "delegation.not-for-this",
                            "What is delegated is to decide: to sign, and to confirm conditions."
                                    + " This has to be done in one's own name."));
        }
        if (actor.grants().isEmpty()) {
            throw new CommandRefused(
                    Refusal.forbidden(
                                    "delegation.none",
                                    "Nothing is delegated to you by '"
                                            + actor.onBehalfOf()
                                            + "', or no longer.")
                            .with("field", "role"));
        }
    }

    private @Nullable Sent earlierAnswer(Command command, Actor actor, String key) {
        // Two that arrive at once with one key wait for each other here.
        locks.exclusive(
                new SubjectRef(
                        SubjectKind.PERSON, "key " + Sha256.of(actor.id() + " " + key).hex()));
        return db.sql(
                        "select request_sha256, event_ids from idempotency_key where actor = ? and"
                                + " key = ?")
                .params(actor.id().value(), key)
                .query((row, _) -> {
                    if (!row.getString(1).equals(digest(command, actor))) {
                        throw new CommandRefused(
                                Refusal.conflict(
                                        "idempotency.key-reused",
                                        "The Idempotency-Key '"
                                                + key
                                                + "' was used before for another command."
                                                + " Send a new key with a new command."));
                    }
                    return new Sent(List.of((String[]) row.getArray(2).getArray()), true);
                })
                .optional()
                .orElse(null);
    }

    private String digest(Command command, Actor actor) {
        return Sha256.of(
                        command.getClass().getName()
                                + (actor.onBehalfOf() == null ? "" : " for " + actor.onBehalfOf())
                                + serializer.mapper().writeValueAsString(command.repeatable()))
                .hex();
    }

    private static Map<String, String> metadata(Actor actor, Context context) {
        var id = UUID.randomUUID().toString();
        var metadata = new LinkedHashMap<>(ActorMetadata.of(actor));
        metadata.put(Correlation.COMMAND, id);
        metadata.put(
                Correlation.CORRELATION,
                context.correlation() == null ? id : context.correlation());
        metadata.put(Correlation.CAUSATION, context.causation() == null ? id : context.causation());
        return metadata;
    }

    private void beforeCommit(List<? extends EventMessage<?>> messages) {
        for (var message : messages) {
            if (message instanceof DomainEventMessage<?> event) {
                locked.forget(event.getAggregateIdentifier());
            }
        }
        for (var message : messages) {
            if (message instanceof DomainEventMessage<?> event) {
                for (var index : indexes) {
                    index.on(event);
                }
                appended.get().add(event.getIdentifier());
            }
        }
    }

    private void record(Command command, Actor actor, Context context, Refusal refusal) {
        append(name(command), command.stream(), actor, context, refusal);
    }

    private void append(
            String attempt, SubjectRef subject, Actor actor, Context context, Refusal refusal) {
        var details = new TreeMap<>(refusal.details());
        details.remove("value"); // what was typed may be personal; the sealed message has it
        var payload =
                new RefusalEvent.Recorded(
                        attempt,
                        subject,
                        refusal.code(),
                        new PersonalText(actor.id(), refusal.message()),
                        details);
        var id = UUID.randomUUID().toString();
        transaction.executeWithoutResult(_ -> {
            var who =
                    actor.isSystem()
                            ? actor
                            : new Actor(
                                    actor.id(),
                                    actor.onBehalfOf(),
                                    actor.channel(),
                                    actor.freshAt(),
                                    held(actor));
            var event =
                    new GenericDomainEventMessage<>(
                            SubjectKind.REFUSAL.key(),
                            SubjectKind.REFUSAL.key() + ":" + id,
                            0,
                            payload,
                            metadata(who, context));
            var work = DefaultUnitOfWork.startAndGet(new GenericMessage<>(attempt));
            work.execute(() -> events.publish(event));
        });
        sequencer.poke();
    }

    /** {@code review.sign} for {@code ReviewCommand.Sign}. */
    static String name(Command command) {
        var type = command.getClass();
        var capability = type.getPackageName();
        return capability.substring(capability.lastIndexOf('.') + 1)
                + "."
                + type.getSimpleName()
                        .replaceAll("([a-z])([A-Z])", "$1-$2")
                        .toLowerCase(Locale.ROOT);
    }

    private static @Nullable CommandRefused known(Command command, Throwable failure) {
        var subject = command.stream();
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case CommandRefused refused -> {
                    return refused;
                }
                case AggregateStreamCreationException _ -> {
                    return new CommandRefused(
                            Refusal.conflict(
                                            "subject.exists",
                                            "There already is a "
                                                    + subject.kind()
                                                            .title()
                                                            .toLowerCase(Locale.ROOT)
                                                    + " '"
                                                    + subject.id()
                                                    + "'. Open that one, or choose another key or"
                                                    + " version.")
                                    .with("subject", subject.toString()));
                }
                case AggregateNotFoundException _ -> {
                    return cause instanceof AggregateDeletedException
                            ? null
                            : new CommandRefused(
                                    Refusal.notFound(
                                                    "subject.unknown",
                                                    "There is no "
                                                            + subject.kind()
                                                                    .title()
                                                                    .toLowerCase(Locale.ROOT)
                                                            + " '"
                                                            + subject.id()
                                                            + "'. Check the name, or register it"
                                                            + " first.")
                                            .with("subject", subject.toString()));
                }
                default -> {}
            }
        }
        return null;
    }

    /** Somebody was faster, or two waited for each other: worth another try. */
    private static boolean passing(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConcurrencyException
                    || cause instanceof ConcurrencyFailureException
                    || (cause instanceof SQLException sql
                            && ("40P01".equals(sql.getSQLState())
                                    || "40001".equals(sql.getSQLState())))) {
                return true;
            }
        }
        return false;
    }
}
