package io.countersign.governance.bias;

import io.countersign.governance.bias.engine.AssessmentResult;
import io.countersign.governance.bias.engine.ColumnMapping;
import io.countersign.governance.bias.engine.RuleSet;
import io.countersign.governance.bias.engine.Verdict;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.readmodel.Projection;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.readmodel.TemporalTable;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads assessments: as they were at a position, and as they are for a decision. */
@Component
public class Assessments {
    private final JdbcClient db;
    private final ReadTables tables;
    private final Streams streams;

    Assessments(JdbcClient db, ReadTables tables, Streams streams) {
        this.db = db;
        this.tables = tables;
        this.streams = streams;
    }

    /**
     * One assessment as shown.
     *
     * @param verdict null until completed
     * @param result null until completed
     * @param problem why it failed, else null
     */
    public record Row(
            AssessmentId id,
            ProjectId projectId,
            ModelVersionId modelVersion,
            @Nullable DatasetVersionId datasetVersion,
            Sha256 file,
            String fileName,
            ColumnMapping mapping,
            RuleSet rules,
            Sha256 rulesSha256,
            String method,
            AssessmentStatus status,
            @Nullable Verdict verdict,
            List<Failure> failures,
            @Nullable AssessmentResult result,
            @Nullable PersonalText problem,
            Instant startedAt,
            UserId startedBy,
            @Nullable Instant endedAt) {}

    public Optional<Row> find(AssessmentId id, At at, Visibility visible) {
        return tables.held("assessment", Row.class, at, visible)
                .where("id = :id", "id", id)
                .optional();
    }

    /** Newest first; at most 200. */
    public List<Row> of(ModelVersionId modelVersion, At at, Visibility visible) {
        return tables.held("assessment", Row.class, at, visible)
                .where("model_version = :version", "version", modelVersion)
                .list("started_at desc, id desc", 200);
    }

    /** The one completed last, for a decision inside a command; empty where none was. */
    public Optional<AssessmentState> latest(ModelVersionId modelVersion) {
        // the lock on "latest" first, so that the row read after it still holds at the commit
        var unused =
                streams.read(
                        AssessmentIndex.latest(modelVersion),
                        AssessmentEvent.class,
                        AssessmentState.NONE,
                        AssessmentState::evolve);
        return db.sql("select assessment_id from assessment_latest where model_version = ?")
                .param(modelVersion.value())
                .query((row, _) -> new AssessmentId(row.getString(1)))
                .optional()
                .map(id ->
                        streams.read(
                                id.ref(),
                                AssessmentEvent.class,
                                AssessmentState.NONE,
                                AssessmentState::evolve));
    }

    /** How one assessment ended; the rule set is the one it was pinned to. */
    public record Outcome(
            AssessmentId id,
            ModelVersionId modelVersion,
            String ruleSet,
            String ruleSetVersion,
            Verdict verdict,
            Instant completedAt) {}

    /** Those that these events completed; for a decision inside a command. */
    public List<Outcome> completedBy(List<String> eventIds) {
        return db.sql("select * from assessment_outcome where event_id = any(?)")
                .param(eventIds.toArray(String[]::new))
                .query(Assessments::outcome)
                .list();
    }

    /**
     * Of each version of the model and each rule set the one completed last, where that was after
     * {@code since}; the newest first. For a decision inside a command.
     */
    public List<Outcome> latestSince(ModelId model, Instant since) {
        return db.sql(
                        """
                        select * from (
                               select distinct on (model_version, rule_set) *
                                 from assessment_outcome
                                where model = ? and completed_at > ?
                                order by model_version, rule_set, completed_at desc) latest
                         order by completed_at desc
                        """)
                .params(model.value(), Timestamp.from(since))
                .query(Assessments::outcome)
                .list();
    }

    private static Outcome outcome(ResultSet row, int number) throws SQLException {
        return new Outcome(
                new AssessmentId(row.getString("assessment_id")),
                new ModelVersionId(row.getString("model_version")),
                row.getString("rule_set"),
                row.getString("rule_set_version"),
                Verdict.of(row.getString("verdict")),
                row.getTimestamp("completed_at").toInstant());
    }

    /** As its events have left it, for the job that runs it. */
    public AssessmentState peek(AssessmentId id) {
        return streams.peek(
                id.ref(), AssessmentEvent.class, AssessmentState.NONE, AssessmentState::evolve);
    }

    @Component
    static class AssessmentProjection implements Projection {
        private final TemporalTable<Row> assessments;

        AssessmentProjection(ReadTables tables) {
            assessments = tables.temporal("assessment", Row.class, "id");
        }

        @Override
        public void on(Recorded event) {
            if (!(event.payload() instanceof AssessmentEvent change)) {
                return;
            }
            switch (change) {
                case AssessmentEvent.Started e ->
                        assessments.put(
                                event.position(),
                                new Row(
                                        e.id(),
                                        e.id().project(),
                                        e.modelVersion(),
                                        e.datasetVersion(),
                                        e.file(),
                                        e.fileName(),
                                        e.mapping(),
                                        e.rules().rules(),
                                        e.rules().sha256(),
                                        e.method(),
                                        AssessmentStatus.RUNNING,
                                        null,
                                        List.of(),
                                        null,
                                        null,
                                        event.at(),
                                        e.startedBy(),
                                        null));
                case AssessmentEvent.Completed e ->
                        ended(event, e.id(), AssessmentStatus.COMPLETED, e, null);
                case AssessmentEvent.Failed e ->
                        ended(event, e.id(), AssessmentStatus.FAILED, null, e.problem());
                case AssessmentEvent.Cancelled e ->
                        ended(event, e.id(), AssessmentStatus.CANCELLED, null, null);
            }
        }

        private void ended(
                Recorded event,
                AssessmentId id,
                AssessmentStatus status,
                AssessmentEvent.@Nullable Completed completed,
                @Nullable PersonalText problem) {
            assessments.change(
                    event.position(),
                    row ->
                            new Row(
                                    row.id(),
                                    row.projectId(),
                                    row.modelVersion(),
                                    row.datasetVersion(),
                                    row.file(),
                                    row.fileName(),
                                    row.mapping(),
                                    row.rules(),
                                    row.rulesSha256(),
                                    row.method(),
                                    status,
                                    completed == null ? null : completed.verdict(),
                                    completed == null ? List.of() : completed.failures(),
                                    completed == null ? null : completed.result(),
                                    problem,
                                    row.startedAt(),
                                    row.startedBy(),
                                    event.at()),
                    id);
        }
    }
}
