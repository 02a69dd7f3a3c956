package io.countersign.governance.configuration;

import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.shared.Sha256;

/** What has happened to a configuration file. */
public sealed interface ConfigurationEvent {
    /**
     * @param version counted from 1, by adoption
     * @param sha256 of the content as UTF-8
     * @param content the whole file, so that a decision can be made again from it
     */
    @EventName("configuration.adopted")
    record Adopted(String file, int version, Sha256 sha256, String content, String reason)
            implements ConfigurationEvent {}
}
