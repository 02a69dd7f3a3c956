package io.countersign.governance.overview;

import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Visibility;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Counts for the first page, each as of one position. */
@Component
public class Overview {
    private final JdbcClient db;

    Overview(JdbcClient db) {
        this.db = db;
    }

    /**
     * How many projects have come how far; each figure is of those the one before counts.
     *
     * @param registered and not retired
     * @param withData with a dataset version whose approval is in force
     * @param withModel with a model version that is not retired
     * @param signedOff with a model version whose sign-off is in force
     * @param inProduction with a deployment active in production
     */
    public record Funnel(
            long registered, long withData, long withModel, long signedOff, long inProduction) {}

    public Funnel funnel(At at, Visibility visible) {
        return db.sql(
                        """
                        select count(*),
                               count(*) filter (where data),
                               count(*) filter (where data and model),
                               count(*) filter (where data and model and signed),
                               count(*) filter (where data and model and signed and live)
                          from (select p.id in (
                                           select project_id from review
                                            where subject_kind = 'dataset-version'
                                              and approved_until > :time
                                              and valid_from <= :at and valid_to > :at) as data,
                                       p.id in (
                                           select project_id from model_version
                                            where not retired
                                              and valid_from <= :at and valid_to > :at) as model,
                                       p.id in (
                                           select project_id from review
                                            where subject_kind = 'model-version'
                                              and approved_until > :time
                                              and valid_from <= :at and valid_to > :at) as signed,
                                       p.id in (
                                           select project_id from deployment
                                            where production and status = 'ACTIVE'
                                              and valid_from <= :at and valid_to > :at) as live
                                  from project p
                                 where p.valid_from <= :at and p.valid_to > :at and not p.retired
                                   and (:all or p.project_id = any(:projects))
                                -- each answer is looked up once, not for every count of it
                                offset 0) stage
                        """)
                .param("time", Timestamp.from(at.time()))
                .param("at", at.position())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .query((row, _) ->
                        new Funnel(
                                row.getLong(1),
                                row.getLong(2),
                                row.getLong(3),
                                row.getLong(4),
                                row.getLong(5)))
                .single();
    }

    /**
     * @param overdue whose treatment or review should have been done before that day, UTC
     */
    public record Risks(long open, long overdue) {}

    public Risks risks(At at, Visibility visible) {
        return db.sql(
                        """
                        select count(*), count(*) filter (where due < :today or review_on < :today)
                          from risk
                         where open and valid_from <= :at and valid_to > :at
                           and (:all or project_id = any(:projects))
                        """)
                .param("today", LocalDate.ofInstant(at.time(), ZoneOffset.UTC).toString())
                .param("at", at.position())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .query((row, _) -> new Risks(row.getLong(1), row.getLong(2)))
                .single();
    }
}
