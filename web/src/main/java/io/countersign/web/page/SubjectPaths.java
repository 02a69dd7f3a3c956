package io.countersign.web.page;

import io.countersign.governance.policy.Sight;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.web.security.Actors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.util.UriComponentsBuilder;

/** Where the page of a subject is; templates ask the bean {@code @subjectPaths}. */
@Component("subjectPaths")
public class SubjectPaths {
    private final Actors actors;
    private final Sight sight;

    SubjectPaths(Actors actors, Sight sight) {
        this.actors = actors;
        this.sight = sight;
    }

    /** The same, for templates: null too where who asks may not open such pages at all. */
    public @Nullable String of(SubjectRef subject) {
        return opens(subject.kind()) ? pathOf(subject) : null;
    }

    private boolean opens(SubjectKind kind) {
        var area =
                switch (kind) {
                    case PERSON -> Sight.Area.PEOPLE;
                    case RISK -> Sight.Area.RISK_REGISTER;
                    case REPORT -> Sight.Area.REPORTS;
                    case CONFIGURATION -> Sight.Area.CONFIGURATION;
                    default -> null;
                };
        return area == null
                || !(RequestContextHolder.getRequestAttributes()
                        instanceof ServletRequestAttributes asked)
                || sight.sees(actors.of(asked.getRequest()), area);
    }

    /**
     * Where its auditors get all that happened to it and its reviews as an evidence bundle; null
     * for everybody else.
     */
    public @Nullable String bundle(SubjectRef subject) {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes asked
                        && actors.of(asked.getRequest())
                                .holding(Role.AUDITOR)
                                .includesKey(subject.project())
                ? UriComponentsBuilder.fromPath("/audit/bundle")
                        .queryParam("subject", "{subject}")
                        .encode()
                        .buildAndExpand(subject.toString())
                        .toUriString()
                : null;
    }

    /** For texts such as {@code model-version:credit.scorer@1.0}. */
    public SubjectRef parsed(String kindAndId) {
        return SubjectRef.parse(kindAndId);
    }

    /** Its page, or null for a kind that has none. */
    public static @Nullable String pathOf(SubjectRef subject) {
        return switch (subject.kind()) {
            case PROJECT -> at("projects", subject);
            case DATASET -> at("datasets", subject);
            case DATASET_VERSION -> versions("datasets", subject);
            case MODEL -> at("models", subject);
            case MODEL_VERSION -> versions("models", subject);
            case ASSESSMENT ->
                    versions("models", subject).replaceFirst("/([^/]*)$", "/assessments/$1");
            case DEPLOYMENT -> at("deployments", subject);
            case RISK -> at("risks", subject);
            case WAIVER -> at("waivers", subject);
            case PERSON -> at("people", subject);
            case PLACE -> at("places", subject);
            case REVIEW -> at("reviews", subject);
            case EVIDENCE -> at("evidence", subject);
            case CONFIGURATION ->
                    UriComponentsBuilder.fromPath("/configuration/file")
                            .queryParam("name", subject.id())
                            .build()
                            .toUriString();
            case REPORT -> at("reports", subject);
            case ENVIRONMENT, REFUSAL, AUDIT, LEDGER -> null;
        };
    }

    /** All that happened to it. */
    public String trail(SubjectRef subject) {
        return UriComponentsBuilder.fromPath("/audit")
                .queryParam("kind", subject.kind().key())
                .queryParam("subject", subject.id())
                .build()
                .toUriString();
    }

    /** {@code Model version credit.scorer@1.0}. */
    public String words(SubjectRef subject) {
        return subject.kind() == SubjectKind.REVIEW
                ? "Review of " + subject.id()
                : subject.kind().title() + " " + subject.id();
    }

    private static String at(String folder, SubjectRef subject) {
        return "/" + folder + "/" + subject.id();
    }

    /** {@code credit.scorer@1.0} below its {@code credit.scorer}. */
    private static String versions(String folder, SubjectRef subject) {
        return "/" + folder + "/" + subject.id().replace("@", "/versions/");
    }
}
