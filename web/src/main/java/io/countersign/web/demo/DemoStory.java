package io.countersign.web.demo;

import io.countersign.governance.bias.AssessmentCommand;
import io.countersign.governance.bias.AssessmentId;
import io.countersign.governance.bias.AssessmentStatus;
import io.countersign.governance.bias.Assessments;
import io.countersign.governance.bias.engine.SyntheticPredictions;
import io.countersign.governance.bias.engine.SyntheticPredictions.Bias;
import io.countersign.governance.dataset.DatasetCommand;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.Datasheet;
import io.countersign.governance.deployment.DeploymentCommand;
import io.countersign.governance.deployment.DeploymentId;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.evidence.EvidenceStore;
import io.countersign.governance.intake.Questionnaires;
import io.countersign.governance.model.ModelCard;
import io.countersign.governance.model.ModelCommand;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelMetric;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.place.EnvironmentId;
import io.countersign.governance.place.FirstEnvironments;
import io.countersign.governance.place.PlaceCommand;
import io.countersign.governance.place.PlaceId;
import io.countersign.governance.place.PlaceKind;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.review.Reviews;
import io.countersign.governance.review.Verdict;
import io.countersign.governance.risk.Rating;
import io.countersign.governance.risk.RiskCommand;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.risk.RiskRegister;
import io.countersign.governance.risk.Treatment;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import io.countersign.governance.waiver.WaiverCommand;
import io.countersign.governance.waiver.WaiverId;
import io.countersign.web.demo.DemoAccounts.Person;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * A scorer that treats women worse, from the idea to production: data approval, a failed
 * assessment, the risk it raises, a mitigated version, two signatures, deployment. And a second
 * project that is halfway, so that there is something to do.
 *
 * <p>Every command carries a key of its own and the same content each time. So the story can be cut
 * off anywhere and played again: what was done is answered, and not done twice.
 */
@Component
@Profile("demo")
class DemoStory {
    static final ProjectId CREDIT = new ProjectId("credit");
    static final ProjectId CHURN = new ProjectId("churn");
    static final DatasetVersionId APPLICATIONS = new DatasetVersionId("credit.applications@1.0");
    static final ModelId SCORER = new ModelId("credit.scorer");
    static final ModelVersionId FIRST = ModelVersionId.of(SCORER, "1.0");
    static final ModelVersionId MITIGATED = ModelVersionId.of(SCORER, "1.1");
    static final DeploymentId DEPLOYMENT = DeploymentId.random(CREDIT, new Random(1));
    static final RiskId RISK = RiskId.caused(CREDIT, "bias|credit.scorer|four-fifths");
    static final ModelVersionId RETURNED = new ModelVersionId("churn.predictor@0.9");
    private static final ModelVersionId DRAFT = new ModelVersionId("churn.predictor@1.0");
    private static final WaiverId WAIVER = WaiverId.caused(CHURN, "the caveats of the draft");
    static final DatasetVersionId WAITING = new DatasetVersionId("churn.subscribers@1.1");

    private static final String RULES = "four-fifths";
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final int PREDICTIONS = 8_000;
    private static final long LARGEST_LOG = 10_000_000;

    private final Commands commands;
    private final ReadPosition positions;
    private final Reviews reviews;
    private final RiskRegister risks;
    private final Assessments assessments;
    private final FirstEnvironments environments;
    private final EvidenceStore evidence;
    private final Questionnaires questionnaires;
    private final Clock clock;

    DemoStory(
            Commands commands,
            ReadPosition positions,
            Reviews reviews,
            RiskRegister risks,
            Assessments assessments,
            FirstEnvironments environments,
            EvidenceStore evidence,
            Questionnaires questionnaires,
            Clock clock) {
        this.commands = commands;
        this.positions = positions;
        this.reviews = reviews;
        this.risks = risks;
        this.assessments = assessments;
        this.environments = environments;
        this.evidence = evidence;
        this.questionnaires = questionnaires;
        this.clock = clock;
    }

    /** From the beginning, or from where it was cut off, to the end. */
    void play(Map<Person, UserId> cast) {
        environments.ensure();
        new Play(cast).all();
    }

