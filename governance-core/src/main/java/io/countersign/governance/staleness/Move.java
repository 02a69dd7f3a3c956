package io.countersign.governance.staleness;

import io.countersign.governance.bias.AssessmentEvent;
import io.countersign.governance.configuration.ConfigurationEvent;
import io.countersign.governance.dataset.DatasetEvent;
import io.countersign.governance.model.ModelEvent;
import io.countersign.governance.policy.Change;
import io.countersign.governance.project.ProjectEvent;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.risk.OpenRisks;
import io.countersign.governance.risk.RiskEvent;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an event moves, where it can be for the worse. An event that can only be for the better,
 * such as an approval or a closed risk, moves nothing here.
 *
 * @param on the approvals that depend on any of these are asked
 * @param moved what the event is about; policy's facts name it by its id
 * @param what happened, for people
 */
record Move(List<SubjectRef> on, Change change, SubjectRef moved, String what) {
    /** The names of the events that {@link #of} knows. */
    static final Set<String> EVENTS =
            Set.of(
                    "review.revoked",
                    "review.expired",
                    "review.became-stale",
                    "review.condition-missed",
                    "dataset.version-retired",
                    "dataset.source-recorded",
                    "dataset.datasheet-written",
                    "model.card-written",
                    "bias.assessment-completed",
                    "risk.raised",
                    "risk.recurred",
                    "risk.inherent-rated",
                    "risk.residual-rated",
                    "risk.reopened",
                    "project.amended",
                    "project.intake-answered",
                    "project.tier-overridden",
                    "configuration.adopted");

    static Optional<Move> of(Object event, OpenRisks risks) {
        return Optional.ofNullable(
                switch (event) {
                    case ReviewEvent.Revoked e -> approval(e.subject(), "was revoked");
                    case ReviewEvent.BecameStale e -> approval(e.subject(), "became stale");
                    case ReviewEvent.ConditionMissed e ->
                            approval(e.subject(), "became stale, a condition having been missed");
                    case ReviewEvent.Expired e when e.of() == ReviewEvent.Expired.Of.APPROVAL ->
                            approval(e.subject(), "expired");
                    case DatasetEvent.VersionRetired e ->
                            of(
                                    e.id().ref(),
                                    Change.DATA_APPROVAL,
                                    words(e.id().ref(), "was retired"));
                    case DatasetEvent.SourceRecorded e ->
                            new Move(
                                    List.of(e.id().ref()),
                                    Change.DATA_APPROVAL,
                                    e.source().ref(),
                                    words(e.source().ref(), "was recorded as a source"));
                    case DatasetEvent.DatasheetWritten e ->
                            of(
                                    e.id().ref(),
                                    Change.DATASHEET,
                                    "the datasheet of " + e.id() + " was rewritten");
                    case ModelEvent.CardWritten e ->
                            of(
                                    e.id().ref(),
                                    Change.MODEL_CARD,
                                    "the model card of " + e.id() + " was rewritten");
                    case AssessmentEvent.Completed e ->
                            new Move(
                                    List.of(e.modelVersion().ref()),
                                    Change.ASSESSMENT,
                                    e.id().ref(),
                                    words(
                                            e.id().ref(),
                                            "was completed with the verdict "
                                                    + e.verdict().word()));
                    case RiskEvent.Raised e -> risk(e.id(), "was raised", risks);
                    case RiskEvent.Recurred e -> risk(e.id(), "was found again", risks);
                    case RiskEvent.InherentRated e -> risk(e.id(), "was rated " + e.level(), risks);
                    case RiskEvent.ResidualRated e -> risk(e.id(), "was rated " + e.level(), risks);
                    case RiskEvent.Reopened e -> risk(e.id(), "was reopened", risks);
                    case ProjectEvent.Amended e -> project(e, "project " + e.id() + " was amended");
                    case ProjectEvent.IntakeAnswered e ->
                            project(
                                    e,
                                    "the intake of project "
                                            + e.id()
                                            + " was answered, with the risk tier "
                                            + e.result().tier().key());
                    case ProjectEvent.TierOverridden e ->
                            project(
                                    e,
                                    "the risk tier of project "
                                            + e.id()
                                            + " was overridden to "
                                            + e.tier().key());
                    case ConfigurationEvent.Adopted e when e.file().equals(Change.RISK_SCALE) ->
                            new Move(
                                    risks.subjectsAtRisk(),
                                    Change.RISK,
                                    // No one risk: each may have another level now.
                                    new SubjectRef(SubjectKind.CONFIGURATION, e.file()),
                                    "the risk scale was replaced by version " + e.version());
                    default -> null;
                });
    }

    private static @org.jspecify.annotations.Nullable Move approval(SubjectRef of, String what) {
        return switch (of.kind()) {
            case DATASET_VERSION ->
                    of(of, Change.DATA_APPROVAL, "the data approval of " + of.id() + " " + what);
            case MODEL_VERSION ->
                    of(of, Change.SIGN_OFF, "the sign-off of " + of.id() + " " + what);
            default -> null; // nothing rests on it
        };
    }

    private static Move project(ProjectEvent event, String what) {
        return of(new SubjectRef(SubjectKind.PROJECT, event.id().value()), Change.PROJECT, what);
    }

    private static Move risk(RiskId risk, String what, OpenRisks risks) {
        return new Move(
                risks.subjectsOf(risk),
                Change.RISK,
                new SubjectRef(SubjectKind.RISK, risk.value()),
                "risk " + risk + " " + what);
    }

    private static Move of(SubjectRef subject, Change change, String what) {
        return new Move(List.of(subject), change, subject, what);
    }

    private static String words(SubjectRef subject, String what) {
        return subject.kind().title().toLowerCase(java.util.Locale.ROOT)
                + " "
                + subject.id()
                + " "
                + what;
    }
}
