package io.countersign.bench;

import io.countersign.governance.bias.AssessmentEvent;
import io.countersign.governance.bias.AssessmentId;
import io.countersign.governance.bias.Failure;
import io.countersign.governance.bias.PinnedRules;
import io.countersign.governance.bias.engine.Assessment;
import io.countersign.governance.bias.engine.AssessmentResult;
import io.countersign.governance.bias.engine.Cell;
import io.countersign.governance.bias.engine.ColumnMapping;
import io.countersign.governance.bias.engine.RuleSet;
import io.countersign.governance.bias.engine.Verdict;
import io.countersign.governance.dataset.DatasetEvent;
import io.countersign.governance.dataset.DatasetId;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.Datasheet;
import io.countersign.governance.deployment.DeploymentEvent;
import io.countersign.governance.deployment.DeploymentId;
import io.countersign.governance.eventstore.RefusalEvent;
import io.countersign.governance.evidence.EvidenceEvent;
import io.countersign.governance.evidence.EvidenceId;
import io.countersign.governance.evidence.EvidenceType;
import io.countersign.governance.model.ModelCard;
import io.countersign.governance.model.ModelEvent;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelMetric;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.people.PersonEvent;
import io.countersign.governance.people.TokenScope;
import io.countersign.governance.place.EnvironmentId;
import io.countersign.governance.place.PlaceEvent;
import io.countersign.governance.place.PlaceId;
import io.countersign.governance.place.PlaceKind;
import io.countersign.governance.policy.Evaluation;
import io.countersign.governance.policy.GateResult;
import io.countersign.governance.policy.PolicyRef;
import io.countersign.governance.policy.SeparationRule;
import io.countersign.governance.policy.SignatureRule;
import io.countersign.governance.project.ProjectEvent;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.review.Manifest;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.review.Signature;
import io.countersign.governance.review.Stake;
import io.countersign.governance.risk.Rating;
import io.countersign.governance.risk.RiskEvent;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.risk.Treatment;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.Slug;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What happens in one project from its registration on: data that is approved, versions of models
 * that fail and pass their assessments and are signed off, deployments, risks, people, and now and
 * then somebody who is refused.
 */
final class ProjectStory {
    static final Duration LASTS = Duration.ofDays(220);

    private static final ColumnMapping MAPPING =
            new ColumnMapping(
                    new ColumnMapping.Prediction(
                            "decision",
                            new ColumnMapping.Classes(List.of("approved"), List.of("declined")),
                            true),
                    new ColumnMapping.Label("repaid", List.of("yes"), List.of("no")),
                    List.of("sex", "age_band"),
                    List.of(),
                    ColumnMapping.Unlisted.REFUSE);
    private static final RuleSet RULES = RuleSet.shipped("four-fifths");
    private static final List<String> WORDS =
            ("applicants are sampled from the branch offices of three regions and each record holds"
                            + " income employment history and repayment over twenty four months"
                            + " missing values were imputed by the median of the age band while the"
                            + " label was taken from the ledger of arrears after ninety days an"
                            + " independent review found no leakage between training and test split"
                            + " drift of the population is measured every month against the"
                            + " reference window and thresholds are raised to the owner of the"
                            + " service")
                    .transform(text -> List.of(text.split(" ", -1)));

    private final ProjectId project;
    private final Instant start;
    private final SplittableRandom random;
    private final List<Draft> drafts = new ArrayList<>();
    private final List<DatasetVersionId> approvedData = new ArrayList<>();

    private final Actor ada;
    private final Actor alan;
    private final Actor stella;
    private final Actor vera;
    private final Actor carl;
    private final Actor rosa;
    private final Actor rene;
    private final Actor adam;

    /** An event before the sequence in its stream is known. */
    record Draft(
            String id,
            SubjectRef stream,
            Object payload,
            Actor actor,
            Instant at,
            String command,
            String correlation,
            String cause) {}

    ProjectStory(long seed, ProjectId project, Instant start) {
        this.project = project;
        this.start = start;
        this.random = new SplittableRandom(seed);
        // Engineers come with the project; the others look after many.
        ada = person("ada" + project, Role.REQUESTER);
        alan = person("alan" + project, Role.REQUESTER);
        var office = random.nextInt(40);
        stella = person("stella" + office, Role.DATA_STEWARD);
        vera = person("vera" + office, Role.VALIDATOR);
        carl = person("carl" + office, Role.COMPLIANCE_OFFICER);
        rosa = person("rosa" + office, Role.RISK_OWNER);
        rene = person("rene" + office, Role.RELEASE_MANAGER);
        adam = person("adam" + office % 4, Role.ADMINISTRATOR);
    }

