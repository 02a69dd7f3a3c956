package io.countersign.governance.shared;

/** The form of keys that people choose and that appear in addresses. */
public final class Slug {
    /** Keys of projects, datasets, models, environments and places. */
    public static final String PATTERN = "[a-z0-9][a-z0-9-]{1,39}";

    public static final String RULE =
            "use 2 to 40 characters of a-z, 0-9 and '-', beginning with a letter or digit";

    /** Version labels, such as {@code 1.2.0} or {@code 2026-03}. */
    public static final String VERSION_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,39}";

    public static final String VERSION_RULE =
            "use 1 to 40 characters of letters, digits, '.', '_' and '-', beginning with a letter"
                    + " or digit";

    private Slug() {}
}
