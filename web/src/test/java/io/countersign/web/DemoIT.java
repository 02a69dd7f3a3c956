package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.database.EmbeddedDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The demonstration, as somebody sees it who starts it, interrupts it and starts it again. */
class DemoIT {
    private static final Pattern PASSWORD = Pattern.compile("all with the password (\\S+)");
    private static final Pattern BEGUN = Pattern.compile("story is being played");
    private static final Pattern DONE = Pattern.compile("demonstration story is there");
    private static final String PROFILE = "--spring.profiles.active=demo";

    @TempDir Path folder;

    @Test
    void the_story_goes_on_after_a_crash_and_ends_in_production_with_nothing_twice()
            throws Exception {
        var home = folder.resolve("home");
        String password;
        try (var first = Application.start(home, PROFILE)) {
            password = first.says(PASSWORD).group(1);
            var unused = first.says(BEGUN);
            first.kill();
        }
        var accounts = home.resolve("demo-accounts");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(accounts)))
                .isEqualTo("rw-------");

        try (var second = Application.start(home, PROFILE)) {
            assertThat(second.says(PASSWORD).group(1)).isEqualTo(password);
            var unused = second.says(DONE);
            assertThat(
                            second.browser()
                                    .get(
                                            "/api/v1/me",
                                            "Authorization",
                                            Browser.basic("otto", password))
                                    .body())
                    .contains("auditor@*");
            var db = JdbcClient.create(EmbeddedDatabase.connectTo(home).ownerSource());

            assertThat(
                            texts(
                                    db,
                                    """
                                    select subject_id from read_model.audit_entry
                                     where decision = 'refused' and subject_kind = 'model-version'
                                    """))
                    .containsOnly("credit.scorer@1.0");
            assertThat(
                            texts(
                                    db,
                                    """
                                    select subject || ' ' || status from read_model.review
                                     where valid_to = 9223372036854775807 order by subject
                                    """))
                    .satisfiesExactly(
                            row ->
                                    assertThat(row)
                                            .isEqualTo(
                                                    "dataset-version:churn.subscribers@1.0 APPROVED"),
                            row ->
                                    assertThat(row)
                                            .isEqualTo(
                                                    "dataset-version:churn.subscribers@1.1 OPEN"),
                            row ->
                                    assertThat(row)
                                            .isEqualTo(
                                                    "dataset-version:credit.applications@1.0 APPROVED"),
                            row ->
                                    assertThat(row)
                                            .startsWith("deployment:credit.d-")
                                            .endsWith(" APPROVED"),
                            row ->
                                    assertThat(row)
                                            .isEqualTo(
                                                    "model-version:churn.predictor@0.9 RETURNED"),
                            row ->
                                    assertThat(row)
                                            .isEqualTo("model-version:credit.scorer@1.1 APPROVED"),
                            row -> assertThat(row).startsWith("waiver:churn.w-").endsWith(" OPEN"));
            assertThat(
                            texts(
                                    db,
                                    """
                                    select concat_ws(' ', open, closed_by <> owner,
                                                     residual_likelihood * residual_impact
                                                         < inherent_likelihood * inherent_impact)
                                      from read_model.risk where valid_to = 9223372036854775807
                                    """))
                    .containsExactly("f t t");
            assertThat(
                            texts(
                                    db,
                                    """
                                    select status || ' ' || model_version from read_model.deployment
                                     where valid_to = 9223372036854775807
                                    """))
                    .containsExactly("ACTIVE credit.scorer@1.1");
            assertThat(
                            texts(
                                    db,
                                    """
                                    select payload_type || ' ' || count(*) from event
                                     where payload_type in ('review.signed', 'person.invited',
                                                            'bias.assessment-completed')
                                     group by payload_type order by payload_type
                                    """))
                    .containsExactly(
                            "bias.assessment-completed 3", "person.invited 9", "review.signed 6");
            second.stop();
        }
    }

    private static List<String> texts(JdbcClient db, String sql) {
        return db.sql(sql).query((row, _) -> row.getString(1)).list();
    }
}