    List<Draft> tell() {
        var clock = new Clock(start);
        for (var engineer : List.of(ada, alan)) {
            arrives(engineer, clock);
        }
        happens(
                ada,
                clock,
                new SubjectRef(SubjectKind.PROJECT, project.value()),
                new ProjectEvent.Registered(
                        project,
                        words(3),
                        words(20),
                        words(20),
                        words(2),
                        List.of("EU", "UK"),
                        one(RiskTier.values()),
                        ada.id()));
        var places = new ArrayList<PlaceId>();
        for (var kind : PlaceKind.values()) {
            var place = PlaceId.of(project, "place-" + kind.word());
            places.add(place);
            happens(
                    ada,
                    clock,
                    place.ref(),
                    new PlaceEvent.Registered(place, kind, words(2), words(2)));
        }
        for (var number = 0; number < 6; number++) {
            dataset(DatasetId.of(project, "data-" + number), clock.ahead(10));
        }
        var models = clock.plusDays(20);
        for (var number = 0; number < 4; number++) {
            model(ModelId.of(project, "model-" + number), models.ahead(30), places);
        }
        for (var number = 0; number < 9; number++) {
            var about = new SubjectRef(SubjectKind.MODEL, project + ".model-" + random.nextInt(4));
            risk(
                    RiskId.caused(project, "by hand " + number),
                    List.of(about),
                    models.ahead(120),
                    rosa,
                    null);
        }
        for (var number = 0; number < 3; number++) {
            happens(
                    ada,
                    clock.ahead(150),
                    new SubjectRef(SubjectKind.PROJECT, project.value()),
                    new ProjectEvent.Amended(
                            project,
                            words(3),
                            words(20),
                            words(20),
                            words(2),
                            List.of("EU", "UK", "CH"),
                            one(RiskTier.values())));
        }
        drafts.sort(Comparator.comparing(Draft::at));
        return drafts;
    }

    private void arrives(Actor person, Clock clock) {
        var stream = new SubjectRef(SubjectKind.PERSON, person.id().value());
        command(
                adam,
                clock,
                stream,
                new PersonEvent.Invited(person.id()),
                new PersonEvent.LinkIssued(person.id(), clock.now().plus(Duration.ofDays(3))),
                new PersonEvent.RoleGranted(person.id(), Role.REQUESTER, project));
        happens(person, clock, stream, new PersonEvent.Activated(person.id()));
        if (chance(50)) {
            happens(person, clock, stream, new PersonEvent.SignInFailed(person.id(), 0));
        }
        happens(
                person,
                clock.ahead(20),
                stream,
                new PersonEvent.TokenIssued(
                        person.id(),
                        Slug.random(random),
                        new PersonalText(person.id(), words(3)),
                        Set.of(TokenScope.values()[0]),
                        clock.now().plus(Duration.ofDays(90))));
        happens(
                adam,
                clock.ahead(200),
                stream,
                new PersonEvent.RoleRevoked(person.id(), Role.REQUESTER, project));
    }

