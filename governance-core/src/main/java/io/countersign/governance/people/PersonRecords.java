package io.countersign.governance.people;

import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import java.time.Instant;

/**
 * What is kept about a person beside the events, because it is personal or secret. Written in the
 * command's own transaction: the row and the event are both there, or neither.
 */
interface PersonRecords {
    /**
     * @throws io.countersign.governance.shared.CommandRefused {@code person.username-taken}
     */
    void invite(PersonCommand.Invite invite, Instant now);

    void link(UserId person, Sha256 link, Instant expiresAt);

    /** Uses the link up; false where it is not the person's, was used, or is over. */
    boolean redeem(UserId person, Sha256 link, Instant now);

    /** Also opens a locked account, and ends any link. */
    void password(UserId person, String hash, Instant now);

    void token(PersonCommand.IssueToken token);

    /** Empties the row. */
    void erase(UserId person);

    /** Whether somebody of this id can sign in. */
    boolean active(UserId person);

    /**
     * Whether somebody else is an active administrator for all projects; stays true until the
     * command's transaction ends.
     */
    boolean anotherAdministrator(UserId person);
}
