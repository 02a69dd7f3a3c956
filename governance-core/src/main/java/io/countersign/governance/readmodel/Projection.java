package io.countersign.governance.readmodel;

/**
 * Keeps read-model tables in step with the events. Called once for each event in ledger order, on
 * one thread, inside the transaction that also moves the position forward.
 */
public interface Projection {
    void on(Recorded event);
}
