package io.countersign.governance.dataset;

import io.countersign.governance.shared.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A datasheet in its seven parts (Gebru et al., Datasheets for Datasets, Communications of the ACM
 * 64(12), 2021, section 3). A part not written yet is the empty string.
 */
public record Datasheet(
        String motivation,
        String composition,
        String collection,
        String preprocessing,
        String uses,
        String distribution,
        String maintenance) {
    public Datasheet {
        motivation = Text.optional("motivation", motivation, Text.LONG);
        composition = Text.optional("composition", composition, Text.LONG);
        collection = Text.optional("collection", collection, Text.LONG);
        preprocessing = Text.optional("preprocessing", preprocessing, Text.LONG);
        uses = Text.optional("uses", uses, Text.LONG);
        distribution = Text.optional("distribution", distribution, Text.LONG);
        maintenance = Text.optional("maintenance", maintenance, Text.LONG);
    }

    /** The parts by name, in the order of the publication. */
    public Map<String, String> parts() {
        var parts = new LinkedHashMap<String, String>();
        parts.put("motivation", motivation);
        parts.put("composition", composition);
        parts.put("collection", collection);
        parts.put("preprocessing", preprocessing);
        parts.put("uses", uses);
        parts.put("distribution", distribution);
        parts.put("maintenance", maintenance);
        return parts;
    }

    /** The names of the parts not written yet. */
    public List<String> missing() {
        return parts().entrySet().stream()
                .filter(part -> part.getValue().isBlank())
                .map(Map.Entry::getKey)
                .toList();
    }
}
