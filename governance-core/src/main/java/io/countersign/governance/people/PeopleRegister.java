package io.countersign.governance.people;

import io.countersign.governance.people.PeopleProjection.DelegationRow;
import io.countersign.governance.people.PeopleProjection.GrantRow;
import io.countersign.governance.people.PeopleProjection.StandingRow;
import io.countersign.governance.people.PeopleProjection.TokenRow;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Who is here, in which roles, and who gave them, as of a ledger position. Pseudonyms only; {@link
 * Names} says who they are.
 */
@Component
public class PeopleRegister {
    /** Somebody is seen by who sees all, or has a project in common with them. */
    private static final String SEEN =
            """
             and (:all or exists (
                 select 1 from person_grant v
                  where v.person = s.person and v.valid_from <= :at and v.valid_to > :at
                    and (v.scope = '*' or v.scope = any(:projects))))
            """;

    private final JdbcClient db;
    private final ReadTables tables;

    PeopleRegister(JdbcClient db, ReadTables tables) {
        this.db = db;
        this.tables = tables;
    }

    /**
     * A role somebody holds.
     *
     * @param project null for all of them
     */
    public record Held(
            Role role, @Nullable ProjectId project, UserId grantedBy, Instant grantedAt) {}

    /**
     * @param since when they came to stand so
     * @param lockedUntil the last time too many passwords were wrong; may have passed
     * @param roles those in projects the reader may see
     */
    public record Entry(
            UserId person,
            Standing standing,
            Instant since,
            Instant invitedAt,
            @Nullable Instant lockedUntil,
            List<Held> roles) {}

    /**
     * @param lastUsedAt to the minute and of now, whatever the position; null where it never was
     */
    public record Token(
            String id,
            PersonalText name,
            Set<TokenScope> scopes,
            Instant issuedAt,
            Instant expiresAt,
            @Nullable Instant revokedAt,
            @Nullable Instant lastUsedAt) {}

    /**
     * In the order of their ids.
     *
     * @param after the last id of the page before, or null for the first
     */
    public List<Entry> list(
            ReadPosition.At at, Visibility visibility, @Nullable UserId after, int limit) {
        return entries(
                " and s.person > :after" + SEEN + " order by s.person limit :limit",
                at,
                visibility,
                after == null ? "" : after.value(),
                limit);
    }

    public Optional<Entry> find(ReadPosition.At at, Visibility visibility, UserId person) {
        return entries(
                        " and s.person = :after" + SEEN + " limit :limit",
                        at,
                        visibility,
                        person.value(),
                        1)
                .stream()
                .findFirst();
    }

    /**
     * Who is active and holds a role in this project or in all, in the order of their ids; at most
     * 500.
     */
    public List<UserId> holdingIn(ProjectId project, ReadPosition.At at) {
        return db.sql(
                        """
                        select s.person from person_standing s
                         where s.standing = 'ACTIVE' and s.valid_from <= :at and s.valid_to > :at
                           and exists (
                               select 1 from person_grant g
                                where g.person = s.person and g.scope in ('*', :project)
                                  and g.valid_from <= :at and g.valid_to > :at)
                         order by s.person limit 500
                        """)
                .param("at", at.position())
                .param("project", project.value())
                .query((row, _) -> new UserId(row.getString(1)))
                .list();
    }

    /** A person's tokens, newest first, those revoked or expired included. */
    public List<Token> tokens(ReadPosition.At at, UserId person) {
        var used = new HashMap<String, Instant>();
        db.sql("select id, last_used_at from api_token where person_id = ?")
                .param(person.value())
                .query(row -> {
                    var lastUsed = People.instant(row, 2);
                    if (lastUsed != null) {
                        used.put(row.getString(1), lastUsed);
                    }
                });
        return db
                .sql(
                        """
                        select * from person_token
                         where person = :person and valid_from <= :at and valid_to > :at
                         order by issued_at desc, token
                        """)
                .param("person", person.value())
                .param("at", at.position())
                .query(tables.rows(TokenRow.class))
                .list()
                .stream()
                .map(t ->
                        new Token(
                                t.token(),
                                t.name(),
                                t.scopes(),
                                t.issuedAt(),
                                t.expiresAt(),
                                t.revokedAt(),
                                used.get(t.token())))
                .toList();
    }

