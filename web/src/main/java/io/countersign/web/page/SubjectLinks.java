package io.countersign.web.page;

import io.countersign.governance.shared.SubjectRef;

/** Where subjects have their pages. */
public final class SubjectLinks {
    private SubjectLinks() {}

    /** An application path, to be written with {@code @{…}}. */
    public static String of(SubjectRef subject) {
        return switch (subject.kind()) {
            case PROJECT -> "/projects/" + subject.id();
            case DATASET, DATASET_VERSION -> "/datasets/" + subject.id();
            case MODEL, MODEL_VERSION, ASSESSMENT -> "/models/" + subject.id();
            case DEPLOYMENT -> "/deployments/" + subject.id();
            case REVIEW -> "/reviews/" + subject.id();
            case RISK -> "/risks/" + subject.id();
            case PERSON -> "/people/" + subject.id();
            case PLACE, ENVIRONMENT -> "/places";
            case CONFIGURATION -> "/configuration";
            case REPORT -> "/reports";
            case EVIDENCE, REFUSAL -> "/audit";
        };
    }
}
