package io.countersign.governance.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

class JobsIT {
    private static final String MIGRATION = "/db/migration/V202611220930__jobs.sql";
    private static final UserId ADA = new UserId("u-ada");
    private static final UserId BEN = new UserId("u-ben");
    private static final JsonNode NONE = JsonNodeFactory.instance.objectNode();

    @SuppressWarnings("NullAway.Init")
    private static EmbeddedPostgres postgres;

    @SuppressWarnings("NullAway.Init")
    private static JdbcClient jdbc;

    @SuppressWarnings("NullAway.Init")
    private static Jobs jobs;

    private final List<JobWorkers> workers = new ArrayList<>();
    private final String kind = "kind-" + UUID.randomUUID();

    @BeforeAll
    static void start() throws IOException, SQLException {
        postgres = EmbeddedPostgres.start();
        var database = postgres.getPostgresDatabase();
        jdbc = JdbcClient.create(database);
        try (var script = Jobs.class.getResourceAsStream(MIGRATION);
                var connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create role app");
            var sql = new String(requireNonNull(script).readAllBytes(), UTF_8);
            statement.execute(sql.replace("${app_role}", "app"));
        }
        jobs = new Jobs(jdbc, JsonMapper.shared(), Clock.systemUTC());
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @AfterEach
    void stopWorkers() {
        workers.forEach(JobWorkers::stop);
    }

    @Test
    void does_a_job_and_shows_its_progress_and_its_result() {
        var id =
                jobs.submit(
                        kind,
                        ADA,
                        new ProjectId("credit"),
                        JsonNodeFactory.instance.objectNode().put("rows", 3));
        assertThat(found(id).state()).isEqualTo(Job.State.QUEUED);
        work(run -> {
            int rows = run.job().parameters().get("rows").intValue();
            for (int i = 1; i <= rows; i++) {
                run.progress(i, rows, "Row " + i);
            }
            return JsonNodeFactory.instance.objectNode().put("written", rows);
        });
        var job = ended(id);
        assertThat(job.state()).isEqualTo(Job.State.DONE);
        assertThat(job.done()).isEqualTo(3);
        assertThat(job.total()).isEqualTo(3);
        assertThat(job.message()).isEqualTo("Row 3");
        assertThat(String.valueOf(job.result())).isEqualTo("{\"written\":3}");
        assertThat(job.attempt()).isEqualTo(1);
        assertThat(jobs.of(ADA, 1)).extracting(Job::id).containsExactly(id);
    }

    @Test
    void a_running_job_stops_at_its_next_step_when_it_is_called_off() throws Exception {
        var started = new CountDownLatch(1);
        var id = jobs.submit(kind, ADA, null, NONE);
        work(run -> {
            for (long i = 0; ; i++) {
                started.countDown();
                run.progress(i, 0, "Working");
            }
        });
        started.await();
        jobs.cancel(id, actor(ADA));
        var job = ended(id);
        assertThat(job.state()).isEqualTo(Job.State.CANCELLED);
        assertThat(job.total()).isNull();
        assertThat(refused(() -> cancel(id, actor(ADA)))).isEqualTo("job.ended");
    }

    @Test
    void only_who_asked_or_an_administrator_calls_a_job_off() {
        var id = jobs.submit(kind, ADA, null, NONE);
        assertThat(refused(() -> cancel(id, actor(BEN)))).isEqualTo("job.unknown");
        assertThat(found(id).state()).isEqualTo(Job.State.QUEUED);
        jobs.cancel(id, actor(BEN, new Actor.Grant(Role.ADMINISTRATOR, null)));
        assertThat(found(id).state()).isEqualTo(Job.State.CANCELLED);
    }

    @Test
    void says_why_a_job_was_refused_and_hides_why_it_broke() {
        var refused = jobs.submit(kind, ADA, null, JsonNodeFactory.instance.stringNode("refuse"));
        var broken = jobs.submit(kind, ADA, null, JsonNodeFactory.instance.stringNode("break"));
        work(run -> {
            if (run.job().parameters().stringValue().equals("refuse")) {
                throw new CommandRefused(Refusal.invalid("x.y", "The file is empty."));
            }
            throw new IOException("secret path");
        });
        assertThat(ended(refused).message()).isEqualTo("The file is empty.");
        assertThat(ended(broken).message())
                .contains(broken.toString())
                .doesNotContain("secret path");
        assertThat(ended(broken).state()).isEqualTo(Job.State.FAILED);
    }

    @Test
    void a_job_whose_node_died_is_taken_up_again_and_given_up_after_three_times() {
        var id = jobs.submit(kind, ADA, null, NONE);
        var dead = jobs.claim(Set.of(kind)).orElseThrow();
        assertThat(jobs.claim(Set.of(kind))).isEmpty();
        nodeDies(id);
        var taken = jobs.claim(Set.of(kind)).orElseThrow();
        assertThat(taken.attempt()).isEqualTo(2);

        // the node was only slow: it may neither report nor end what another does now
        assertThat(jobs.progress(dead, 9, 9, "late")).isFalse();
        jobs.end(dead, Job.State.DONE, "late", null);
        assertThat(found(id).state()).isEqualTo(Job.State.RUNNING);
        assertThat(jobs.progress(taken, 1, 9, "going")).isTrue();

        nodeDies(id);
        assertThat(jobs.claim(Set.of(kind)).orElseThrow().attempt()).isEqualTo(3);
        nodeDies(id);
        assertThat(jobs.claim(Set.of(kind))).isEmpty();
        jobs.giveUp();
        assertThat(found(id).state()).isEqualTo(Job.State.FAILED);
        assertThat(found(id).message()).contains("stopped 3 times");
    }

    @Test
    void an_orderly_stop_puts_a_job_back_and_another_node_does_it() throws Exception {
        var started = new CountDownLatch(1);
        var id = jobs.submit(kind, ADA, null, NONE);
        var first =
                work(run -> {
                    started.countDown();
                    new CountDownLatch(1).await();
                    return null;
                });
        started.await();
        first.stop();
        assertThat(found(id).state()).isEqualTo(Job.State.QUEUED);
        assertThat(found(id).attempt()).isZero();
        work(_ -> null);
        assertThat(ended(id).state()).isEqualTo(Job.State.DONE);
    }

    @Test
    void no_two_nodes_do_the_same_job() throws Exception {
        var ids = IntStream.range(0, 40).mapToObj(_ -> jobs.submit(kind, ADA, null, NONE)).toList();
        var claimed = Collections.synchronizedList(new ArrayList<UUID>());
        try (var nodes = Executors.newFixedThreadPool(8)) {
            Callable<Integer> node =
                    () -> {
                        var got = jobs.claim(Set.of(kind));
                        while (got.isPresent()) {
                            claimed.add(got.get().id());
                            got = jobs.claim(Set.of(kind));
                        }
                        return 0;
                    };
            for (var done : nodes.invokeAll(Collections.nCopies(8, node))) {
                done.get();
            }
        }
        assertThat(claimed).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void a_node_does_two_jobs_at_a_time_at_most() {
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        var ids = IntStream.range(0, 8).mapToObj(_ -> jobs.submit(kind, ADA, null, NONE)).toList();
        work(run -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            for (int i = 0; i < 20; i++) {
                run.write();
            }
            now.decrementAndGet();
            return null;
        });
        ids.forEach(this::ended);
        assertThat(most.get()).isBetween(1, 2);
    }

    /** What a handler does, without its name. */
    private interface Work {
        @Nullable JsonNode run(JobRun run) throws Exception;
    }

    private JobWorkers work(Work work) {
        var handler =
                new JobHandler() {
                    @Override
                    public String kind() {
                        return kind;
                    }

                    @Override
                    public @Nullable JsonNode run(JobRun run) throws Exception {
                        return work.run(run);
                    }
                };
        var started = new JobWorkers(jobs, List.of(handler));
        workers.add(started);
        started.start();
        return started;
    }

    private static void nodeDies(UUID id) {
        jdbc.sql("update job set heartbeat_at = heartbeat_at - interval '61 seconds' where id = ?")
                .param(id)
                .update();
    }

    private static Job found(UUID id) {
        return jobs.find(id).orElseThrow();
    }

    private Job ended(UUID id) {
        await().atMost(Duration.ofSeconds(30)).until(() -> found(id).state().isFinal());
        return found(id);
    }

    private static Actor actor(UserId id, Actor.Grant... grants) {
        return new Actor(id, null, Channel.PAGE, null, Set.of(grants));
    }

    private static Object cancel(UUID id, Actor actor) {
        jobs.cancel(id, actor);
        return id;
    }

    private static String refused(Callable<?> act) {
        return catchThrowableOfType(CommandRefused.class, act::call).refusal().code();
    }
}
