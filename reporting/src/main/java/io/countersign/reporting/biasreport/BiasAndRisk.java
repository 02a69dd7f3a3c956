package io.countersign.reporting.biasreport;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.governance.bias.AssessmentId;
import io.countersign.governance.bias.engine.Fraction;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.deployment.DeploymentId;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.waiver.WaiverId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the bias and risk report says, before it is dressed. As JSON this is the report: people
 * appear by pseudonym only, numbers are whole or decimal strings, and every time is one of an event
 * or of the position.
 *
 * @param template with its version
 * @param assessment the one completed last, or null
 * @param attempts every assessment of this version, the newest first
 * @param earlier versions of the same model registered before, the newest first, at most 20
 * @param waivers in force for the version, its datasets and its deployments
 * @param risks of the version, its model, its datasets and its deployments
 */
public record BiasAndRisk(
        String template,
        SubjectRef subject,
        long position,
        Instant positionTime,
        @Nullable Project project,
        Version version,
        List<Dataset> datasets,
        @Nullable Assessment assessment,
        List<Attempt> attempts,
        List<Earlier> earlier,
        SignOff signOff,
        Scale scale,
        List<Risk> risks,
        List<Deployment> deployments,
        List<Waiver> waivers,
        Timeline timeline) {
    public record Project(
            ProjectId id,
            String name,
            String businessProblem,
            String intendedPurpose,
            String ownerTeam,
            List<String> jurisdictions,
            String riskTier) {}

    public record Version(
            ModelVersionId id,
            ModelId model,
            String name,
            String description,
            @Nullable UserId owner,
            UserId developer,
            Sha256 artifact,
            String codeCommit,
            boolean retired,
            Instant registeredAt,
            String limitations,
            List<Part> card,
            List<Metric> metrics) {}

    /** A section of the model card; the empty string where it is not written yet. */
    public record Part(String name, String text) {}

    public record Metric(String name, String value, @Nullable DatasetVersionId dataset) {}

    /**
     * @param use training, test, or training and test
     * @param facts null where the dataset is of another project, or not registered
     */
    public record Dataset(DatasetVersionId id, String use, @Nullable DatasetFacts facts) {}

    /**
     * @param approval how its review stands
     * @param approvedUntil of an approval in force, or null
     */
    public record DatasetFacts(
            Sha256 sha256,
            String licence,
            String legalBasis,
            List<String> sensitiveAttributes,
            List<DatasetVersionId> sources,
            List<String> datasheetMissing,
            boolean retired,
            String approval,
            @Nullable Instant approvedUntil,
            List<Signed> signatures) {}

    public record Signed(
            UserId signer,
            @Nullable UserId onBehalfOf,
            String role,
            String verdict,
            String meaning,
            Instant at,
            Sha256 manifest) {}

    public record Assessment(
            AssessmentId id,
            Instant startedAt,
            UserId startedBy,
            @Nullable Instant endedAt,
            String fileName,
            Sha256 file,
            @Nullable DatasetVersionId dataset,
            String method,
            String predictionColumn,
            boolean positiveIsFavourable,
            @Nullable String labelColumn,
            Rules rules,
            String verdict,
            String explanation,
            Group overall,
            List<Attribute> attributes) {}

    public record Rules(
            String name,
            String version,
            String description,
            int minimumGroupSize,
            Sha256 sha256,
            List<Rule> rules) {}

    public record Rule(String id, String metric, String limit) {}

    /**
     * @param name one attribute, or two as {@code sex x race}
     * @param reference the group the others are compared with, or null
     */
    public record Attribute(
            String name, @Nullable String reference, List<Group> groups, List<Outcome> outcomes) {}

    /**
     * @param counts null for a group too small to be shown
     */
    public record Group(
            String name,
            long size,
            String standing,
            @Nullable Counts counts,
            Rate selectionRate,
            Rate favourableRate,
            Rate impactRatio,
            Rate truePositiveRate,
            Rate falsePositiveRate,
            Rate trueNegativeRate,
            Rate falseNegativeRate) {}

    public record Counts(
            long selected,
            long notSelected,
            long missingPrediction,
            long unlistedPrediction,
            long missingLabel,
            long unlistedLabel,
            long truePositive,
            long falsePositive,
            long trueNegative,
            long falseNegative) {}

    /**
     * @param fraction exact, as {@code 90/205}; null where undefined
     * @param decimal the same to twelve digits, half up
     * @param undefined why there is none, or null
     */
    public record Rate(
            @Nullable String fraction, @Nullable String decimal, @Nullable String undefined) {
        static final int DIGITS = 12;

        static Rate of(Fraction value) {
            return value.defined()
                    ? new Rate(value.toString(), value.rounded(DIGITS).toPlainString(), null)
                    : new Rate(null, null, value.undefined());
        }

        static Rate undefined(String reason) {
            return new Rate(null, null, reason);
        }

        @Nullable BigDecimal number() {
            return decimal == null ? null : new BigDecimal(decimal);
        }
    }

    public record Outcome(
            String rule,
            String metric,
            String limit,
            String verdict,
            String explanation,
            List<Judged> groups) {}

    public record Judged(String group, String verdict, Rate measured, String explanation) {}

    public record Attempt(
            AssessmentId id,
            Instant startedAt,
            UserId startedBy,
            String status,
            @Nullable String verdict,
            String rules) {}

    /**
     * @param lowestGroup attribute and group of the lowest impact ratio of single attributes
     */
    public record Earlier(
            ModelVersionId version,
            Instant registeredAt,
            @Nullable AssessmentId assessment,
            @Nullable Instant assessedAt,
            @Nullable String rules,
            @Nullable String verdict,
            int failures,
            @Nullable String lowestGroup,
            @Nullable Rate lowestImpactRatio,
            String signOff) {}

    public record SignOff(
            String status,
            @Nullable Instant approvedFrom,
            @Nullable Instant approvedUntil,
            @Nullable String ended,
            @Nullable Instant endedAt,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Condition> conditions,
            List<Round> rounds) {
        @SuppressWarnings("NullAway") // reports made before approvals had conditions have none
        public SignOff {
            conditions = conditions == null ? List.of() : List.copyOf(conditions);
        }
    }

    /**
     * A condition of the approval in force; not there where there is none, as in reports made
     * before approvals had any. Its words are their author's and can be erased, so they are with
     * the review and not here.
     *
     * @param state open, fulfilled or confirmed
     * @param answeredBy who confirmed it, or null
     */
    public record Condition(
            int number,
            UserId owner,
            Instant dueAt,
            String confirmer,
            UserId setBy,
            String state,
            @Nullable UserId answeredBy,
            @Nullable UserId answeredOnBehalfOf,
            @Nullable Instant answeredAt) {}

    public record Round(
            int number,
            UserId requester,
            Instant openedAt,
            Instant dueAt,
            @Nullable Instant closedAt,
            String status,
            String policy,
            Sha256 policySha256,
            String riskTier,
            Sha256 manifest,
            List<Item> items,
            List<Gate> gates,
            List<Awaited> awaited,
            List<Signed> signatures,
            List<Signed> voided) {}

    public record Item(SubjectRef subject, String name, Sha256 digest, String label) {}

    /**
     * @param status passed, failed or error
     */
    public record Gate(String id, String sentence, String status, String explanation) {}

    public record Awaited(String role, int count) {}

    /**
     * @param matrix the rank of the level of each likelihood (row) and impact (column)
     */
    public record Scale(
            int version,
            String title,
            List<String> likelihood,
            List<String> impact,
            List<Level> levels,
            List<List<Integer>> matrix) {}

    public record Level(String name, int rank, boolean blocks) {}

    public record Risk(
            RiskId id,
            String title,
            String description,
            String category,
            List<SubjectRef> subjects,
            String harmed,
            Rated inherent,
            @Nullable Rated residual,
            @Nullable UserId owner,
            @Nullable String treatment,
            String plan,
            @Nullable UserId responsible,
            @Nullable String due,
            @Nullable String reviewOn,
            boolean open,
            boolean overdue,
            int recurrences,
            Instant raisedAt,
            UserId raisedBy,
            @Nullable Instant closedAt,
            @Nullable UserId closedBy,
            List<RatingGiven> ratings) {
        Rated current() {
            return residual == null ? inherent : residual;
        }
    }

    /**
     * @param rank of the level; 0 where the rating is outside the scale in force
     */
    public record Rated(int likelihood, int impact, String level, int rank) {}

    public record RatingGiven(long position, Instant at, String kind, Rated rating, UserId by) {}

    /**
     * @param sameArtifact whether it is for the artifact that was registered
     */
    public record Deployment(
            DeploymentId id,
            String environment,
            boolean production,
            String place,
            String placeKind,
            String status,
            boolean gateOpen,
            List<String> gateReasons,
            Sha256 artifact,
            boolean sameArtifact,
            UserId requester,
            Instant requestedAt,
            UserId changedBy,
            Instant changedAt) {}

    /**
     * @param gate its id, and {@code sentence} what would have to hold
     * @param environment the only one it holds for, or null
     * @param control what is done instead
     */
    public record Waiver(
            WaiverId id,
            String gate,
            String sentence,
            SubjectRef subject,
            @Nullable String environment,
            Instant until,
            String reason,
            String control,
            UserId requester) {}

    /**
     * @param complete false where there were more events than the report holds; the oldest are kept
     */
    public record Timeline(boolean complete, List<Moment> events) {}

    public record Moment(
            long position,
            Instant at,
            String event,
            String eventId,
            SubjectRef subject,
            UserId actor,
            @Nullable String decision) {}
}
