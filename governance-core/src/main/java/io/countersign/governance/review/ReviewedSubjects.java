package io.countersign.governance.review;

import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Every kind of subject that can be reviewed. */
@Component
public class ReviewedSubjects {
    private final Map<SubjectKind, ReviewedSubject> kinds;

    private final WaivedGates waivers;

    public ReviewedSubjects(List<ReviewedSubject> kinds, WaivedGates waivers) {
        this.waivers = waivers;
        this.kinds =
                kinds.stream()
                        .collect(Collectors.toMap(ReviewedSubject::kind, Function.identity()));
    }

    /**
     * As its capability says, with the waivers granted for it.
     *
     * @throws io.countersign.governance.shared.CommandRefused where the kind is never reviewed or
     *     there is no such subject
     */
    public Snapshot snapshot(SubjectRef subject, Instant now) {
        var kind = kinds.get(subject.kind());
        if (kind == null) {
            throw ReviewRefusals.notReviewed(subject);
        }
        var snapshot = kind.snapshot(subject, now);
        return subject.kind() == SubjectKind.WAIVER
                ? snapshot
                : snapshot.with(waivers.of(subject, now));
    }

    /** See {@link ReviewedSubject#restsOn}; of a kind that is never reviewed, nothing. */
    public Collection<SubjectRef> restsOn(SubjectRef subject) {
        var kind = kinds.get(subject.kind());
        return kind == null ? List.of() : kind.restsOn(subject);
    }
}