    /** A clerk decides on each score; the tier that follows is high. */
    static Map<String, List<String>> creditIntake() {
        return Map.ofEntries(
                Map.entry("bannedPractices", List.of("none")),
                Map.entry("safetyComponent", List.of("no")),
                Map.entry("highRiskAreas", List.of("credit")),
                Map.entry("narrowTask", List.of("influences")),
                Map.entry("profiling", List.of("yes")),
                Map.entry("transparencyUses", List.of("none")),
                Map.entry("useOnPeople", List.of("ranks")),
                Map.entry("specialCategories", List.of("no")),
                Map.entry("children", List.of("no")),
                Map.entry("oversight", List.of("in-the-loop")),
                Map.entry("peopleAffected", List.of("40000")),
                Map.entry("moneyAtStake", List.of("120000000")),
                Map.entry("reversibility", List.of("with-effort")));
    }

    private final class Play {
        private final Map<Person, UserId> cast;

        Play(Map<Person, UserId> cast) {
            this.cast = cast;
        }

        void all() {
            approveData();
            firstVersionFails();
            rateTheRisk();
            mitigatedVersionIsSignedOff();
            closeTheRisk();
            deploy();
            halfway();
        }

        private void approveData() {
            send(
                    Person.ADA,
                    new ProjectCommand.Register(
                            CREDIT,
                            "Consumer credit",
                            "Decisions on small loans take four days, and differ from clerk to clerk.",
                            "Score applications for consumer credit up to 10,000 euros; a clerk decides.",
                            "Lending",
                            List.of("EU"),
                            RiskTier.HIGH));
            send(
                    Person.ADA,
                    new ProjectCommand.AnswerIntake(
                            CREDIT,
                            questionnaires.at(positions.now()).ref().version(),
                            creditIntake()));
            send(
                    Person.ALAN,
                    new DatasetCommand.Register(
                            APPLICATIONS.dataset(),
                            "Loan applications",
                            "Applications for consumer credit with what became of them."));
            send(
                    Person.ALAN,
                    dataset(
                            APPLICATIONS,
                            "All applications from 2021 to 2025, 412,000 rows.",
                            "contract (GDPR article 6(1)(b))",
                            List.of("sex", "age_band", "region")));
            request(
                    Person.ALAN,
                    APPLICATIONS.ref(),
                    "The scorer is to be trained on it; the datasheet is complete.");
            sign(
                    Person.STELLA,
                    APPLICATIONS.ref(),
                    Role.DATA_STEWARD,
                    Verdict.APPROVE,
                    "Provenance and legal basis checked against the register.");
        }

        private void firstVersionFails() {
            send(
                    Person.ADA,
                    new ModelCommand.Register(
                            SCORER, "Credit scorer", "Probability that a loan is repaid."));
            send(
                    Person.ADA,
                    version(
                            FIRST,
                            APPLICATIONS,
                            "4f1d2a7",
                            "0.861",
                            "Trained on past decisions as they were."));
            assess(FIRST, APPLICATIONS, Bias.BIASED, 1);
            refused(
                    Person.ADA,
                    new ReviewCommand.Request(
                            Review.stream(FIRST.ref()), "The accuracy is better than ever."));
        }

        private void rateTheRisk() {
            var raised = awaited(() -> risks.find(RISK, positions.now(), Visibility.ALL));
            var due = LocalDate.ofInstant(raised.raisedAt(), ZoneOffset.UTC).plusDays(30);
            send(
                    Person.ROSA,
                    new RiskCommand.RateInherent(
                            RISK,
                            new Rating(4, 4),
                            "Two in three women who would be approved as men are: many people, and"
                                    + " the law forbids it."));
            send(
                    Person.ROSA,
                    new RiskCommand.PlanTreatment(
                            RISK,
                            Treatment.MITIGATE,
                            "Reweigh the training data by sex and outcome, and assess the new"
                                    + " version under the same limits.",
                            id(Person.ADA),
                            due));
            send(Person.ROSA, new RiskCommand.ScheduleReview(RISK, due));
        }

        private void mitigatedVersionIsSignedOff() {
            send(
                    Person.ADA,
                    version(
                            MITIGATED,
                            APPLICATIONS,
                            "9be03c1",
                            "0.854",
                            "Reweighed by sex and outcome; costs 0.7 points of accuracy."));
            assess(MITIGATED, APPLICATIONS, Bias.MITIGATED, 2);
            request(Person.ADA, MITIGATED.ref(), "Mitigated; passes four-fifths in every group.");
            sign(
                    Person.VERA,
                    MITIGATED.ref(),
                    Role.VALIDATOR,
                    Verdict.APPROVE,
                    "Figures reproduced from the prediction log.");
            sign(
                    Person.CARL,
                    MITIGATED.ref(),
                    Role.COMPLIANCE_OFFICER,
                    Verdict.APPROVE,
                    "Meets the policy; watch the approval rates by sex each month.");
        }

