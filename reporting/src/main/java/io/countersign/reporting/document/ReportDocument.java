package io.countersign.reporting.document;

import java.time.Instant;
import java.util.List;

/**
 * What a report says, in the order it says it; the same for every format.
 *
 * @param data what the document was made from, and what its digest covers
 */
public record ReportDocument(
        String title, String subtitle, Meta meta, List<Section> sections, ReportData data) {
    /**
     * @param position of the ledger; everything in the report is as of it
     * @param positionTime when that was; a report knows no other clock
     * @param template such as {@code bias-and-risk}
     * @param templateVersion such as {@code 1}
     * @param facts shown on top, beside those: subject, parameters, policy
     */
    public record Meta(
            long position,
            Instant positionTime,
            String template,
            String templateVersion,
            List<Block.Definition> facts) {
        public Meta {
            facts = List.copyOf(facts);
        }
    }

    /** A heading, in the outline as well, and what is under it. */
    public record Section(String heading, List<Block> blocks) {
        public Section {
            blocks = List.copyOf(blocks);
        }
    }

    public ReportDocument {
        sections = List.copyOf(sections);
    }
}
