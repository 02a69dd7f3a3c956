package io.countersign.web;

import io.countersign.bench.HistoryLoad;
import io.countersign.governance.database.EmbeddedDatabase;
import io.countersign.governance.keys.KeyFolder;
import io.countersign.governance.readmodel.Rebuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The product on generated histories of 10,000 events and of {@code countersign.bench.events}
 * (1,000,000 where not given), in a process of its own on the embedded PostgreSQL: how long it
 * takes to start, what its pages take over HTTP, signed in, and what memory it holds after. {@code
 * countersign.bench.pages} names a folder to keep the loaded databases in, for the next time.
 */
class ScaleBench {
    private static final long SMALL = 10_000;
    private static final long LARGE = Long.getLong("countersign.bench.events", 1_000_000);
    private static final int WARM = Integer.getInteger("countersign.bench.warm", 40);
    private static final int ASKED = Integer.getInteger("countersign.bench.asked", 60);

    private static final Pattern LINK = Pattern.compile("/link/(\\S+?)[\"\\s]");
    private static final String[] AS_SHIPPED = {"-XX:TieredStopAtLevel=4"};

    @Test
    void pages_take_as_long_at_a_million_events_as_at_ten_thousand() throws Exception {
        var small = measured(SMALL);
        var large = measured(LARGE);
        System.out.printf(
                "%-44s %10s %10s %10s %10s %6s%n",
                "milliseconds", "p50 small", "p95 small", "p50 large", "p95 large", "ratio");
        small.forEach((page, before) -> {
            var after = java.util.Objects.requireNonNull(large.get(page));
            System.out.printf(
                    Locale.ROOT,
                    "%-44s %10.1f %10.1f %10.1f %10.1f %6.2f%n",
                    page,
                    before.p50(),
                    before.p95(),
                    after.p50(),
                    after.p95(),
                    after.p95() / before.p95());
        });
    }

    /** In milliseconds. */
    private record Taken(double p50, double p95) {
        static Taken of(ArrayList<Double> each) {
            var sorted = each.stream().sorted().toList();
            return new Taken(sorted.get(sorted.size() / 2), sorted.get(sorted.size() * 95 / 100));
        }
    }

    private static Map<String, Taken> measured(long events) throws Exception {
        var named = System.getProperty("countersign.bench.pages");
        var home =
                (named == null ? Files.createTempDirectory("bench") : Path.of(named))
                        .resolve(events + "-events");
        if (!Files.exists(home.resolve("loaded"))) {
            load(home, events);
        }
        var began = System.nanoTime();
        try (var running = Application.start(home, AS_SHIPPED)) {
            System.out.printf(
                    Locale.ROOT,
                    "%,d events: ready after %.1f s (wanted 8)%n",
                    events,
                    (System.nanoTime() - began) / 1e9);
            var browser = running.browser();
            require(browser.signIn("bench", Cast.PASSWORD).statusCode(), 302, "/sign-in");
            var taken = new LinkedHashMap<String, Taken>();
            for (var page : pages(home, events).entrySet()) {
                taken.put(page.getKey(), taken(browser, page.getValue()));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%,d events: Java holds %d MB (wanted 600), PostgreSQL %d MB beside it%n",
                    events,
                    kilobytes(running.pid(), "status", "VmRSS") >> 10,
                    postgres(home) >> 10);
            running.stop();
            return taken;
        }
    }

    private static Taken taken(Browser browser, String path) {
        var each = new ArrayList<Double>();
        for (var i = 0; i < WARM + ASKED; i++) {
            var began = System.nanoTime();
            var answer = browser.get(path);
            if (i >= WARM) {
                each.add((System.nanoTime() - began) / 1e6);
            }
            require(answer.statusCode(), 200, path);
        }
        return Taken.of(each);
    }