        private void closeTheRisk() {
            send(
                    Person.ROSA,
                    new RiskCommand.RateResidual(
                            RISK,
                            new Rating(2, 3),
                            "Version 1.1 is within the limits in every group."));
            send(
                    Person.CARL,
                    new RiskCommand.Close(
                            RISK, "The mitigated version was assessed and signed off."));
        }

        private void deploy() {
            var desk = PlaceId.of(CREDIT, "loan-desk");
            send(
                    Person.ADA,
                    new PlaceCommand.RegisterPlace(
                            desk, PlaceKind.APPLICATION, "Loan desk", "Lending"));
            send(
                    Person.ADA,
                    new DeploymentCommand.Request(
                            DEPLOYMENT,
                            MITIGATED,
                            new EnvironmentId("production"),
                            desk,
                            artifact(MITIGATED),
                            "For all branches from Monday."));
            request(Person.ADA, DEPLOYMENT.ref(), "Signed off; the desk has been trained.");
            sign(
                    Person.RENE,
                    DEPLOYMENT.ref(),
                    Role.RELEASE_MANAGER,
                    Verdict.APPROVE,
                    "Roll-back rehearsed.");
            send(Person.RENE, new DeploymentCommand.Activate(DEPLOYMENT));
        }

        /** Something for the steward to approve, and a sign-off that came back. */
        private void halfway() {
            send(
                    Person.ADA,
                    new ProjectCommand.Register(
                            CHURN,
                            "Customer churn",
                            "Customers leave before anybody notices that they are unhappy.",
                            "Name subscribers to call; never to price.",
                            "Customer care",
                            List.of("EU", "UK"),
                            RiskTier.MEDIUM));
            var approved = new DatasetVersionId("churn.subscribers@1.0");
            send(
                    Person.ALAN,
                    new DatasetCommand.Register(
                            approved.dataset(),
                            "Subscribers",
                            "Monthly snapshots of subscribers."));
            var attributes = List.of("sex", "age_band", "region");
            send(
                    Person.ALAN,
                    dataset(approved, "Snapshots of 2025.", "legitimate interest", attributes));
            request(Person.ALAN, approved.ref(), "Snapshots of 2025.");
            sign(Person.STELLA, approved.ref(), Role.DATA_STEWARD, Verdict.APPROVE, "Checked.");
            send(
                    Person.ADA,
                    new ModelCommand.Register(
                            RETURNED.model(), "Churn predictor", "Who may leave within a month."));
            send(Person.ADA, version(RETURNED, approved, "77aa10e", "0.792", "First attempt."));
            assess(RETURNED, approved, Bias.MITIGATED, 3);
            request(Person.ADA, RETURNED.ref(), "May we call the first hundred?");
            sign(
                    Person.VERA,
                    RETURNED.ref(),
                    Role.VALIDATOR,
                    Verdict.RETURN,
                    "Tested on the months it was trained on. Please test on later ones.");
            send(
                    Person.ALAN,
                    dataset(WAITING, "Snapshots of 2026.", "legitimate interest", attributes));
            request(Person.ALAN, WAITING.ref(), "Later months, to test on.");
            send(Person.ADA, withoutCaveats(version(DRAFT, approved, "91c0de4", "0.801", "2025.")));
            var asked =
                    reviews.find(RETURNED.ref(), positions.now(), Visibility.ALL)
                            .orElseThrow(() -> new IllegalStateException("no review"))
                            .openedAt();
            send(
                    Person.ADA,
                    new WaiverCommand.Ask(
                            WAIVER,
                            "model-card-complete",
                            DRAFT.ref(),
                            null,
                            "What the version cannot do is written once the later months are"
                                    + " tested.",
                            "It is called upon for a hundred subscribers only, by hand.",
                            asked.truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(28))));
            request(Person.ADA, WAIVER.ref(), "For the pilot.");
        }

        private ModelCommand.RegisterVersion withoutCaveats(ModelCommand.RegisterVersion full) {
            var card = full.modelCard();
            return new ModelCommand.RegisterVersion(
                    full.id(),
                    full.artifactDigest(),
                    full.codeCommit(),
                    full.trainingDatasets(),
                    full.testDatasets(),
                    full.metrics(),
                    new ModelCard(
                            card.modelDetails(),
                            card.intendedUse(),
                            card.factors(),
                            card.metrics(),
                            card.evaluationData(),
                            card.trainingData(),
                            card.quantitativeAnalyses(),
                            card.ethicalConsiderations(),
                            ""),
                    full.limitations());
        }

