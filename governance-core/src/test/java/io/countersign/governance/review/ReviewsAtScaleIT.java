package io.countersign.governance.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.bias.Assessments;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Visibility;
import io.countersign.testing.CoreTest;
import io.countersign.testing.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * With many rows of the past, each query of reviews and outcomes uses the index that is for it, as
 * PostgreSQL itself counts.
 */
@CoreTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReviewsAtScaleIT {
    private static final int MANY = 30_000;
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    @Autowired TestDatabase database;
    @Autowired Reviews reviews;
    @Autowired Assessments assessments;
    @Autowired JdbcClient db;
    @Autowired ReadPosition positions;

    private JdbcTemplate owner;

    @SuppressWarnings("NullAway.Init") // before all
    ReviewsAtScaleIT() {}

    /** Of each subject a row of when it was open, and one of now: approved, save for a few. */
    @BeforeAll
    void many_reviews() {
        owner = new JdbcTemplate(database.owner());
        var row =
                """
                insert into read_model.review
                select 'dataset-version:many.rows@' || n, 'dataset-version', 'many-' || n %% 300, 1,
                       %s, 'u-a', timestamptz '2026-01-01Z', timestamptz '2026-02-01Z', null, %s,
                       '[]', '[]', '[]', '{"rounds":[]}', %s, %s
                  from generate_series(1, %d) n
                """;
        owner.execute(row.formatted("'OPEN'", "null", "0", "1", MANY));
        owner.execute(
                row.formatted(
                        "case when n % 10000 = 0 then 'OPEN' else 'APPROVED' end",
                        "case when n % 10000 = 1 then timestamptz '2026-03-01Z'"
                                + " else timestamptz '2027-03-01Z' end",
                        "1",
                        Long.toString(Long.MAX_VALUE),
                        MANY));
        owner.execute(
                """
                insert into public.assessment_outcome
                select 'many-' || n, version || '/' || lpad(n::text, 8, '0'), split_part(version, '@', 1),
                       version, 'four-fifths', '1.0', 'pass', timestamptz '2026-01-01Z'
                  from (select n, 'many.model-' || n / 100 || '@' || n as version
                          from generate_series(1, %d) n) made
                """
                        .formatted(MANY));
        owner.execute("vacuum (analyze) read_model.review");
        owner.execute("vacuum (analyze) public.assessment_outcome");
    }

    /** Nothing refers to them; other tests in this database count reviews. */
    @AfterAll
    void none_again() {
        owner.execute("delete from read_model.review where subject like 'dataset-version:many.%'");
        owner.execute("vacuum (analyze) read_model.review");
    }

    @Test
    void a_page_of_all_goes_on_by_the_subject() {
        uses("review_pkey", () -> assertThat(list(null, null, null)).hasSize(50));
    }

    @Test
    void a_page_of_a_rare_status_reads_no_other() {
        uses(
                "review_by_status",
                () -> assertThat(list(null, Status.OPEN, null)).hasSize(MANY / 10_000));
    }

    @Test
    void a_page_of_a_kind_or_a_project_reads_no_other() {
        uses("review_by_kind", () -> assertThat(list(SubjectKind.PROJECT, null, null)).isEmpty());
        uses(
                "review_by_project",
                () -> assertThat(list(null, null, new ProjectId("many-7"))).hasSize(50));
    }

    @Test
    void what_is_over_by_the_clock_is_found_without_what_was_once_open() {
        var before = scans("review_ending");
        uses(
                "review_due",
                () ->
                        assertThat(reviews.over(NOW).stream().map(SubjectRef::id))
                                .filteredOn(id -> id.startsWith("many."))
                                .hasSize(2 * (MANY / 10_000)));
        await().untilAsserted(() -> assertThat(scans("review_ending")).isGreaterThan(before));
    }

    @Test
    void outcomes_of_one_model_are_found_by_it() {
        uses(
                "assessment_outcome_by_model",
                () ->
                        assertThat(
                                        assessments.latestSince(
                                                new ModelId("many.model-7"), Instant.EPOCH))
                                .hasSize(100));
    }

    private List<Reviews.Row> list(
            @org.jspecify.annotations.Nullable SubjectKind kind,
            @org.jspecify.annotations.Nullable Status status,
            @org.jspecify.annotations.Nullable ProjectId project) {
        var visible = project == null ? Visibility.ALL : Visibility.of(Set.of(project));
        return reviews.list(
                kind,
                status,
                project,
                "dataset-version:many",
                50,
                new At(1_000_000, NOW, false),
                visible);
    }

    private void uses(String index, Runnable query) {
        var before = scans(index);
        query.run();
        await().untilAsserted(() -> assertThat(scans(index)).as(index).isGreaterThan(before));
    }

    private long scans(String index) {
        // a connection reports what it did at its leisure, or when it is asked to
        db.sql("select pg_stat_force_next_flush()").query((_, _) -> "").list();
        return db.sql(
                        "select coalesce(sum(idx_scan), 0) from pg_stat_all_indexes where indexrelname = ?")
                .param(index)
                .query(Long.class)
                .single();
    }
}