    private void dataset(DatasetId id, Clock clock) {
        happens(
                alan,
                clock,
                new SubjectRef(SubjectKind.DATASET, id.value()),
                new DatasetEvent.Registered(id, words(3), words(12), alan.id()));
        @Nullable DatasetVersionId before = null;
        for (var number = 1; number <= 3; number++) {
            var version = DatasetVersionId.of(id, number + ".0");
            var content = Sha256.of(version.value());
            List<DatasetVersionId> sources = before == null ? List.of() : List.of(before);
            happens(
                    alan,
                    clock,
                    version.ref(),
                    new DatasetEvent.VersionRegistered(
                            version,
                            "s3://lake/" + id + "/" + number,
                            content,
                            "id int, sex text, age_band text, income numeric, repaid text",
                            datasheet(),
                            "internal use",
                            "contract",
                            List.of("sex", "age_band"),
                            sources,
                            alan.id()));
            if (!approvedData.isEmpty() && chance(30)) {
                happens(
                        alan,
                        clock,
                        version.ref(),
                        new DatasetEvent.SourceRecorded(version, approvedData.getFirst()));
            }
            if (chance(70)) {
                happens(
                        alan,
                        clock,
                        version.ref(),
                        new DatasetEvent.DatasheetWritten(version, datasheet()));
            }
            evidence(alan, version.ref(), clock);
            var policy = policy("data-approval");
            var evaluation =
                    evaluation(
                            Duration.ofDays(14),
                            gates(version.value(), "datasheet-complete", "lineage-approved"),
                            new SignatureRule(
                                    Role.DATA_STEWARD,
                                    1,
                                    "I have examined this dataset version and approve its use for"
                                            + " training and testing."));
            var manifest =
                    new Manifest(
                            List.of(
                                    new Manifest.Item(
                                            "content",
                                            version.ref(),
                                            content,
                                            "SHA-256 " + content.brief()),
                                    new Manifest.Item(
                                            "datasheet",
                                            version.ref(),
                                            Sha256.of(words(5)),
                                            "complete")));
            var approved =
                    review(
                            version.ref(),
                            alan,
                            List.of(stella),
                            manifest,
                            policy,
                            evaluation,
                            List.of(new Stake(alan.id(), SeparationRule.DATA_OWNER)),
                            clock);
            if (approved) {
                approvedData.add(version);
                before = version;
            }
            clock.passes(25);
        }
    }

    private void model(ModelId id, Clock clock, List<PlaceId> places) {
        happens(
                ada,
                clock,
                new SubjectRef(SubjectKind.MODEL, id.value()),
                new ModelEvent.Registered(id, words(3), words(12), ada.id()));
        for (var number = 1; number <= 5; number++) {
            var version = ModelVersionId.of(id, number + ".0");
            var artifact = Sha256.of(version + " artifact");
            var data =
                    approvedData.isEmpty()
                            ? List.<DatasetVersionId>of()
                            : List.of(one(approvedData));
            happens(
                    ada,
                    clock,
                    version.ref(),
                    new ModelEvent.VersionRegistered(
                            version,
                            artifact,
                            artifact.hex().substring(0, 40),
                            data,
                            data,
                            List.of(
                                    new ModelMetric(
                                            "AUC", "0." + (700 + random.nextInt(200)), null),
                                    new ModelMetric(
                                            "KS", "0." + (300 + random.nextInt(200)), null)),
                            ModelCard.EMPTY,
                            words(15),
                            ada.id()));
            for (var edit = 1 + random.nextInt(2); edit > 0; edit--) {
                happens(ada, clock, version.ref(), new ModelEvent.CardWritten(version, card()));
            }
            evidence(ada, version.ref(), clock);
            if (chance(35)) {
                assessment(version, artifact, data, false, clock);
                refused(ada, version.ref(), "review.request", "review.gates-closed", clock);
            }
            assessment(version, artifact, data, true, clock);
            if (signOff(version, artifact, clock)) {
                for (var more = 1 + random.nextInt(2); more > 0; more--) {
                    deployment(version, artifact, one(places), clock.ahead(5));
                }
            }
            if (chance(10)) {
                happens(
                        ada,
                        clock.ahead(60),
                        version.ref(),
                        new ModelEvent.VersionRetired(
                                version, new PersonalText(ada.id(), words(8))));
            }
            clock.passes(18);
        }
    }

    private boolean signOff(ModelVersionId version, Sha256 artifact, Clock clock) {
        var signatures =
                new SignatureRule[] {
                    new SignatureRule(
                            Role.VALIDATOR,
                            1,
                            "I have validated this model version independently of those who built"
                                    + " it."),
                    new SignatureRule(
                            Role.COMPLIANCE_OFFICER,
                            1,
                            "I confirm that this model version meets the policy in force.")
                };
        var manifest =
                new Manifest(
                        List.of(
                                new Manifest.Item(
                                        "artifact",
                                        version.ref(),
                                        artifact,
                                        "SHA-256 " + artifact.brief()),
                                new Manifest.Item(
                                        "model card",
                                        version.ref(),
                                        Sha256.of(words(5)),
                                        "complete"),
                                new Manifest.Item(
                                        "open risks",
                                        version.ref(),
                                        Sha256.of(""),
                                        "0 open, 0 critical")));
        return review(
                version.ref(),
                ada,
                List.of(vera, carl),
                manifest,
                policy("model-sign-off"),
                evaluation(
                        Duration.ofDays(14),
                        gates(
                                version.value(),
                                "training-data-approved",
                                "bias-assessed",
                                "bias-within-limits",
                                "model-card-complete",
                                "no-open-critical-risk"),
                        signatures),
                List.of(
                        new Stake(ada.id(), SeparationRule.DEVELOPER),
                        new Stake(alan.id(), SeparationRule.DATA_OWNER)),
                clock);
    }