        private void assess(ModelVersionId version, DatasetVersionId dataset, Bias bias, int seed) {
            var log = evidence(version, bias, seed);
            var id = AssessmentId.random(version, new Random(seed));
            send(
                    Person.ADA,
                    new AssessmentCommand.Start(
                            id,
                            dataset,
                            log.digest(),
                            log.fileName(),
                            SyntheticPredictions.mapping(),
                            RULES));
            // The product carries it out by itself, as it does for everybody.
            awaited(() ->
                    assessments.peek(id).status() == AssessmentStatus.RUNNING
                            ? Optional.empty()
                            : Optional.of(id));
        }

        private void request(Person by, SubjectRef subject, String comment) {
            send(by, new ReviewCommand.Request(Review.stream(subject), comment));
        }

        private void sign(
                Person by, SubjectRef subject, Role role, Verdict verdict, String comment) {
            var shown =
                    reviews.find(subject, positions.now(), Visibility.ALL)
                            .orElseThrow(() -> new IllegalStateException("no review " + subject));
            send(
                    by,
                    new ReviewCommand.Sign(
                            Review.stream(subject),
                            shown.review().rounds().getLast().manifest().digest(),
                            role,
                            verdict,
                            comment,
                            by.displayName));
        }

        /** What policy refuses is on record as well. */
        private void refused(Person by, Command command) {
            try {
                send(by, command);
                throw new IllegalStateException("policy took " + command);
            } catch (CommandRefused expected) {
                // part of the story
            }
        }

        private void send(Person by, Command command) {
            var actor = new Actor(id(by), null, Channel.PAGE, clock.instant(), Set.of());
            var key = "demo " + Sha256.of(command.getClass().getName() + command).brief();
            var last = commands.send(command, actor, Commands.Context.key(key)).lastEventId();
            if (last != null) {
                positions.await(last, LONGEST_WAIT);
            }
        }

        private UserId id(Person person) {
            var id = cast.get(person);
            if (id == null) {
                throw new IllegalStateException("not in the cast: " + person);
            }
            return id;
        }
    }

    /** What the product does by itself, a moment later. */
    private static <T> T awaited(Supplier<Optional<T>> looked) {
        for (var until = System.nanoTime() + LONGEST_WAIT.toNanos(); System.nanoTime() < until; ) {
            var found = looked.get();
            if (found.isPresent()) {
                return found.get();
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        throw new IllegalStateException("the product did not do its part of the story in time");
    }

    private EvidenceStore.Stored evidence(ModelVersionId version, Bias bias, int seed) {
        var log = new ByteArrayOutputStream();
        try {
            SyntheticPredictions.write(log, seed, PREDICTIONS, bias);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return evidence.put(
                new ByteArrayInputStream(log.toByteArray()),
                version.model().value() + "-" + version.version() + ".csv",
                "text/csv",
                LARGEST_LOG);
    }

    private static Sha256 artifact(ModelVersionId version) {
        return Sha256.of("artifact of " + version);
    }

    private static DatasetCommand.RegisterVersion dataset(
            DatasetVersionId id, String what, String legalBasis, List<String> sensitive) {
        return new DatasetCommand.RegisterVersion(
                id,
                "s3://demo/" + id.dataset() + "/" + id.version() + ".parquet",
                Sha256.of("content of " + id),
                "one row a person: sex, age_band, region, 31 features, outcome",
                new Datasheet(
                        "To build and test models with; there was no complete extract before.",
                        what,
                        "By the core system as part of its work; nobody was asked for more.",
                        "Pseudonymised; free text and names removed.",
                        "Models of this project only; not for marketing.",
                        "Inside the company only.",
                        "Yearly, by the data engineers of the project."),
                "internal",
                legalBasis,
                sensitive,
                List.of());
    }

    private static ModelCommand.RegisterVersion version(
            ModelVersionId id,
            DatasetVersionId trainedOn,
            String commit,
            String auc,
            String training) {
        return new ModelCommand.RegisterVersion(
                id,
                artifact(id),
                commit,
                List.of(trainedOn),
                List.of(),
                List.of(new ModelMetric("AUC", auc, trainedOn)),
                new ModelCard(
                        "Gradient-boosted trees, 400 of depth 6.",
                        "Support for a person who decides; never alone.",
                        "Sex, age band and region.",
                        "AUC; selection and error rates by group.",
                        "One fifth of the data, set apart by customer.",
                        training,
                        "See the bias assessment of this version.",
                        "A wrong answer costs somebody a loan or a call they did not want.",
                        "Assess again when the mix of customers changes."),
                "Not tried on business customers.");
    }
}
