package io.countersign.governance.place;

import java.util.Locale;

/** What a model runs in. */
public enum PlaceKind {
    APPLICATION,
    SERVICE,
    PIPELINE;

    /** In small letters, as policies and people write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
