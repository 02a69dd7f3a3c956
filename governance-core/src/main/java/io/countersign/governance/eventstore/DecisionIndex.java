package io.countersign.governance.eventstore;

import org.axonframework.eventhandling.DomainEventMessage;

/**
 * A small table that decisions consult where one stream is not enough ("open critical risks of this
 * model"). Written in the same transaction as the event, so a decision never reads a stale one.
 */
public interface DecisionIndex {
    /** Called once for each event about to be committed. An exception refuses the command. */
    void on(DomainEventMessage<?> event);
}
