package io.countersign.governance.model;

import io.countersign.governance.shared.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model card in its nine sections (Mitchell et al., Model Cards for Model Reporting, FAT* 2019,
 * section 4). A section not written yet is the empty string.
 */
public record ModelCard(
        String modelDetails,
        String intendedUse,
        String factors,
        String metrics,
        String evaluationData,
        String trainingData,
        String quantitativeAnalyses,
        String ethicalConsiderations,
        String caveatsAndRecommendations) {
    public static final ModelCard EMPTY = new ModelCard("", "", "", "", "", "", "", "", "");

    public ModelCard {
        modelDetails = Text.optional("modelDetails", modelDetails, Text.LONG);
        intendedUse = Text.optional("intendedUse", intendedUse, Text.LONG);
        factors = Text.optional("factors", factors, Text.LONG);
        metrics = Text.optional("metrics", metrics, Text.LONG);
        evaluationData = Text.optional("evaluationData", evaluationData, Text.LONG);
        trainingData = Text.optional("trainingData", trainingData, Text.LONG);
        quantitativeAnalyses =
                Text.optional("quantitativeAnalyses", quantitativeAnalyses, Text.LONG);
        ethicalConsiderations =
                Text.optional("ethicalConsiderations", ethicalConsiderations, Text.LONG);
        caveatsAndRecommendations =
                Text.optional("caveatsAndRecommendations", caveatsAndRecommendations, Text.LONG);
    }

    /** The sections by name, in the order of the publication. */
    public Map<String, String> sections() {
        var sections = new LinkedHashMap<String, String>();
        sections.put("model details", modelDetails);
        sections.put("intended use", intendedUse);
        sections.put("factors", factors);
        sections.put("metrics", metrics);
        sections.put("evaluation data", evaluationData);
        sections.put("training data", trainingData);
        sections.put("quantitative analyses", quantitativeAnalyses);
        sections.put("ethical considerations", ethicalConsiderations);
        sections.put("caveats and recommendations", caveatsAndRecommendations);
        return sections;
    }

    /** The names of the sections not written yet. */
    public List<String> missing() {
        return sections().entrySet().stream()
                .filter(section -> section.getValue().isBlank())
                .map(Map.Entry::getKey)
                .toList();
    }
}
