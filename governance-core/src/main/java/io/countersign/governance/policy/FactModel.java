package io.countersign.governance.policy;

import static io.countersign.governance.shared.SubjectKind.DATASET_VERSION;
import static io.countersign.governance.shared.SubjectKind.DEPLOYMENT;
import static io.countersign.governance.shared.SubjectKind.MODEL_VERSION;
import static io.countersign.governance.shared.SubjectKind.WAIVER;

import io.countersign.governance.shared.SubjectKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Every fact a policy may ask about. Capabilities supply exactly these; {@code
 * docs/policy-facts.md} is generated from here, and a policy that names any other does not parse.
 */
public final class FactModel {
    /**
     * @param path dotted, from one of the variables
     * @param type of the value, for people
     * @param kinds the subjects it is supplied for
     */
    public record Fact(String path, String type, String meaning, Set<SubjectKind> kinds) {}

    private static final Set<SubjectKind> ALL =
            EnumSet.of(DATASET_VERSION, MODEL_VERSION, DEPLOYMENT, WAIVER);
    private static final Set<SubjectKind> DATA = EnumSet.of(DATASET_VERSION);
    private static final Set<SubjectKind> MODEL = EnumSet.of(MODEL_VERSION);
    private static final Set<SubjectKind> RELEASE = EnumSet.of(DEPLOYMENT);
    private static final Set<SubjectKind> WAIVERS = EnumSet.of(WAIVER);
    private static final Set<SubjectKind> WITH_RISKS = EnumSet.of(MODEL_VERSION, DEPLOYMENT);
    private static final String DATASETS = "list of {id, approved, validUntil}";
    private static final String FAILURES =
            "list of {rule, attribute, group, metric, value, limit, text}";

    public static final List<Fact> FACTS =
            List.of(
                    new Fact("now", "time", "The moment of the decision.", ALL),
                    new Fact("subject.kind", "text", "Kind of the subject under review.", ALL),
                    new Fact("subject.id", "text", "Its id.", ALL),
                    new Fact("review.round", "number", "Which request this is, from 1.", ALL),
                    new Fact("review.requester", "text", "Pseudonym of who asked.", ALL),
                    new Fact("project.id", "text", "The project it belongs to.", ALL),
                    new Fact(
                            "project.riskTier",
                            "text",
                            "low, medium, high, critical or prohibited; in the last nothing is"
                                    + " approved, whatever the policy says.",
                            ALL),
                    new Fact("project.jurisdictions", "list of text", "Where it is used.", ALL),
                    new Fact("dataset.id", "text", "The dataset.", DATA),
                    new Fact("dataset.version", "text", "Its version.", DATA),
                    new Fact("dataset.sha256", "text", "SHA-256 of its content.", DATA),
                    new Fact(
                            "dataset.datasheetComplete",
                            "true or false",
                            "Each of the seven parts of the datasheet is written.",
                            DATA),
                    new Fact(
                            "dataset.datasheetMissing",
                            "list of text",
                            "The parts that are not.",
                            DATA),
                    new Fact("dataset.licence", "text", "Its licence, empty if not given.", DATA),
                    new Fact(
                            "dataset.legalBasis",
                            "text",
                            "The legal basis for using it, empty if not given.",
                            DATA),
                    new Fact(
                            "dataset.sensitiveAttributes",
                            "list of text",
                            "Columns that say who people are.",
                            DATA),
                    new Fact(
                            "dataset.lineageApproved",
                            "true or false",
                            "Every source version is approved and in force.",
                            DATA),
                    new Fact(
                            "dataset.sources",
                            "list of {id, approved}",
                            "The dataset versions it was made from.",
                            DATA),
                    new Fact("model.id", "text", "The model.", WITH_RISKS),
                    new Fact("model.version", "text", "Its version.", WITH_RISKS),
                    new Fact("model.digest", "text", "SHA-256 of the artifact.", MODEL),
                    new Fact(
                            "model.modelCardComplete",
                            "true or false",
                            "Each part of the model card is written.",
                            MODEL),
                    new Fact(
                            "model.modelCardMissing",
                            "list of text",
                            "The parts that are not.",
                            MODEL),
                    new Fact(
                            "model.trainingDatasets",
                            DATASETS,
                            "The dataset versions it was trained on.",
                            MODEL),
                    new Fact(
                            "model.testDatasets",
                            DATASETS,
                            "The dataset versions it was tested on.",
                            MODEL),
                    new Fact(
                            "model.signedOff",
                            "true or false",
                            "The version has been signed off.",
                            RELEASE),
                    new Fact(
                            "model.signOffValidUntil",
                            "time",
                            "When the sign-off ends; missing where there is none.",
                            RELEASE),
                    new Fact("model.expired", "true or false", "The sign-off has ended.", RELEASE),
                    new Fact(
                            "model.revoked",
                            "true or false",
                            "The sign-off was taken back.",
                            RELEASE),
                    new Fact(
                            "model.stale",
                            "true or false",
                            "Something the sign-off rests on has got worse.",
                            RELEASE),
                    new Fact(
                            "model.signedDigest",
                            "text",
                            "SHA-256 of the artifact that was signed off.",
                            RELEASE),
                    new Fact(
                            "model.dataApproved",
                            "true or false",
                            "Every training dataset is approved and in force.",
                            RELEASE),
                    new Fact(
                            "model.unapprovedDatasets",
                            "list of text",
                            "The training datasets that are not.",
                            RELEASE),
                    new Fact(
                            "assessment.present",
                            "true or false",
                            "A bias assessment is recorded for the model version.",
                            MODEL),
                    new Fact(
                            "assessment.id",
                            "text",
                            "The latest one; with all below missing where there is none.",
                            MODEL),
                    new Fact(
                            "assessment.modelVersionMatches",
                            "true or false",
                            "It is of this very version and artifact.",
                            MODEL),
                    new Fact(
                            "assessment.verdict",
                            "text",
                            "pass, fail, inconclusive or not-evaluated.",
                            MODEL),
                    new Fact("assessment.ruleSet", "text", "The limits it was held to.", MODEL),
                    new Fact(
                            "assessment.failures",
                            FAILURES,
                            "Each limit that was missed, with the group and the number.",
                            MODEL),
                    new Fact(
                            "assessment.worst",
                            "one of the failures",
                            "The failure furthest from its limit; missing where none failed.",
                            MODEL),
                    new Fact("risks.open", "number", "Open risks of the subject.", WITH_RISKS),
                    new Fact("risks.openCritical", "number", "Critical ones of them.", WITH_RISKS),
                    new Fact("risks.criticalIds", "list of text", "Their ids.", WITH_RISKS),
                    new Fact("deployment.id", "text", "The deployment.", RELEASE),
                    new Fact(
                            "deployment.digest",
                            "text",
                            "SHA-256 of the artifact to be deployed.",
                            RELEASE),
                    new Fact("deployment.environment", "text", "Key of the environment.", RELEASE),
                    new Fact(
                            "deployment.production",
                            "true or false",
                            "The deployment is to production.",
                            RELEASE),
                    new Fact(
                            "deployment.placeKind",
                            "text",
                            "application, service or pipeline.",
                            RELEASE),
                    new Fact("environment.key", "text", "The environment.", RELEASE),
                    new Fact(
                            "environment.production",
                            "true or false",
                            "The environment counts as production.",
                            RELEASE),
                    new Fact("waiver.id", "text", "The waiver.", WAIVERS),
                    new Fact("waiver.gate", "text", "Id of the gate it waives.", WAIVERS),
                    new Fact(
                            "waiver.subject",
                            "text",
                            "What the gate is asked about, as kind:id.",
                            WAIVERS),
                    new Fact(
                            "waiver.environment",
                            "text",
                            "The only environment it holds for; missing where it names none.",
                            WAIVERS),
                    new Fact("waiver.until", "time", "When it ends.", WAIVERS),
                    new Fact(
                            "waiver.waivable",
                            "true or false",
                            "The policy in force lets the gate be waived.",
                            WAIVERS),
                    new Fact(
                            "waiver.by",
                            "list of text",
                            "The roles of which policy wanted one to sign it, when it was asked"
                                    + " for.",
                            WAIVERS));

