package io.countersign.web.waiver;

import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.waiver.Waivers;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which waivers to list, as typed; empty or null does not narrow the list.
 *
 * @param state open, in-force, ends-soon, ended or all
 */
record WaiverQuery(@Nullable String state, @Nullable String project, @Nullable String subject) {
    static final String SOON = "ends-soon";

    Waivers.Filter filter(Instant now) {
        var wanted = given(state);
        var soon = SOON.equals(wanted);
        var about = given(subject);
        var of = given(project);
        return new Waivers.Filter(
                soon
                        ? Waivers.State.IN_FORCE
                        : wanted == null || wanted.equals("all")
                                ? null
                                : Waivers.State.ofKey(wanted),
                of == null ? null : new ProjectId(of),
                about == null ? null : SubjectRef.parse(about),
                soon ? now.plus(Waivers.SOON) : null,
                null);
    }

    private static @Nullable String given(@Nullable String typed) {
        return typed == null || typed.isBlank() ? null : typed.strip();
    }
}
