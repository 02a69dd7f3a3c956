package io.countersign.reporting.picture;

import java.util.Locale;

/**
 * What a mark is painted with: a class of the style sheet, or the same colour fixed for white
 * paper.
 */
enum Ink {
    TEXT("fill=\"#1a211e\""),
    MUTED("fill=\"#55605b\""),
    ON_LEVEL("fill=\"#1a211e\""),
    LINE("stroke=\"#d3d9d5\""),
    AXIS("stroke=\"#7d8883\""),
    LIMIT("stroke=\"#9d2029\""),
    LIMIT_TEXT("fill=\"#9d2029\""),
    BAR("fill=\"#0b5d52\""),
    BAR_BAD("fill=\"#9d2029\""),
    TRACK("fill=\"#eff1ee\""),
    WHISKER("stroke=\"#1a211e\""),
    PAPER("fill=\"#ffffff\""),
    SURFACE("fill=\"#ffffff\" stroke=\"#7d8883\""),
    GOOD("fill=\"#12603a\""),
    WAIT("fill=\"#1c4f8f\""),
    WARN("fill=\"#774700\""),
    BAD("fill=\"#9d2029\""),
    QUIET("fill=\"#4a5551\""),
    LEVEL_1("fill=\"#dcefe2\""),
    LEVEL_2("fill=\"#edf2c8\""),
    LEVEL_3("fill=\"#fbe3a6\""),
    LEVEL_4("fill=\"#f6bd8b\""),
    LEVEL_5("fill=\"#ea9590\""),
    HATCH("stroke=\"#1a211e\" stroke-opacity=\"0.28\""),
    HATCH_LIGHT("stroke=\"#ffffff\" stroke-opacity=\"0.75\"");

    private final String fixed;

    Ink(String fixed) {
        this.fixed = fixed;
    }

    String attributes(Palette palette) {
        return switch (palette) {
            case PAGE, PHONE ->
                    "class=\"p-" + name().toLowerCase(Locale.ROOT).replace('_', '-') + "\"";
            case FIXED -> fixed;
        };
    }
}
