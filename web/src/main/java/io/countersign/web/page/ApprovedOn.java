package io.countersign.web.page;

import io.countersign.governance.people.Names;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.review.Condition;
import io.countersign.governance.review.Reviews;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/** The conditions of the approval in force, for {@code parts :: approvedOn} of a subject's page. */
@Component
public class ApprovedOn {
    private final Reviews reviews;
    private final Names names;

    ApprovedOn(Reviews reviews, Names names) {
        this.reviews = reviews;
        this.names = names;
    }

    public record Shown(String text, String owner, Instant dueAt, String state) {}

    /** In the order they were set; empty where no approval is in force. */
    public List<Shown> of(SubjectRef subject, Actor actor, At at) {
        var conditions =
                reviews.find(subject, at, actor.visibility())
                        .map(row -> row.review().approvedOn(at.time()))
                        .orElse(List.of());
        var known = names.of(conditions.stream().map(Condition::owner).toList());
        return conditions.stream()
                .map(c ->
                        new Shown(
                                c.text().text(),
                                String.valueOf(known.get(c.owner())),
                                c.dueAt(),
                                c.state().word()))
                .toList();
    }
}
