package io.countersign.governance.staleness;

import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.OFFICER;
import static io.countersign.testing.People.OTHER_ENGINEER;
import static io.countersign.testing.People.RELEASE_MANAGER;
import static io.countersign.testing.People.STEWARD;
import static io.countersign.testing.People.VALIDATOR;
import static io.countersign.testing.Subjects.ARTIFACT;
import static io.countersign.testing.Subjects.CARD;

import io.countersign.governance.bias.AssessmentCommand;
import io.countersign.governance.bias.AssessmentId;
import io.countersign.governance.bias.RuleSets;
import io.countersign.governance.bias.engine.Assessment;
import io.countersign.governance.bias.engine.Cell;
import io.countersign.governance.bias.engine.ColumnMapping;
import io.countersign.governance.dataset.DatasetCommand;
import io.countersign.governance.dataset.DatasetId;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.Datasheet;
import io.countersign.governance.deployment.DeploymentCommand;
import io.countersign.governance.deployment.DeploymentId;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.evidence.EvidenceStore;
import io.countersign.governance.model.ModelCommand;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.place.EnvironmentId;
import io.countersign.governance.place.FirstEnvironments;
import io.countersign.governance.place.PlaceCommand;
import io.countersign.governance.place.PlaceId;
import io.countersign.governance.place.PlaceKind;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.review.Verdict;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.testing.StoredLog;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/** Registers data, models and deployments, and has them approved by those who may. */
@Component
@Lazy
public class Chain {
    private static final ColumnMapping MAPPING =
            new ColumnMapping(
                    new ColumnMapping.Prediction(
                            "p", new ColumnMapping.Classes(List.of("1"), List.of("0")), true),
                    null,
                    List.of("sex"),
                    List.of(),
                    ColumnMapping.Unlisted.REFUSE);

    private final Commands commands;
    private final FirstEnvironments environments;
    private final Streams streams;
    private final RuleSets rules;
    private final EvidenceStore store;
    private final Clock clock;
    private final Random random = new Random(11);

    Chain(
            Commands commands,
            FirstEnvironments environments,
            Streams streams,
            RuleSets rules,
            EvidenceStore store,
            Clock clock) {
        this.commands = commands;
        this.environments = environments;
        this.streams = streams;
        this.rules = rules;
        this.store = store;
        this.clock = clock;
    }

    public ProjectId project(String key) {
        environments.ensure();
        var project = new ProjectId(key);
        send(
                new ProjectCommand.Register(
                        project, "Credit", "p", "i", "t", List.of("EU"), RiskTier.HIGH),
                ENGINEER);
        send(
                new DatasetCommand.Register(DatasetId.of(project, "data"), "Data", ""),
                OTHER_ENGINEER);
        send(new ModelCommand.Register(ModelId.of(project, "scorer"), "Scorer", ""), ENGINEER);
        send(
                new PlaceCommand.RegisterPlace(
                        PlaceId.of(project, "desk"), PlaceKind.SERVICE, "Desk", "T"),
                ENGINEER);
        return project;
    }

    public DatasetVersionId data(ProjectId project, String version, DatasetVersionId... sources) {
        var id = DatasetVersionId.of(DatasetId.of(project, "data"), version);
        send(
                new DatasetCommand.RegisterVersion(
                        id,
                        "s3://data",
                        Sha256.of(version),
                        "a, b",
                        new Datasheet("m", "c", "c", "p", "u", "d", "m"),
                        "internal",
                        "contract",
                        List.of(),
                        List.of(sources)),
                OTHER_ENGINEER);
        approve(id.ref());
        return id;
    }

    /** Assessed within limits and signed off. */
    public ModelVersionId model(ProjectId project, String version, DatasetVersionId... training) {
        var id = registered(project, version, training);
        assess(id, 58);
        approve(id.ref());
        return id;
    }

    public ModelVersionId registered(
            ProjectId project, String version, DatasetVersionId... training) {
        var id = ModelVersionId.of(ModelId.of(project, "scorer"), version);
        send(
                new ModelCommand.RegisterVersion(
                        id, ARTIFACT, "0123abc", List.of(training), List.of(), List.of(), CARD, ""),
                ENGINEER);
        return id;
    }

    /** Approved for production, and not yet running. */
    public DeploymentId deployment(ModelVersionId version) {
        var id = requested(version);
        approve(id.ref());
        return id;
    }

    public DeploymentId requested(ModelVersionId version) {
        var id = DeploymentId.random(version.project(), random);
        send(
                new DeploymentCommand.Request(
                        id,
                        version,
                        new EnvironmentId("production"),
                        PlaceId.of(version.project(), "desk"),
                        ARTIFACT,
                        ""),
                ENGINEER);
        return id;
    }

    /** Of a hundred each, 60 men and so many women are selected; the event that says so. */
    public String assess(ModelVersionId version, long women) {
        var id = AssessmentId.random(version, random);
        var log = StoredLog.in(store, id.value());
        send(
                new AssessmentCommand.Start(id, null, log, "log.csv", MAPPING, "four-fifths"),
                ENGINEER);
        var result =
                Assessment.of(
                        log,
                        MAPPING,
                        rules.pinned("four-fifths").rules(),
                        List.of(
                                cell("female", Cell.Outcome.POSITIVE, women),
                                cell("female", Cell.Outcome.NEGATIVE, 100 - women),
                                cell("male", Cell.Outcome.POSITIVE, 60),
                                cell("male", Cell.Outcome.NEGATIVE, 40)));
        return commands.send(new AssessmentCommand.Complete(id, result), Actor.system())
                .eventIds()
                .getLast();
    }

    /** Asks for it, and everybody asked signs. */
    public void approve(SubjectRef subject) {
        send(new ReviewCommand.Request(Review.stream(subject), null), ENGINEER);
        switch (subject.kind()) {
            case DATASET_VERSION -> sign(subject, Role.DATA_STEWARD, STEWARD);
            case MODEL_VERSION -> {
                sign(subject, Role.VALIDATOR, VALIDATOR);
                sign(subject, Role.COMPLIANCE_OFFICER, OFFICER);
            }
            default -> sign(subject, Role.RELEASE_MANAGER, RELEASE_MANAGER);
        }
    }

    public String sign(SubjectRef subject, Role role, Actor signer) {
        return send(
                        new ReviewCommand.Sign(
                                Review.stream(subject),
                                review(subject).latest().orElseThrow().manifest().digest(),
                                role,
                                Verdict.APPROVE,
                                null,
                                "Name"),
                        signer)
                .eventIds()
                .getLast();
    }

    /** The event that took the approval back. */
    public String revoke(SubjectRef subject, Actor by) {
        return send(new ReviewCommand.Revoke(Review.stream(subject), "found wrong"), by)
                .eventIds()
                .getLast();
    }

    public Review review(SubjectRef subject) {
        return streams.peek(Review.stream(subject), ReviewEvent.class, Review.NONE, Review::evolve);
    }

    /** With the password just given. */
    public Commands.Sent send(Command command, Actor actor) {
        return commands.send(
                command,
                new Actor(actor.id(), null, actor.channel(), clock.instant(), actor.grants()));
    }

    private static Cell cell(String sex, Cell.Outcome prediction, long rows) {
        return new Cell(prediction, Cell.Outcome.MISSING, List.of(sex), rows);
    }
}
