package io.countersign.governance.configuration;

import io.countersign.governance.eventstore.DecisionIndex;
import io.countersign.governance.eventstore.StreamLocks;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.axonframework.eventhandling.DomainEventMessage;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The adopted versions of every configuration file; the newest of each is in force. */
@Component
public class AdoptedFiles implements DecisionIndex {
    private static final SubjectRef ALL_FILES = ConfigurationCommand.ref("all files");

    /** By file, version and digest. Few: one for each version ever adopted. */
    private final Map<String, Adopted> read = new ConcurrentHashMap<>();

    private final JdbcClient db;
    private final StreamLocks locks;

    AdoptedFiles(JdbcClient db, StreamLocks locks) {
        this.db = db;
        this.locks = locks;
    }

    /** One adopted version. */
    public record Adopted(
            String file,
            int version,
            Sha256 sha256,
            String content,
            String reason,
            UserId adoptedBy,
            Instant adoptedAt) {}

    /**
     * For a decision inside a command: it cannot change until the command commits.
     *
     * @throws CommandRefused {@code configuration.not-adopted}
     */
    public Adopted inForce(String file) {
        return inForceBelow(file).stream()
                .filter(adopted -> adopted.file().equals(file))
                .findFirst()
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.conflict(
                                        "configuration.not-adopted",
                                        "No version of '"
                                                + file
                                                + "' has been adopted. An administrator"
                                                + " adopts it under Configuration.")));
    }

    /** The same for every file whose name begins so, such as {@code policies/}, by name. */
    public List<Adopted> inForceBelow(String beginning) {
        locks.shared(ALL_FILES);
        return db.sql(
                        """
                        select distinct on (file) file, version, sha256 from adopted_file
                         where starts_with(file, ?) order by file, version desc
                        """)
                .param(beginning)
                .query((row, _) ->
                        version(row.getString(1), row.getInt(2), new Sha256(row.getString(3))))
                .list();
    }

    /** For showing. */
    public Optional<Adopted> newest(String file) {
        return db.sql("select * from adopted_file where file = ? order by version desc limit 1")
                .param(file)
                .query(AdoptedFiles::row)
                .optional();
    }

    /** What was in force at a position. */
    public Optional<Adopted> at(String file, At at) {
        return db.sql(
                        """
                        select a.* from adopted_file a
                          join event e on e.event_identifier = a.event_id
                          join log_leaf l using (global_index)
                         where a.file = ? and l.position <= ?
                         order by a.version desc limit 1
                        """)
                .params(file, at.position())
                .query(AdoptedFiles::row)
                .optional();
    }

    /**
     * The same of which the digest is known, read once: whatever was adopted under this number with
     * this digest has this content.
     */
    public Adopted version(String file, int version, Sha256 sha256) {
        return read.computeIfAbsent(
                file + "@" + version + " " + sha256,
                _ ->
                        version(file, version)
                                .filter(adopted -> adopted.sha256().equals(sha256))
                                .orElseThrow(() ->
                                        new IllegalStateException(
                                                "never adopted: " + file + " " + version)));
    }

    public Optional<Adopted> version(String file, int version) {
        return db.sql("select * from adopted_file where file = ? and version = ?")
                .params(file, version)
                .query(AdoptedFiles::row)
                .optional();
    }

    /** The files adopted whose name begins so, such as {@code policies/}, by name. */
    public List<String> names(String beginning) {
        return db.sql(
                        "select distinct file from adopted_file where starts_with(file, ?) order by"
                                + " file")
                .param(beginning)
                .query((row, _) -> row.getString(1))
                .list();
    }

    /** Newest first. */
    public List<Adopted> versions(String file) {
        return db.sql("select * from adopted_file where file = ? order by version desc limit 200")
                .param(file)
                .query(AdoptedFiles::row)
                .list();
    }

    @Override
    public void on(DomainEventMessage<?> event) {
        if (event.getPayload() instanceof ConfigurationEvent.Adopted e) {
            locks.exclusive(ALL_FILES);
            db.sql(
                            """
                            insert into adopted_file (file, version, sha256, content, reason,
                                                      adopted_by, adopted_at, event_id)
                            values (?, ?, ?, ?, ?, ?, ?, ?)
                            """)
                    .params(
                            e.file(),
                            e.version(),
                            e.sha256().hex(),
                            e.content(),
                            e.reason(),
                            String.valueOf(event.getMetaData().get("actor")),
                            java.sql.Timestamp.from(event.getTimestamp()),
                            event.getIdentifier())
                    .update();
        }
    }

    private static Adopted row(ResultSet row, int rowNumber) throws SQLException {
        return new Adopted(
                row.getString("file"),
                row.getInt("version"),
                new Sha256(row.getString("sha256")),
                row.getString("content"),
                row.getString("reason"),
                new UserId(row.getString("adopted_by")),
                row.getObject("adopted_at", OffsetDateTime.class).toInstant());
    }
}
