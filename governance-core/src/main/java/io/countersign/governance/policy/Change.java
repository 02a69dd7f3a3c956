package io.countersign.governance.policy;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A kind of fact that can get worse after an approval, with the paths in {@link FactModel} that it
 * moves. A fact that belongs to none of these is fixed with its subject. Names are stored in
 * events.
 */
public enum Change {
    /** The approval of a dataset version ended, or the version was retired. */
    DATA_APPROVAL(
            "dataset.lineageApproved",
            "dataset.sources",
            "model.trainingDatasets",
            "model.testDatasets",
            "model.dataApproved",
            "model.unapprovedDatasets"),
    /** The sign-off of a model version ended. */
    SIGN_OFF(
            "model.signedOff",
            "model.signOffValidUntil",
            "model.expired",
            "model.revoked",
            "model.stale",
            "model.signedDigest"),
    /** A bias assessment was completed. */
    ASSESSMENT("assessment"),
    /** A risk was opened or rated, or the scale that rates them was replaced. */
    RISK("risks"),
    DATASHEET("dataset.datasheetComplete", "dataset.datasheetMissing"),
    MODEL_CARD("model.modelCardComplete", "model.modelCardMissing"),
    /** The project was amended, its risk tier perhaps with it. */
    PROJECT("project.riskTier", "project.jurisdictions");

    /** Stands for all risks: the file by which they are rated was replaced. */
    public static final String RISK_SCALE = "risk-scale.yml";

    private final Set<String> paths;

    Change(String... paths) {
        this.paths = Set.of(paths);
    }

    /** What moves this fact, or empty where nothing does after an approval. */
    public static Optional<Change> of(String path) {
        return Arrays.stream(values()).filter(change -> change.moves(path)).findFirst();
    }

    static boolean moves(Collection<String> paths) {
        return paths.stream().anyMatch(path -> of(path).isPresent());
    }

    /** Whether a fact, or something within or above it, is moved by this. */
    boolean moves(String path) {
        return paths.stream()
                .anyMatch(moved ->
                        moved.equals(path)
                                || path.startsWith(moved + ".")
                                || moved.startsWith(path + "."));
    }

    /**
     * Whether a gate that reads these facts, and is closed by them, is closed by what moved and not
     * by something else: the facts that list ids say which one is in the way.
     *
     * @param id of what moved
     * @param reads the paths the gate's condition reads
     */
    boolean closes(String id, Set<String> reads, Facts facts) {
        var moved = reads.stream().filter(this::moves).toList();
        if (moved.isEmpty()) {
            return false;
        }
        return switch (this) {
            case DATA_APPROVAL ->
                    moved.stream().anyMatch(path -> unapproved(facts, list(path)).contains(id));
            case ASSESSMENT -> facts.at("assessment.id").filter(id::equals).isPresent();
            case RISK ->
                    id.equals(RISK_SCALE)
                            || moved.stream()
                                    .anyMatch(path ->
                                            path.equals("risks") || path.equals("risks.open"))
                            || texts(facts, "risks.criticalIds").contains(id);
            case SIGN_OFF, DATASHEET, MODEL_CARD, PROJECT -> true;
        };
    }

    /** The fact that names the datasets a fact speaks of. */
    private static String list(String path) {
        return switch (path) {
            case "dataset.lineageApproved" -> "dataset.sources";
            case "model.dataApproved" -> "model.unapprovedDatasets";
            default -> path;
        };
    }

    private static List<Object> unapproved(Facts facts, String path) {
        return facts.at(path).stream()
                .flatMap(value -> value instanceof Collection<?> list ? list.stream() : null)
                .<Object>map(entry ->
                        entry instanceof Map<?, ?> dataset
                                ? Boolean.TRUE.equals(dataset.get("approved"))
                                        ? ""
                                        : String.valueOf(dataset.get("id"))
                                : entry)
                .toList();
    }

    private static List<?> texts(Facts facts, String path) {
        return facts.at(path).orElse(List.of()) instanceof List<?> list ? list : List.of();
    }
}
