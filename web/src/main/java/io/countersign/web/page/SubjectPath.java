package io.countersign.web.page;

import io.countersign.governance.shared.SubjectRef;
import org.jspecify.annotations.Nullable;

/** Where the page of a subject is. */
public final class SubjectPath {
    private SubjectPath() {}

    /** An application path, not yet encoded; null for what has no page of its own. */
    public static @Nullable String of(SubjectRef subject) {
        var id = subject.id();
        return switch (subject.kind()) {
            case PROJECT -> "/projects/" + id;
            case DATASET -> "/datasets/" + id;
            case DATASET_VERSION -> "/datasets/" + id.replace("@", "/versions/");
            case MODEL -> "/models/" + id;
            case MODEL_VERSION -> "/models/" + id.replace("@", "/versions/");
            case ASSESSMENT -> "/assessments/" + id;
            case DEPLOYMENT -> "/deployments/" + id;
            case RISK -> "/risks/" + id;
            case PLACE -> "/places/" + id;
            case PERSON -> "/people/" + id;
            case EVIDENCE -> "/evidence/" + id;
            default -> null;
        };
    }
}
