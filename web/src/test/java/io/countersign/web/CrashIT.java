package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.database.EmbeddedDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The real application, killed between any two steps. */
class CrashIT {
    private static final Pattern LINK = Pattern.compile("/link/(\\S+)");
    private static final String ADMINISTRATOR = Browser.basic("administrator", Cast.PASSWORD);

    @TempDir Path folder;

    @Test
    void what_was_acknowledged_survives_kill_9_whole_and_nobody_is_called() throws Exception {
        try (var trap = new Trap()) {
            var home = folder.resolve("home");
            var silence = "-Daxoniq.usage.url=http://127.0.0.1:" + trap.port();

            // a first start, and killed right after the first acknowledged command
            try (var first = Application.start(home, silence)) {
                var link = first.says(LINK).group(1);
                var redeemed =
                        first.browser()
                                .json(
                                        "POST",
                                        "/api/v1/link",
                                        "{\"link\":\"%s\",\"password\":\"%s\"}"
                                                .formatted(link, Cast.PASSWORD));
                assertThat(redeemed.statusCode()).as(redeemed.body()).isEqualTo(204);
                first.kill();
            }
            var server = postgres(home);
            assertThat(ProcessHandle.of(server)).as("the database goes on alone").isPresent();

            // the password set before still opens; killed after one more acknowledged command
            String person;
            HttpResponse<String> granted;
            try (var second = Application.start(home, silence)) {
                assertThat(second.log()).contains("Went on with the database server");
                assertThat(second.log()).doesNotContain("/link/");
                var invited = invite(second.browser(), "eva");
                assertThat(invited.statusCode()).as(invited.body()).isEqualTo(201);
                person = text("person", invited.body());
                granted = grant(second.browser(), person);
                assertThat(granted.statusCode()).as(granted.body()).isEqualTo(201);
                second.kill();
            }
            assertThat(postgres(home)).isEqualTo(server);

            // killed in the middle of many commands at once
            var acknowledged = ConcurrentHashMap.<String>newKeySet();
            acknowledged.add(person);
            try (var third = Application.start(home, silence)) {
                var browser = third.browser();
                var shown =
                        browser.get(
                                "/api/v1/people/"
                                        + person
                                        + "?after="
                                        + text("after", granted.body()),
                                "Authorization",
                                ADMINISTRATOR);
                assertThat(shown.body()).contains("auditor@*").contains("requester@credit");
                var again = grant(browser, person);
                assertThat(again.body()).as("the same key").isEqualTo(granted.body());
                killedAmongMany(third, browser, acknowledged);
            }

            // everything is there once, and nothing by half
            try (var fourth = Application.start(home, silence)) {
                var browser = fourth.browser();
                var last = invite(browser, "last");
                assertThat(last.statusCode()).isEqualTo(201);
                acknowledged.add(text("person", last.body()));
                assertThat(
                                browser.get(
                                                "/api/v1/people?after="
                                                        + text("after", last.body()),
                                                "Authorization",
                                                ADMINISTRATOR)
                                        .statusCode())
                        .isEqualTo(200);
                compare(home, acknowledged);
                fourth.stop();
            }
            assertThat(Files.exists(home.resolve("postgres/data/postmaster.pid"))).isFalse();
            // One that nobody has waited for yet is still listed, but runs nothing.
            assertThat(
                            ProcessHandle.of(server)
                                    .filter(process -> process.info().command().isPresent()))
                    .isEmpty();
            assertThat(trap.calls()).isZero();
        }
    }

    private static void killedAmongMany(
            Application running, Browser browser, Set<String> acknowledged) throws Exception {
        var enough = new CountDownLatch(8);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var thread = 0; thread < 4; thread++) {
                var name = "many-" + thread + "-";
                threads.submit(() -> {
                    for (var each = 0; ; each++) {
                        // ends when the connection does
                        var answer = invite(browser, name + each);
                        if (answer.statusCode() == 201) {
                            acknowledged.add(text("person", answer.body()));
                            enough.countDown();
                        }
                    }
                });
            }
            try {
                assertThat(enough.await(90, TimeUnit.SECONDS)).as(running.log()).isTrue();
            } finally {
                running.kill();
            }
        }
    }

    /** Events, accounts, roles, keys and read models say the same. */
    private static void compare(Path home, Set<String> acknowledged) {
        var db = JdbcClient.create(EmbeddedDatabase.connectTo(home).ownerSource());
        var invited =
                names(
                        db,
                        "select split_part(aggregate_identifier, ':', 2) from event where"
                                + " payload_type = 'person.invited'");
        assertThat(invited).containsAll(acknowledged);
        assertThat(names(db, "select id from person")).isEqualTo(invited);
        assertThat(names(db, "select distinct person_id from role_grant")).isEqualTo(invited);
        assertThat(names(db, "select person_id from person_key")).containsAll(invited);
        assertThat(
                        names(
                                db,
                                "select person from read_model.person_standing where valid_to ="
                                        + " 9223372036854775807"))
                .isEqualTo(invited);
        assertThat(
                        names(
                                db,
                                "select distinct person from read_model.person_grant where valid_to ="
                                        + " 9223372036854775807"))
                .isEqualTo(invited);
        assertThat(names(db, "select count(*)::text from event"))
                .isEqualTo(names(db, "select count(*)::text from log_leaf"))
                .isEqualTo(names(db, "select count(*)::text from read_model.audit_entry"));
    }

    private static Set<String> names(JdbcClient db, String sql) {
        return Set.copyOf(db.sql(sql).query((row, _) -> row.getString(1)).list());
    }

    private static HttpResponse<String> invite(Browser browser, String username) {
        return browser.json(
                "POST",
                "/api/v1/people",
                "{\"username\":\"%s\",\"displayName\":\"Ann\",\"roles\":[\"requester@credit\"]}"
                        .formatted(username),
                "Authorization",
                ADMINISTRATOR);
    }

    private static HttpResponse<String> grant(Browser browser, String person) {
        return browser.json(
                "POST",
                "/api/v1/people/" + person + "/roles",
                "{\"role\":\"auditor@*\"}",
                "Authorization",
                ADMINISTRATOR,
                "Idempotency-Key",
                "grant-eva");
    }

    private static long postgres(Path home) throws IOException {
        return Long.parseLong(
                Files.readAllLines(home.resolve("postgres/data/postmaster.pid")).getFirst());
    }

    private static String text(String name, String json) {
        var found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]+)\"").matcher(json);
        assertThat(found.find()).as(json).isTrue();
        return found.group(1);
    }

    /** Counts whoever calls. */
    private static final class Trap implements AutoCloseable {
        private final ServerSocket socket =
                new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        private final AtomicInteger calls = new AtomicInteger();

        Trap() throws IOException {
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            while (true) {
                                socket.accept().close();
                                calls.incrementAndGet();
                            }
                        } catch (IOException closed) {
                            // the end
                        }
                    });
        }

        int port() {
            return socket.getLocalPort();
        }

        int calls() {
            return calls.get();
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