    private void assessment(
            ModelVersionId version,
            Sha256 artifact,
            List<DatasetVersionId> data,
            boolean passes,
            Clock clock) {
        var id = AssessmentId.random(version, random);
        var file = Sha256.of(id + " log");
        happens(
                ada,
                clock,
                id.ref(),
                new AssessmentEvent.Started(
                        id,
                        version,
                        artifact,
                        data.isEmpty() ? null : data.getFirst(),
                        file,
                        "predictions-" + version.version() + ".csv",
                        MAPPING,
                        new PinnedRules(Sha256.of(RULES.name()), RULES),
                        Assessment.METHOD,
                        ada.id()));
        var result = result(file, passes);
        var failures =
                result.outcomes().stream()
                        .flatMap(outcome ->
                                outcome.groups().stream()
                                        .filter(group -> group.verdict() == Verdict.FAIL)
                                        .map(group ->
                                                new Failure(
                                                        outcome.rule(),
                                                        String.join(" x ", outcome.attributes()),
                                                        String.join(" x ", group.group()),
                                                        outcome.metric(),
                                                        group.measured(),
                                                        outcome.limit(),
                                                        group.explanation())))
                        .toList();
        var completed =
                happens(
                        Actor.system(),
                        clock,
                        id.ref(),
                        new AssessmentEvent.Completed(
                                id,
                                version,
                                result.verdict(),
                                failures,
                                result.withoutSmallGroups()));
        if (result.verdict() == Verdict.FAIL) {
            risk(
                    RiskId.caused(project, completed.id()),
                    List.of(version.ref(), version.model().ref()),
                    clock.ahead(1),
                    Actor.system(),
                    completed);
        }
    }

    private AssessmentResult result(Sha256 file, boolean passes) {
        var cells = new ArrayList<Cell>();
        for (var sex : List.of("female", "male")) {
            for (var age : List.of("18-29", "30-44", "45-59", "60+")) {
                var rows = 300 + random.nextInt(300);
                var share = (passes || sex.equals("male") ? 58 : 36) + random.nextInt(3);
                var selected = rows * share / 100;
                var group = List.<@Nullable String>of(sex, age);
                cells.add(cell(Cell.Outcome.POSITIVE, Cell.Outcome.POSITIVE, group, selected - 20));
                cells.add(cell(Cell.Outcome.POSITIVE, Cell.Outcome.NEGATIVE, group, 20));
                cells.add(cell(Cell.Outcome.NEGATIVE, Cell.Outcome.POSITIVE, group, 30));
                cells.add(
                        cell(
                                Cell.Outcome.NEGATIVE,
                                Cell.Outcome.NEGATIVE,
                                group,
                                rows - selected - 30));
            }
        }
        return Assessment.of(file, MAPPING, RULES, cells);
    }

    private static Cell cell(
            Cell.Outcome prediction, Cell.Outcome label, List<@Nullable String> group, long rows) {
        return new Cell(prediction, label, group, rows);
    }

