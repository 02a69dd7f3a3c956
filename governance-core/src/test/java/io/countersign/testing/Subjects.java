package io.countersign.testing;

import io.countersign.governance.dataset.DatasetEvent;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.Datasheet;
import io.countersign.governance.model.ModelCard;
import io.countersign.governance.model.ModelEvent;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.policy.Evaluation;
import io.countersign.governance.policy.PolicyRef;
import io.countersign.governance.review.Manifest;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The dataset and the model of the tests, as their events. */
public final class Subjects {
    public static final DatasetVersionId DATA = new DatasetVersionId("credit.applications@1.0");
    public static final ModelId MODEL = new ModelId("credit.scorer");
    public static final ModelVersionId VERSION = new ModelVersionId("credit.scorer@1.0");
    public static final Sha256 ARTIFACT = Sha256.of("artifact");
    public static final ModelCard CARD =
            new ModelCard("details", "use", "factors", "auc", "eval", "train", "q", "e", "c");
    public static final Instant UNTIL = People.NOW.plus(Duration.ofDays(365));

    private Subjects() {}

    public static DatasetEvent.VersionRegistered dataset(DatasetVersionId id) {
        return new DatasetEvent.VersionRegistered(
                id,
                "s3://applications",
                Sha256.of("content"),
                "income, age, sex",
                new Datasheet("m", "c", "c", "p", "u", "d", "m"),
                "internal",
                "contract",
                List.of("sex"),
                List.of(),
                People.OTHER_ENGINEER.id());
    }

    public static ModelEvent.Registered model() {
        return new ModelEvent.Registered(MODEL, "Scorer", "", People.ENGINEER.id());
    }

    public static ModelEvent.VersionRegistered version() {
        return new ModelEvent.VersionRegistered(
                VERSION,
                ARTIFACT,
                "0123abc",
                List.of(DATA),
                List.of(),
                List.of(),
                CARD,
                "",
                People.ENGINEER.id());
    }

    /** A review that ended in an approval until {@link #UNTIL}. */
    public static Object[] approved(SubjectRef subject, Manifest manifest) {
        var stream = Review.stream(subject);
        var policy = new PolicyRef("policy", 1, Sha256.of("policy"));
        return new Object[] {
            new ReviewEvent.Requested(
                    stream,
                    1,
                    People.PROJECT,
                    "high",
                    People.ENGINEER.id(),
                    null,
                    manifest,
                    manifest.digest(),
                    policy,
                    new Evaluation(
                            List.of(),
                            List.of(),
                            Duration.ofDays(14),
                            Duration.ofDays(365),
                            Set.of()),
                    List.of(),
                    People.NOW.plus(Duration.ofDays(14))),
            new ReviewEvent.Approved(stream, 1, manifest.digest(), policy, true, UNTIL)
        };
    }
}
