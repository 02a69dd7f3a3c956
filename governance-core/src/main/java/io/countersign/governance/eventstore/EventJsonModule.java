package io.countersign.governance.eventstore;

import tools.jackson.databind.JacksonModule;

/** A Jackson module for stored events and read models, kept apart from those of the web. */
public record EventJsonModule(JacksonModule module) {}