    private void deployment(ModelVersionId version, Sha256 artifact, PlaceId place, Clock clock) {
        var id = DeploymentId.random(project, random);
        var production = chance(60);
        var environment = new EnvironmentId(production ? "production" : "staging");
        var requested =
                happens(
                        ada,
                        clock,
                        id.ref(),
                        new DeploymentEvent.Requested(
                                id,
                                version,
                                environment,
                                production,
                                place,
                                PlaceKind.SERVICE,
                                artifact,
                                ada.id(),
                                new PersonalText(ada.id(), words(8))));
        var gates =
                gates(
                        version.value(),
                        "model-signed-off",
                        "sign-off-not-expired",
                        "sign-off-not-revoked",
                        "sign-off-not-stale",
                        "data-approved",
                        "digest-as-signed",
                        "no-open-critical-risk");
        gate(id, false, gates, clock, requested);
        var target = version + " in " + place + ", " + environment;
        var manifest =
                new Manifest(
                        List.of(
                                new Manifest.Item(
                                        "artifact",
                                        id.ref(),
                                        artifact,
                                        "SHA-256 " + artifact.brief()),
                                new Manifest.Item("target", id.ref(), Sha256.of(target), target)));
        var evaluation =
                production
                        ? evaluation(
                                Duration.ofDays(7),
                                gates,
                                new SignatureRule(
                                        Role.RELEASE_MANAGER,
                                        1,
                                        "I release this model version to this environment."))
                        : evaluation(Duration.ofDays(7), gates);
        if (!review(
                id.ref(),
                ada,
                production ? List.of(rene) : List.of(),
                manifest,
                policy("deployment"),
                evaluation,
                List.of(new Stake(ada.id(), SeparationRule.DEVELOPER)),
                clock)) {
            refused(rene, id.ref(), "deployment.activate", "deployment.gate-closed", clock);
            return;
        }
        gate(id, true, gates, clock, drafts.getLast());
        happens(rene, clock, id.ref(), new DeploymentEvent.Activated(id, rene.id(), gates));
        clock.passes(5 + random.nextInt(20));
        if (chance(15)) {
            var closed =
                    happens(
                            rene,
                            clock,
                            id.ref(),
                            new DeploymentEvent.Suspended(
                                    id, rene.id(), new PersonalText(rene.id(), words(10))));
            gate(id, false, gates, clock, closed);
            gate(id, true, gates, clock, closed);
            happens(rene, clock, id.ref(), new DeploymentEvent.Resumed(id, rene.id(), gates));
        }
        if (chance(25)) {
            happens(
                    rene,
                    clock,
                    id.ref(),
                    new DeploymentEvent.RolledBack(
                            id, rene.id(), new PersonalText(rene.id(), words(10))));
        } else if (chance(60)) {
            happens(
                    rene,
                    clock.plusDays(30),
                    id.ref(),
                    new DeploymentEvent.Retired(
                            id, rene.id(), new PersonalText(rene.id(), words(10))));
        }
    }

    private void gate(
            DeploymentId id, boolean open, List<GateResult> gates, Clock clock, Draft cause) {
        caused(
                Actor.system(),
                clock,
                id.ref(),
                cause,
                new DeploymentEvent.GateChanged(
                        id,
                        open
                                ? DeploymentEvent.GateChanged.Gate.OPEN
                                : DeploymentEvent.GateChanged.Gate.CLOSED,
                        open
                                ? List.of()
                                : List.of(
                                        "the deployment is not approved: signatures are still"
                                                + " missing"),
                        gates));
    }

    private void risk(
            RiskId id, List<SubjectRef> subjects, Clock clock, Actor by, @Nullable Draft cause) {
        var rating = new Rating(1 + random.nextInt(5), 1 + random.nextInt(5));
        var raised =
                new RiskEvent.Raised(
                        id,
                        words(6),
                        words(30),
                        one(new String[] {"bias", "privacy", "security", "performance"}),
                        subjects,
                        "applicants",
                        rating,
                        "high",
                        1,
                        cause == null ? null : cause.id(),
                        null);
        if (cause == null) {
            happens(by, clock, id.ref(), raised);
        } else {
            caused(by, clock, id.ref(), cause, raised);
        }
        happens(rosa, clock, id.ref(), new RiskEvent.OwnerAssigned(id, rosa.id()));
        happens(
                rosa,
                clock,
                id.ref(),
                new RiskEvent.InherentRated(id, rating, "high", 1, said(rosa)));
        happens(
                rosa,
                clock,
                id.ref(),
                new RiskEvent.TreatmentPlanned(
                        id, Treatment.MITIGATE, words(25), rosa.id(), day(clock, 60)));
        happens(rosa, clock, id.ref(), new RiskEvent.ReviewScheduled(id, day(clock, 90)));
        clock.passes(10);
        happens(
                rosa,
                clock,
                id.ref(),
                new RiskEvent.ResidualRated(
                        id,
                        new Rating(
                                Math.max(1, rating.likelihood() - 1),
                                Math.max(1, rating.impact() - 1)),
                        "medium",
                        1,
                        said(rosa)));
        if (chance(70)) {
            clock.passes(20);
            happens(carl, clock, id.ref(), new RiskEvent.Closed(id, said(carl), null));
            if (chance(10)) {
                happens(carl, clock, id.ref(), new RiskEvent.Reopened(id, said(carl), null));
            }
        }
    }

