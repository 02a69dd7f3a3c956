package io.countersign.governance.ledger.check;

import static io.countersign.testing.People.ADMINISTRATOR;
import static io.countersign.testing.People.ENGINEER;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.job.Job;
import io.countersign.governance.job.Jobs;
import io.countersign.governance.keys.KeyFolder;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadModelComparison;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.Rebuild;
import io.countersign.governance.shared.ProjectId;
import io.countersign.testing.CoreTest;
import io.countersign.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@CoreTest
class ReadModelsCheckedIT {
    @Autowired Commands commands;
    @Autowired ReadPosition positions;
    @Autowired TestDatabase database;
    @Autowired KeyFolder keys;
    @Autowired Jobs jobs;
    @Autowired LedgerCheckJob job;
    @Autowired LedgerChecks checks;

    private void register(String id) {
        var sent =
                commands.send(
                        new ProjectCommand.Register(
                                new ProjectId(id), "n", "b", "p", "t", List.of("EU"), RiskTier.LOW),
                        ENGINEER);
        positions.await(sent.eventIds().getLast(), Duration.ofSeconds(20));
    }

    private List<ReadModelComparison.Difference> differences() {
        return ReadModelComparison.run(database.access(), keys, (_, _) -> {}, () -> false);
    }

    @Test
    void a_read_model_is_edited_and_the_first_row_that_differs_is_named() {
        register("check-edited");
        register("check-deleted");
        assertThat(differences()).isEmpty();
        var owner = JdbcClient.create(database.owner());
        try {
            owner.sql("update read_model.project set owner_team = 'x' where id = 'check-edited'")
                    .update();
            assertThat(differences())
                    .singleElement()
                    .satisfies(found -> {
                        assertThat(found.table()).isEqualTo("project");
                        assertThat(found.key()).contains("check-edited");
                        assertThat(found.words()).contains("column owner_team");
                    });
            owner.sql("delete from read_model.project where id = 'check-deleted'").update();
            assertThat(differences())
                    .singleElement()
                    .satisfies(found ->
                            assertThat(found.words())
                                    .contains("check-deleted")
                                    .contains("missing"));
        } finally {
            Rebuild.run(database.access(), keys, 2_000, _ -> {}, () -> false);
        }
        assertThat(differences()).isEmpty();
    }

    @Test
    void a_page_starts_it_as_a_job_and_shows_what_it_came_to() {
        register("check-job");
        var id = job.start(ADMINISTRATOR.id(), true, false);

        var deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!jobs.find(id).orElseThrow().state().isFinal()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
        var ended = jobs.find(id).orElseThrow();
        assertThat(ended.state()).isEqualTo(Job.State.DONE);
        var result = java.util.Objects.requireNonNull(ended.result());
        assertThat(result.get("whole").asBoolean()).isTrue();
        var latest = checks.latest().orElseThrow();
        assertThat(latest.requestedBy()).isEqualTo(ADMINISTRATOR.id().value());
        assertThat(latest.readModels()).isTrue();
        assertThat(latest.size()).isEqualTo(result.get("size").asLong());
    }
}
