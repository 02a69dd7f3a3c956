package io.countersign.reporting.document;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
     * @param anchor what the ledger has signed of that position; null while it has not
     */
    public record Meta(
            long position,
            Instant positionTime,
            String template,
            String templateVersion,
            List<Block.Definition> facts,
            @Nullable Anchor anchor) {
        public Meta {
            facts = List.copyOf(facts);
        }
    }

    /**
     * The first published checkpoint of the ledger that covers a position: for one position always
     * the same. It is not part of the report's data, and so not of its digest.
     *
     * @param origin the log's name
     * @param size events it covers
     * @param root of the tree, base64, as the checkpoint has it
     */
    public record Anchor(String origin, long size, String root) {
        /** In one sentence without a stop. */
        public String words() {
            return "Checkpoint of " + origin + ", " + size + " events, root " + root;
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
