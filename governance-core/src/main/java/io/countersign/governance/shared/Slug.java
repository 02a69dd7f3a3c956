package io.countersign.governance.shared;

import java.util.random.RandomGenerator;

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

    /** Eight characters of {@link #random}: 40 bits, for ids that nobody chooses. */
    public static final String RANDOM_PATTERN = "[0-9a-hjkmnp-tv-z]{8}";

    private static final String BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz";

    /** Of Crockford's base 32, which leaves out i, l, o and u: {@code 7f3k2a9d}. */
    public static String random(RandomGenerator random) {
        var key = new StringBuilder();
        for (var i = 0; i < 8; i++) {
            key.append(BASE_32.charAt(random.nextInt(32)));
        }
        return key.toString();
    }

    private Slug() {}
}