    /** Rounds until it is approved or given up; whether it was approved. */
    private boolean review(
            SubjectRef subject,
            Actor requester,
            List<Actor> signers,
            Manifest manifest,
            PolicyRef policy,
            Evaluation evaluation,
            List<Stake> excluded,
            Clock clock) {
        var stream = Review.stream(subject);
        var digest = manifest.digest();
        for (var round = 1; ; round++) {
            var events = new ArrayList<Object>();
            events.add(
                    new ReviewEvent.Requested(
                            stream,
                            round,
                            project,
                            "high",
                            requester.id(),
                            said(requester),
                            manifest,
                            digest,
                            policy,
                            evaluation,
                            excluded,
                            clock.now().plus(evaluation.due())));
            var approved =
                    new ReviewEvent.Approved(
                            stream,
                            round,
                            digest,
                            policy,
                            signers.isEmpty(),
                            clock.now().plus(evaluation.validity()));
            if (signers.isEmpty()) {
                events.add(approved);
                command(requester, clock, stream, events.toArray());
                return true;
            }
            command(requester, clock, stream, events.toArray());
            if (chance(20)) {
                refused(requester, subject, "review.sign", "review.own-request", clock);
            }
            if (chance(4)) {
                happens(
                        requester,
                        clock,
                        stream,
                        new ReviewEvent.Withdrawn(stream, round, requester.id(), said(requester)));
                return false;
            }
            for (var i = 0; i < signers.size(); i++) {
                var signer = signers.get(i);
                var rule = evaluation.rules().get(i);
                clock.passes(1);
                if (chance(12)) {
                    var rejected = chance(25);
                    command(
                            signer,
                            clock,
                            stream,
                            signature(
                                    stream,
                                    round,
                                    signer,
                                    rule,
                                    rejected
                                            ? io.countersign.governance.review.Verdict.REJECT
                                            : io.countersign.governance.review.Verdict.RETURN,
                                    evaluation,
                                    digest,
                                    clock),
                            rejected
                                    ? new ReviewEvent.Rejected(stream, round, signer.id())
                                    : new ReviewEvent.Returned(stream, round, signer.id()));
                    if (rejected) {
                        return false;
                    }
                    break;
                }
                var signed =
                        signature(
                                stream,
                                round,
                                signer,
                                rule,
                                io.countersign.governance.review.Verdict.APPROVE,
                                evaluation,
                                digest,
                                clock);
                if (i < signers.size() - 1) {
                    happens(signer, clock, stream, signed);
                } else {
                    command(signer, clock, stream, signed, approved);
                    if (chance(4)) {
                        happens(
                                carl,
                                clock.plusDays(30),
                                stream,
                                new ReviewEvent.Revoked(
                                        stream,
                                        round,
                                        carl.id(),
                                        Role.COMPLIANCE_OFFICER,
                                        said(carl)));
                    }
                    return true;
                }
            }
        }
    }

    private ReviewEvent.Signed signature(
            SubjectRef stream,
            int round,
            Actor signer,
            SignatureRule rule,
            io.countersign.governance.review.Verdict verdict,
            Evaluation evaluation,
            Sha256 digest,
            Clock clock) {
        return new ReviewEvent.Signed(
                stream,
                round,
                new Signature(
                        signer.id(),
                        null,
                        rule.role(),
                        verdict,
                        rule.meaning(),
                        new PersonalText(signer.id(), "Person " + signer.id()),
                        said(signer),
                        clock.now(),
                        clock.now(),
                        digest),
                verdict == io.countersign.governance.review.Verdict.APPROVE
                        ? evaluation.gates()
                        : List.of());
    }