    /**
     * What one person lets another decide.
     *
     * @param roles empty for all that are held
     * @param projects empty for all
     * @param until before, not at it
     * @param away whether the person is out of office
     * @param endedAt null unless it was ended before its time
     */
    public record Delegation(
            String id,
            UserId person,
            UserId delegate,
            List<Role> roles,
            List<ProjectId> projects,
            Instant beginsAt,
            Instant until,
            boolean away,
            @Nullable PersonalText note,
            @Nullable Instant endedAt) {
        /** {@code ahead}, {@code active}, {@code over} or {@code ended}. */
        public String stateAt(Instant now) {
            return endedAt != null
                    ? "ended"
                    : now.isBefore(beginsAt) ? "ahead" : now.isBefore(until) ? "active" : "over";
        }
    }

    /**
     * The latest first.
     *
     * @param involving as the one who delegates or the one delegated to; null for everybody's
     */
    public List<Delegation> delegations(ReadPosition.At at, @Nullable UserId involving, int limit) {
        return db
                .sql(
                        """
                        select * from person_delegation
                         where valid_from <= :at and valid_to > :at
                           and (:who::text is null or person = :who or delegate = :who)
                         order by until desc, delegation limit :limit
                        """)
                .param("at", at.position())
                .param("who", involving == null ? null : involving.value())
                .param("limit", limit)
                .query(tables.rows(DelegationRow.class))
                .list()
                .stream()
                .map(d ->
                        new Delegation(
                                d.delegation(),
                                d.person(),
                                d.delegate(),
                                d.roles(),
                                d.projects(),
                                d.beginsAt(),
                                d.until(),
                                d.away(),
                                d.note(),
                                d.endedAt()))
                .toList();
    }

    private List<Entry> entries(
            String restriction,
            ReadPosition.At at,
            Visibility visibility,
            String person,
            int limit) {
        var standings =
                db.sql(
                                """
                                select * from person_standing s
                                 where s.valid_from <= :at and s.valid_to > :at
                                """
                                        + restriction)
                        .param("at", at.position())
                        .param("all", visibility.all())
                        .param("projects", visibility.projectKeys())
                        .param("after", person)
                        .param("limit", limit)
                        .query(tables.rows(StandingRow.class))
                        .list();
        var held = held(at, visibility, standings.stream().map(StandingRow::person).toList());
        return standings.stream()
                .map(s ->
                        new Entry(
                                s.person(),
                                s.standing(),
                                s.since(),
                                s.invitedAt(),
                                s.lockedUntil(),
                                held.getOrDefault(s.person(), List.of())))
                .toList();
    }

    private Map<UserId, List<Held>> held(
            ReadPosition.At at, Visibility visibility, List<UserId> people) {
        return db
                .sql(
                        """
                        select * from person_grant
                         where person = any(:people) and valid_from <= :at and valid_to > :at
                           and (:all or scope = '*' or scope = any(:projects))
                         order by person, scope, role
                        """)
                .param("people", people.stream().map(UserId::value).toArray(String[]::new))
                .param("at", at.position())
                .param("all", visibility.all())
                .param("projects", visibility.projectKeys())
                .query(tables.rows(GrantRow.class))
                .list()
                .stream()
                .collect(
                        Collectors.groupingBy(
                                GrantRow::person,
                                Collectors.mapping(
                                        g ->
                                                new Held(
                                                        g.role(),
                                                        PersonTable.project(g.scope()),
                                                        g.grantedBy(),
                                                        g.grantedAt()),
                                        Collectors.toList())));
    }
}