    /** What is asked for, by what it is called; of a project in the middle of the histories. */
    private static Map<String, String> pages(Path home, long events) {
        var db = JdbcClient.create(EmbeddedDatabase.connectTo(home).ownerSource());
        var dataset =
                one(
                        db,
                        "select id from read_model.dataset_version where id like 'p100%' order by id offset 3 limit 1");
        var version =
                one(
                        db,
                        "select id from read_model.model_version where id like 'p100%' order by id offset 3 limit 1");
        var deployment =
                one(
                        db,
                        "select id from read_model.deployment where status = 'ACTIVE' and id like 'p100%'"
                                + " and valid_to = 9223372036854775807 order by id limit 1");
        var day =
                one(
                        db,
                        "select (position_time at time zone 'UTC')::date::text from log_leaf where"
                                + " position = "
                                + events / 2);
        var project = deployment.substring(0, deployment.indexOf('.'));
        var pages = new LinkedHashMap<String, String>();
        pages.put("audit trail", "/audit");
        pages.put("audit trail, deep", "/audit?before=" + events / 2);
        pages.put("audit trail by actor", "/audit?actor=u-carl7");
        pages.put("audit trail by actor, deep", "/audit?actor=u-carl7&before=" + events / 2);
        pages.put("audit trail by subject", "/audit?kind=model-version&subject=" + version);
        pages.put("audit trail by kind of event", "/audit?event=review");
        pages.put("audit trail by event", "/audit?event=risk.reopened");
        pages.put("audit trail by decision", "/audit?decision=rejected");
        pages.put("audit trail by decision, deep", "/audit?decision=rejected&before=" + events / 2);
        pages.put("audit trail by time", "/audit?from=" + day + "&until=" + day);
        pages.put("audit trail by a common word", "/audit?text=applicants");
        pages.put("audit trail by a rare text", "/audit?text=" + version);
        pages.put("audit trail by project and word", "/audit?project=" + project + "&text=drift");
        pages.put("dataset version", "/datasets/" + dataset.replace("@", "/versions/"));
        pages.put("model version", "/models/" + version.replace("@", "/versions/"));
        pages.put("deployment", "/deployments/" + deployment);
        pages.put("deployments", "/deployments");
        pages.put("risk register", "/risks");
        pages.put("risk register of a project", "/risks?project=" + project);
        pages.put("gate's answer", "/api/v1/deployments/" + deployment + "/gate");
        pages.put("home", "/");
        return pages;
    }

    private static String one(JdbcClient db, String sql) {
        return db.sql(sql).query(String.class).single();
    }

    private static void load(Path home, long events) throws Exception {
        // A first start makes the database, adopts what is shipped, and lets somebody in.
        try (var first = Application.start(home)) {
            var browser = first.browser();
            redeem(browser, first.says(LINK).group(1));
            var invited =
                    browser.json(
                            "POST",
                            "/api/v1/people",
                            "{\"username\":\"bench\",\"displayName\":\"Bench\",\"roles\":"
                                    + "[\"auditor@*\",\"release-manager@*\",\"risk-owner@*\"]}",
                            "Authorization",
                            Browser.basic("administrator", Cast.PASSWORD));
            require(invited.statusCode(), 201, invited.body());
            var link = LINK.matcher(invited.body());
            if (!link.find()) {
                throw new AssertionError("no link in " + invited.body());
            }
            redeem(browser, link.group(1));
            first.stop();
        }
        var keys = KeyFolder.open(home.resolve("keys"));
        try (var database = EmbeddedDatabase.start(home)) {
            HistoryLoad.run(database.access(), keys, 1, events);
            var rebuilt = Rebuild.run(database.access(), keys, 2_000, _ -> {}, () -> false);
            System.out.printf(
                    Locale.ROOT,
                    "%,d events: rebuilt at %,d events/s (wanted 10,000)%n",
                    events,
                    rebuilt.eventsPerSecond());
        }
        Files.createFile(home.resolve("loaded"));
    }

    private static void redeem(Browser browser, String secret) {
        var redeemed =
                browser.json(
                        "POST",
                        "/api/v1/link",
                        "{\"link\":\"%s\",\"password\":\"%s\"}".formatted(secret, Cast.PASSWORD));
        require(redeemed.statusCode(), 204, redeemed.body());
    }

    private static void require(int status, int wanted, String of) {
        if (status != wanted) {
            throw new AssertionError(status + " instead of " + wanted + ": " + of);
        }
    }

    /** The server's processes; what they share counts once, divided among them. */
    private static long postgres(Path home) throws IOException {
        var server =
                Long.parseLong(
                        Files.readAllLines(home.resolve("postgres/data/postmaster.pid"))
                                .getFirst());
        var all = ProcessHandle.of(server).orElseThrow();
        var sum = kilobytes(server, "smaps_rollup", "Pss");
        for (var child : all.descendants().toList()) {
            sum += kilobytes(child.pid(), "smaps_rollup", "Pss");
        }
        return sum;
    }

    /** From {@code /proc}; 0 where there is none, as on macOS. */
    private static long kilobytes(long pid, String file, String name) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), file))) {
            return lines.filter(line -> line.startsWith(name + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0;
        }
    }
}
