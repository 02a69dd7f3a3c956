package io.countersign.governance.evidence;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.eventstore.Commands.Sent;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Takes files in and attaches them to what they are evidence of. */
@Component
public class EvidenceIntake {
    /**
     * Where nobody says another: ten years, as for technical documentation (Regulation (EU)
     * 2024/1689, article 18(1)).
     */
    public static final int YEARS_KEPT = 10;

    private final EvidenceStore store;
    private final EvidenceFiles files;
    private final Commands commands;
    private final Clock clock;

    EvidenceIntake(EvidenceStore store, EvidenceFiles files, Commands commands, Clock clock) {
        this.store = store;
        this.files = files;
        this.commands = commands;
        this.clock = clock;
    }

    /**
     * @param declaredType the media type the sender named, or empty
     * @param keepUntil the last day it must be kept, UTC; null for {@link #YEARS_KEPT} years
     */
    public record Upload(
            SubjectRef subject,
            String fileName,
            String declaredType,
            String note,
            @Nullable LocalDate keepUntil) {}

    /** What was attached, and what the command did. */
    public record Taken(EvidenceId id, Sent sent) {}

    /**
     * @throws CommandRefused as {@link EvidenceStore#put}; {@code subject.unknown}; {@code
     *     evidence.attached-already}; nothing is kept then
     */
    public Taken take(
            Upload upload, InputStream content, long maxBytes, Actor actor, Context context) {
        requireMayAttach(actor, upload.subject());
        var stored = store.put(content, upload.fileName(), upload.declaredType(), maxBytes);
        var command =
                new EvidenceCommand.Attach(
                        upload.subject(),
                        stored.digest(),
                        stored.fileName(),
                        stored.type(),
                        stored.size(),
                        upload.note(),
                        end(upload.keepUntil()));
        try {
            return new Taken(command.id(), commands.send(command, actor, context));
        } catch (CommandRefused refused) {
            if (!stored.known()) {
                files.release(stored.digest());
            }
            throw refused;
        }
    }

    /** Whoever works in the project, but not those who only read or administer. */
    static void requireMayAttach(Actor actor, SubjectRef subject) {
        actor.require(
                EvidenceId.projectOf(subject),
                Role.REQUESTER,
                Role.DATA_STEWARD,
                Role.VALIDATOR,
                Role.COMPLIANCE_OFFICER,
                Role.RISK_OWNER,
                Role.RELEASE_MANAGER);
    }

    private Instant end(@Nullable LocalDate day) {
        var last =
                day == null
                        ? LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).plusYears(YEARS_KEPT)
                        : day;
        return last.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().minusMillis(1);
    }
}
