package io.countersign.bench;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;

/**
 * One event of a history, as the engine would store it.
 *
 * @param command shared by the events that one command led to
 * @param cause id of the event that made the product act, or the command's own
 */
public record Happened(
        String id,
        SubjectRef stream,
        long sequence,
        Object payload,
        Actor actor,
        Instant at,
        String command,
        String correlation,
        String cause) {}