    private FactModel() {}

    /** The names expressions begin with. */
    static Set<String> variables() {
        return FACTS.stream().map(fact -> variable(fact.path())).collect(Collectors.toSet());
    }

    /** A fact, or something within or above one, of this kind of subject. */
    static boolean knows(SubjectKind kind, String path) {
        return FACTS.stream()
                .filter(fact -> fact.kinds().contains(kind))
                .anyMatch(fact ->
                        fact.path().equals(path)
                                || fact.path().startsWith(path + ".")
                                || path.startsWith(fact.path() + "."));
    }

    /** The text of {@code docs/policy-facts.md}. */
    public static String markdown() {
        var text =
                new StringBuilder(
                        """
                        # Facts that policies can ask about

                        Generated from `FactModel`; do not edit by hand.

                        Conditions in `config/policies/*.yml` are written in CEL (https://cel.dev) over these
                        facts. A fact that is missing closes the gate that reads it, with the status `ERROR`, unless
                        the condition is decided without it (`a || b` where `a` holds); use
                        `has(assessment.worst)` where missing is no fault. A name that is not in these tables stops
                        the file from being read. Times are texts in ISO 8601; compare them with
                        `timestamp(now) < timestamp(model.signOffValidUntil)`.

                        Besides CEL's own functions and its `strings` extension (`join`, `split`, `replace`, ...):

                        - `figure(value, limit)`: a number with two decimals, or as many more as it takes to tell it
                          from the limit, so that 0.797 never reads as "0.80, limit 0.80".
                        - `figure(value)`: a number with two decimals, or more where it has more.

                        A fact that **can get worse** may move after an approval. When it does, the gates of the
                        edition the approval was given under are asked again, and one that was open and now is
                        not makes the approval stale, unless it says `stale: false`. A gate that reads only
                        other facts never does.
                        """);
        for (var kind : ALL) {
            text.append("\n## ").append(kind.title()).append("\n\n");
            text.append("| fact | type | meaning | can get worse |\n|---|---|---|---|\n");
            FACTS.stream()
                    .filter(fact -> fact.kinds().contains(kind))
                    .forEach(fact ->
                            text.append("| `")
                                    .append(fact.path())
                                    .append("` | ")
                                    .append(fact.type())
                                    .append(" | ")
                                    .append(fact.meaning())
                                    .append(
                                            Change.of(fact.path()).isPresent()
                                                    ? " | yes |\n"
                                                    : " | |\n"));
        }
        return text.toString();
    }

    private static String variable(String path) {
        var dot = path.indexOf('.');
        return dot < 0 ? path : path.substring(0, dot);
    }
}
