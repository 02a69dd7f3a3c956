package io.countersign.bench;

import io.countersign.governance.database.EmbeddedDatabase;
import io.countersign.governance.database.Migrations;
import io.countersign.governance.keys.KeyFolder;
import io.countersign.governance.readmodel.Rebuild;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A rebuild of all read models from histories of {@code countersign.bench.events} events (1,000,000
 * where not given), on the embedded PostgreSQL as it is shipped. {@code countersign.bench.home}
 * names a folder to keep the loaded database in, for the next time.
 */
class RebuildBench {
    private static final long EVENTS = Long.getLong("countersign.bench.events", 1_000_000);
    private static final int BATCH = Integer.getInteger("countersign.bench.batch", 5_000);

    @Test
    void rebuilds_all_read_models() throws IOException {
        var named = System.getProperty("countersign.bench.home");
        var home =
                named == null
                        ? Files.createTempDirectory("bench")
                        : Files.createDirectories(Path.of(named));
        var keys = KeyFolder.open(home.resolve("keys"));
        try (var database = EmbeddedDatabase.start(home)) {
            Migrations.run(database.access());
            var db = JdbcClient.create(database.access().ownerSource());
            var there = db.sql("select size from log_state").query(Long.class).single();
            if (there < EVENTS) {
                var began = System.nanoTime();
                HistoryLoad.run(database.access(), keys, 1, EVENTS - there);
                System.out.printf(
                        Locale.ROOT,
                        "loaded %,d events in %.0f s%n",
                        EVENTS - there,
                        seconds(began));
            }
            var began = System.nanoTime();
            var tenth = new long[] {0};
            var ended =
                    Rebuild.run(
                            database.access(),
                            keys,
                            BATCH,
                            progress -> {
                                if (progress.done() >= tenth[0]) {
                                    tenth[0] += Math.max(1, progress.total() / 10);
                                    System.out.printf(
                                            Locale.ROOT,
                                            "%,9d events, %.1f s, heap in use %d MB, live after the"
                                                    + " last collection %d MB%n",
                                            progress.done(),
                                            progress.elapsed().toMillis() / 1e3,
                                            used() >> 20,
                                            live() >> 20);
                                }
                            },
                            () -> false);
            System.out.printf(
                    Locale.ROOT,
                    "rebuilt %,d events in %.1f s: %.0f events/s (wanted 10,000); on %d processors,"
                            + " %s, heap up to %d MB%n",
                    ended.done(),
                    seconds(began),
                    ended.done() / seconds(began),
                    Runtime.getRuntime().availableProcessors(),
                    System.getProperty("os.name"),
                    Runtime.getRuntime().maxMemory() >> 20);
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static long used() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** What the collections left: the figure that would grow with the events if memory leaked. */
    private static long live() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getCollectionUsage)
                .filter(usage -> usage != null)
                .mapToLong(java.lang.management.MemoryUsage::getUsed)
                .sum();
    }
}
