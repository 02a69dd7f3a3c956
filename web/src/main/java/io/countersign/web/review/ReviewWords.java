package io.countersign.web.review;

import io.countersign.governance.shared.SubjectKind;
import org.springframework.stereotype.Component;

/** What the review of a kind of subject is called, for templates. */
@Component("reviewWords")
class ReviewWords {
    /**
     * @param kind a {@link SubjectKind#key}
     */
    public String of(String kind) {
        return Inbox.what(SubjectKind.ofKey(kind));
    }
}
