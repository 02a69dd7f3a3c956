package io.countersign.web.start;

import io.countersign.governance.database.DatabaseAccess;
import io.countersign.governance.database.EmbeddedDatabase;
import io.countersign.governance.database.Migrations;
import org.jspecify.annotations.Nullable;

/**
 * The database, migrated.
 *
 * @param embedded null where somebody else runs it
 */
record RunningDatabase(DatabaseAccess access, @Nullable EmbeddedDatabase embedded)
        implements AutoCloseable {
    static RunningDatabase start(Settings settings) {
        var database = settings.database();
        var url = database.url();
        if (url == null || url.isBlank()) {
            var embedded = EmbeddedDatabase.start(settings.home());
            try {
                return migrated(new RunningDatabase(embedded.access(), embedded));
            } catch (RuntimeException e) {
                embedded.close();
                throw e;
            }
        }
        try {
            return migrated(
                    new RunningDatabase(
                            DatabaseAccess.external(
                                    url,
                                    database.username(),
                                    database.password(),
                                    database.ownerUsername(),
                                    database.ownerPassword()),
                            null));
        } catch (IllegalArgumentException e) {
            throw new CannotStart(
                    String.valueOf(e.getMessage()), "Correct the settings of the database.", e);
        }
    }

    private static RunningDatabase migrated(RunningDatabase database) {
        Migrations.run(database.access());
        return database;
    }

    @Override
    public void close() {
        if (embedded != null) {
            embedded.close();
        }
    }
}
