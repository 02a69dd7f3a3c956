package io.countersign.governance.evidence;

import io.countersign.governance.eventstore.DecisionIndex;
import io.countersign.governance.eventstore.StreamLocks;
import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.readmodel.Automation;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.time.Clock;
import java.time.Instant;
import org.axonframework.eventhandling.DomainEventMessage;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Which contents are needed by what is attached, and by whoever else says so. A content goes when
 * the last that needs it is deleted; of an attaching and a deletion that meet, one waits for the
 * other.
 */
@Component
public class EvidenceFiles implements DecisionIndex, Automation {
    private final JdbcClient db;
    private final StreamLocks locks;
    private final Streams streams;
    private final EvidenceStore store;
    private final Clock clock;
    private final TransactionTemplate transaction;

    EvidenceFiles(
            JdbcClient db,
            StreamLocks locks,
            Streams streams,
            EvidenceStore store,
            Clock clock,
            PlatformTransactionManager transactions) {
        this.db = db;
        this.locks = locks;
        this.streams = streams;
        this.store = store;
        this.clock = clock;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * Inside a command: the content is in the store, and will be when the command commits.
     *
     * @throws CommandRefused {@code evidence.unknown}
     */
    public void requireHere(Sha256 digest) {
        locks.shared(content(digest));
        if (!store.exists(digest)) {
            throw new CommandRefused(
                    Refusal.notFound(
                                    "evidence.unknown",
                                    "The file with SHA-256 " + digest + " is not here. Upload it.")
                            .with("field", "file"));
        }
    }

    /**
     * Inside a command that has {@link #requireHere required} it: the content stays for as long as
     * this one is there.
     *
     * @param holder who needs it, and is not a file attached; never lets go of it
     */
    public void neededBy(SubjectRef holder, Sha256 digest) {
        need(digest, holder.kind().key() + " " + holder.id());
    }

    private void need(Sha256 digest, String holder) {
        db.sql("insert into evidence_need (digest, evidence) values (?, ?)")
                .params(digest.hex(), holder)
                .update();
    }

    /**
     * Inside a command.
     *
     * @throws CommandRefused {@code subject.unknown}
     */
    void requireSubject(SubjectRef subject) {
        if (!streams.read(subject, Object.class, false, (_, _, _) -> true)) {
            throw new CommandRefused(
                    Refusal.notFound(
                                    "subject.unknown",
                                    "There is no '"
                                            + subject
                                            + "' to attach a file to. Check the name.")
                            .with("field", "subject"));
        }
    }

    /** Destroys a content that nothing needs, such as one whose attaching was refused. */
    void release(Sha256 digest) {
        release(digest, clock.instant());
    }

    @Override
    public void on(DomainEventMessage<?> event) {
        switch (event.getPayload()) {
            case EvidenceEvent.Attached e -> need(e.digest(), e.id().value());
            case EvidenceEvent.Deleted e ->
                    db.sql("delete from evidence_need where digest = ? and evidence = ?")
                            .params(e.digest().hex(), e.id().value())
                            .update();
            default -> {}
        }
    }

    @Override
    public String name() {
        return "when-evidence-is-deleted-destroy-its-content";
    }

    @Override
    public boolean concerns(String eventName) {
        return eventName.equals("evidence.deleted");
    }

    @Override
    public void on(Recorded event) {
        if (event.payload() instanceof EvidenceEvent.Deleted e) {
            release(e.digest(), event.at());
        }
    }

    private void release(Sha256 digest, Instant retainedUntil) {
        transaction.executeWithoutResult(_ -> {
            locks.exclusive(content(digest));
            var needed =
                    db.sql("select exists (select 1 from evidence_need where digest = ?)")
                            .param(digest.hex())
                            .query(Boolean.class)
                            .single();
            if (!needed) {
                store.delete(digest, retainedUntil);
            }
        });
    }

    private static SubjectRef content(Sha256 digest) {
        return new SubjectRef(SubjectKind.EVIDENCE, "content " + digest.hex());
    }
}
