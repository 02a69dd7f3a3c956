package io.countersign.governance.review;

import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** What a capability tells the review about its subjects. */
public interface ReviewedSubject {
    SubjectKind kind();

    /**
     * From aggregates and decision indexes, never from read models, so that it is true in the
     * command's own transaction. The same state gives the same manifest, whatever the time.
     *
     * @throws io.countersign.governance.shared.CommandRefused where there is no such subject
     */
    Snapshot snapshot(SubjectRef subject, Instant now);

    /**
     * Everything whose events can move a gate of an approval of this subject: itself, its project
     * and what its facts are taken from. Asked when an approval is given, inside the command.
     */
    default Collection<SubjectRef> restsOn(SubjectRef subject) {
        return List.of(subject);
    }
}