    private void evidence(Actor by, SubjectRef subject, Clock clock) {
        if (chance(40)) {
            var digest = Sha256.of(subject + " file");
            var id = EvidenceId.of(subject, digest);
            happens(
                    by,
                    clock,
                    id.ref(),
                    new EvidenceEvent.Attached(
                            id,
                            subject,
                            digest,
                            "notes.pdf",
                            EvidenceType.PDF,
                            10_000 + random.nextInt(100_000),
                            said(by),
                            clock.now().plus(Duration.ofDays(3650))));
        }
    }

    private void refused(Actor by, SubjectRef subject, String command, String code, Clock clock) {
        happens(
                by,
                clock,
                new SubjectRef(SubjectKind.REFUSAL, uuid()),
                new RefusalEvent.Recorded(
                        command, subject, code, said(by), Map.of("subject", subject.toString())));
    }

    private Draft happens(Actor actor, Clock clock, SubjectRef stream, Object payload) {
        command(actor, clock, stream, payload);
        return drafts.getLast();
    }

    private void caused(Actor actor, Clock clock, SubjectRef stream, Draft cause, Object payload) {
        clock.ticks();
        drafts.add(
                new Draft(
                        uuid(),
                        stream,
                        payload,
                        actor,
                        clock.now(),
                        uuid(),
                        cause.correlation(),
                        cause.id()));
    }

    private void command(Actor actor, Clock clock, SubjectRef stream, Object... payloads) {
        clock.ticks();
        var command = uuid();
        var fresh =
                actor.isSystem()
                        ? actor
                        : new Actor(actor.id(), null, actor.channel(), clock.now(), actor.grants());
        for (var payload : payloads) {
            drafts.add(
                    new Draft(
                            uuid(),
                            stream,
                            payload,
                            fresh,
                            clock.now(),
                            command,
                            command,
                            command));
        }
    }

    /** Goes on by minutes or hours with each thing that happens. */
    private final class Clock {
        private Instant now;

        Clock(Instant now) {
            this.now = now;
        }

        Instant now() {
            return now;
        }

        void ticks() {
            now = now.plusMillis(60_000 + random.nextInt(4 * 3_600_000));
        }

        void passes(int days) {
            now = now.plus(Duration.ofDays(days));
        }

        Clock plusDays(int days) {
            return new Clock(now.plus(Duration.ofDays(days)));
        }

        /** At some time in the next days, beside what goes on here. */
        Clock ahead(int days) {
            return new Clock(now.plusMillis(random.nextLong(days * 86_400_000L)));
        }
    }

    private Actor person(String name, Role role) {
        return new Actor(
                new UserId("u-" + name),
                null,
                chanceOfApi() ? Channel.API : Channel.PAGE,
                null,
                Set.of(new Actor.Grant(role, role.equals(Role.REQUESTER) ? project : null)));
    }

    private boolean chanceOfApi() {
        return chance(30);
    }

    private Datasheet datasheet() {
        return new Datasheet(
                words(20), words(20), words(20), words(20), words(20), words(20), words(20));
    }

    private ModelCard card() {
        return new ModelCard(
                words(15), words(15), words(15), words(15), words(15), words(15), words(15),
                words(15), words(15));
    }

    private PersonalText said(Actor by) {
        return new PersonalText(by.id(), words(8));
    }

    private static PolicyRef policy(String name) {
        return new PolicyRef(name, 1, Sha256.of(name));
    }

    private static Evaluation evaluation(
            Duration due, List<GateResult> gates, SignatureRule... signatures) {
        return new Evaluation(
                gates,
                List.of(signatures),
                due,
                Duration.ofDays(365),
                Set.of(SeparationRule.values()));
    }

    private static List<GateResult> gates(String subject, String... names) {
        var gates = new ArrayList<GateResult>();
        for (var name : names) {
            gates.add(
                    new GateResult(
                            name,
                            GateResult.Status.PASSED,
                            "It holds that " + name.replace('-', ' ') + ".",
                            "",
                            "high",
                            Map.of("subject", subject, "holds", true)));
        }
        return gates;
    }

    private static LocalDate day(Clock clock, int later) {
        return LocalDate.ofInstant(clock.now(), ZoneOffset.UTC).plusDays(later);
    }

    private String words(int count) {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ").append(one(WORDS));
        }
        return text.toString();
    }

    private String uuid() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    /** True so many times of a hundred. */
    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private <T> T one(T[] of) {
        return of[random.nextInt(of.length)];
    }
}
