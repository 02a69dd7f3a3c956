package io.countersign.governance.review;

import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something an approval was given on. Until it is confirmed the approval is in force, and ends when
 * it is not confirmed in time.
 *
 * @param number from 1 within its round
 * @param text what has to be done
 * @param evidence what will show that it is done
 * @param owner who sees to it
 * @param dueAt to be confirmed before, not at it
 * @param confirmer the role of whoever confirms it
 * @param setBy who signed on it
 * @param fulfilment what the owner brought last, or null
 * @param answer what was said to that, or null where nobody has yet
 */
public record Condition(
        int number,
        PersonalText text,
        PersonalText evidence,
        UserId owner,
        Instant dueAt,
        Role confirmer,
        UserId setBy,
        State state,
        @Nullable Fulfilment fulfilment,
        @Nullable Answer answer) {
    public enum State {
        OPEN,
        /** The owner says it is fulfilled; somebody else has to confirm it. */
        FULFILLED,
        CONFIRMED,
        MISSED;

        /** Within a sentence. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * @param attached ids of pieces of evidence
     */
    public record Fulfilment(PersonalText note, List<String> attached, Instant at) {
        public Fulfilment {
            attached = List.copyOf(attached);
        }
    }

    /**
     * @param onBehalfOf whom they stood in for, or null
     * @param role the one they answered in
     * @param reason always given where it was not confirmed
     */
    public record Answer(
            UserId by,
            @Nullable UserId onBehalfOf,
            Role role,
            boolean confirmed,
            @Nullable PersonalText reason,
            Instant at) {}

    /** Neither confirmed nor known to be missed. */
    public boolean pending() {
        return state == State.OPEN || state == State.FULFILLED;
    }

    /** Not confirmed, and its time is over, whether or not that is on record. */
    public boolean missed(Instant now) {
        return state == State.MISSED || (pending() && !now.isBefore(dueAt));
    }

    Condition fulfilled(Fulfilment brought) {
        return new Condition(
                number,
                text,
                evidence,
                owner,
                dueAt,
                confirmer,
                setBy,
                State.FULFILLED,
                brought,
                null);
    }

    Condition answered(Answer given) {
        return new Condition(
                number,
                text,
                evidence,
                owner,
                dueAt,
                confirmer,
                setBy,
                given.confirmed() ? State.CONFIRMED : State.OPEN,
                fulfilment,
                given);
    }

    Condition over() {
        return new Condition(
                number,
                text,
                evidence,
                owner,
                dueAt,
                confirmer,
                setBy,
                State.MISSED,
                fulfilment,
                answer);
    }
}
