package io.countersign.governance.ledger.operation;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.ledger.LedgerSettings;
import io.countersign.governance.ledger.NotedOperation;
import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.Note;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Puts on record what was done from the command line, which has no event store to write to: there
 * it is noted in the signer's folder, and the product records it as soon as it runs.
 */
@Component
public class OperationsOnRecord {
    private static final Logger LOG = LoggerFactory.getLogger(OperationsOnRecord.class);

    /** The product itself, for whoever typed the command. */
    private static final Actor OPERATOR =
            new Actor(UserId.SYSTEM, null, Channel.COMMAND_LINE, null, Set.of());

    private final Path folder;
    private final Commands commands;

    OperationsOnRecord(LedgerSettings settings, Commands commands) {
        this.folder = settings.folder();
        this.commands = commands;
    }

    /** Records what is noted; a note stays until its event is stored. */
    @Scheduled(initialDelay = 2, fixedDelay = 5, timeUnit = TimeUnit.SECONDS)
    public void tick() {
        for (var noted : NotedOperation.all(folder)) {
            try {
                commands.send(new OperationCommand.Record(event(noted)), OPERATOR);
                noted.forget(folder);
            } catch (RuntimeException e) {
                LOG.warn("An operation on the ledger is not on record yet; tried again later", e);
                return;
            }
        }
    }

    private static OperationEvent event(NotedOperation noted) {
        return switch (noted.kind()) {
            case EPOCH_BEGUN -> {
                var last = checkpoint(noted);
                yield new OperationEvent.EpochBegun(
                        noted.id(),
                        Integer.parseInt(noted.text("epoch")),
                        noted.origin(),
                        noted.text("key"),
                        last.origin(),
                        last.size(),
                        new Sha256(last.root().hex()),
                        noted.reason(),
                        noted.account(),
                        noted.at());
            }
            case KEY_ANNOUNCED ->
                    new OperationEvent.KeyAnnounced(
                            noted.id(),
                            noted.origin(),
                            noted.text("key"),
                            noted.reason(),
                            noted.account(),
                            noted.at());
            case KEY_RETIRED ->
                    new OperationEvent.KeyRetired(
                            noted.id(),
                            noted.origin(),
                            noted.text("key"),
                            noted.text("successor"),
                            noted.reason(),
                            noted.account(),
                            noted.at());
            case LOSS_ACCEPTED ->
                    new OperationEvent.LossAccepted(
                            noted.id(),
                            noted.origin(),
                            noted.text("events")
                                    .lines()
                                    .map(line -> line.split(" ", 3))
                                    .map(words ->
                                            new OperationEvent.LossAccepted.Lost(
                                                    words[0], words[2], Long.parseLong(words[1])))
                                    .toList(),
                            noted.reason(),
                            noted.account(),
                            noted.at());
            case GUARD_ADOPTED -> {
                var kept = checkpoint(noted);
                yield new OperationEvent.GuardAdopted(
                        noted.id(),
                        Integer.parseInt(noted.text("epoch")),
                        noted.origin(),
                        kept.size(),
                        new Sha256(kept.root().hex()),
                        Long.parseLong(noted.text("size")),
                        noted.reason(),
                        noted.account(),
                        noted.at());
            }
        };
    }

    private static Checkpoint checkpoint(NotedOperation noted) {
        return Checkpoint.parse(
                Note.parse(noted.text("checkpoint").getBytes(StandardCharsets.UTF_8)).text());
    }
}
