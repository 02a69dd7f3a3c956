package io.countersign.governance.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.countersign.governance.eventstore.Acknowledgements;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.eventstore.DecisionIndex;
import io.countersign.governance.eventstore.EventJsonModule;
import io.countersign.governance.eventstore.Grants;
import io.countersign.governance.eventstore.WriterKey;
import io.countersign.governance.keys.KeyFolder;
import io.countersign.governance.keys.PersonalKeyring;
import io.countersign.governance.keys.PersonalTextModule;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import io.countersign.testing.People;
import io.countersign.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.springboot.autoconfig.UpdateCheckerAutoConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Against PostgreSQL, as the run-time role. */
@SpringBootTest(
        classes = PeopleIT.Application.class,
        webEnvironment = SpringBootTest.WebEnvironment.NONE,
        properties = {"spring.flyway.enabled=false", "axon.axonserver.enabled=false"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PeopleIT {
    private static final String PASSWORD = "the mill wheel turns";
    private static final ProjectId CREDIT = People.PROJECT;

    @Autowired Commands commands;
    @Autowired io.countersign.governance.people.People people;
    @Autowired SignIn signIn;
    @Autowired Grants grants;
    @Autowired Names names;
    @Autowired PeopleRegister register;
    @Autowired FirstAdministrator first;
    @Autowired ReadPosition position;
    @Autowired JdbcClient db;
    @Autowired SettableClock clock;
    @Autowired FailingIndex failing;

    private Actor administrator;
    private String firstSecret;
    private int addresses;

    @BeforeAll
    void follow_the_first_link() {
        firstSecret = first.invite().orElseThrow().shown();
        var again = first.invite().orElseThrow();
        administrator = signedIn(signIn.redeem(again.shown(), PASSWORD, address()));
    }

    @Test
    void the_first_administrator_is_let_in_once_by_the_newest_link() {
        assertThat(first.invite()).isEmpty();
        refused(() -> signIn.redeem(firstSecret, PASSWORD, address()), "link.over");
        assertThat(grants.of(administrator.id()))
                .containsExactly(new Actor.Grant(Role.ADMINISTRATOR, null));
        assertThat(signIn.withPassword("Administrator ", PASSWORD, address()))
                .isEqualTo(administrator.id());
    }

    @Test
    void an_invitation_is_in_the_table_and_in_the_events_or_in_neither() {
        var events = count("event");
        var persons = count("person");
        failing.fail = true;
        try {
            assertThatThrownBy(() -> invite("unlucky")).hasMessageContaining("failing on purpose");
        } finally {
            failing.fail = false;
        }
        assertThat(count("person")).isEqualTo(persons);
        assertThat(count("event")).isEqualTo(events);
        invite("unlucky");
    }

    @Test
    void a_delegation_counts_from_its_beginning_to_its_end_and_for_what_is_still_held() {
        var inga = active("ingrun");
        var jonas = active("jonathan");
        var karl = active("kasimir");
        grant(inga, Role.VALIDATOR, null);
        grant(inga, Role.DATA_STEWARD, CREDIT);
        var made =
                people.delegate(
                        jonas.id(),
                        List.of(),
                        List.of(CREDIT),
                        clock.instant().plus(Duration.ofHours(1)),
                        clock.instant().plus(Duration.ofHours(3)),
                        true,
                        "Back on Monday.",
                        signedIn(inga.id()),
                        Context.NONE);
        assertThat(standIns(jonas)).isEmpty();
        clock.advance(Duration.ofHours(1));
        assertThat(standIns(jonas))
                .containsExactly(
                        new Actor.StandIn(
                                inga.id(),
                                Set.of(
                                        new Actor.Grant(Role.VALIDATOR, CREDIT),
                                        new Actor.Grant(Role.DATA_STEWARD, CREDIT))));
        commands.send(new PersonCommand.RevokeRole(inga.id(), Role.VALIDATOR, null), administrator);
        assertThat(standIns(jonas).getFirst().grants())
                .containsExactly(new Actor.Grant(Role.DATA_STEWARD, CREDIT));

        refused(
                () ->
                        people.delegate(
                                karl.id(),
                                List.of(Role.DATA_STEWARD),
                                List.of(),
                                null,
                                clock.instant().plus(Duration.ofHours(1)),
                                false,
                                null,
                                signedIn(jonas.id()),
                                Context.NONE),
                "person.role-not-held");
        refused(
                () ->
                        commands.send(
                                new PersonCommand.GrantRole(karl.id(), Role.AUDITOR, null),
                                new Actor(
                                        jonas.id(),
                                        inga.id(),
                                        Channel.PAGE,
                                        clock.instant(),
                                        Set.of())),
                "delegation.not-for-this");
        assertThat(register.delegations(shown(made.sent().lastEventId()), jonas.id(), 10))
                .extracting(d -> d.stateAt(clock.instant()))
                .containsExactly("active");

        commands.send(new PersonCommand.Deactivate(inga.id()), administrator);
        assertThat(standIns(jonas)).isEmpty();
        commands.send(new PersonCommand.Reactivate(inga.id()), administrator);
        clock.advance(Duration.ofHours(2));
        assertThat(standIns(jonas)).as("ended by the clock alone").isEmpty();
    }

    @Test
    void a_delegation_that_was_ended_counts_no_longer() {
        var lena = active("leonore");
        var mats = active("mattis");
        grant(lena, Role.VALIDATOR, CREDIT);
        var made =
                people.delegate(
                        mats.id(),
                        List.of(Role.VALIDATOR),
                        List.of(),
                        null,
                        clock.instant().plus(Duration.ofDays(1)),
                        false,
                        null,
                        signedIn(lena.id()),
                        Context.NONE);
        assertThat(standIns(mats)).hasSize(1);
        commands.send(new PersonCommand.EndDelegation(lena.id(), made.id()), signedIn(lena.id()));
        assertThat(standIns(mats)).isEmpty();
    }

    private List<Actor.StandIn> standIns(Actor person) {
        return grants.standIns(person.id(), clock.instant());
    }

    private void grant(Actor person, Role role, @Nullable ProjectId project) {
        commands.send(new PersonCommand.GrantRole(person.id(), role, project), administrator);
    }

    @Test
    void a_user_name_is_given_once_whatever_its_case() {
        invite("doris");
        var persons = count("person");
        refused(() -> invite("Doris"), "person.username-taken");
        assertThat(count("person")).isEqualTo(persons);
        assertThat(people.byUsername("DORIS")).isPresent();
    }

    @Test
    void events_hold_neither_names_nor_addresses_nor_hashes() {
        var actor = active("zacharias");
        var person = actor.id();
        people.issueToken(
                "zacharias at night",
                Set.of(TokenScope.READ),
                clock.instant().plusSeconds(60),
                actor);
        var hash = text("select password_hash from person where id = ?", person.value());
        var stored = new ArrayList<String>();
        db.sql("select payload, meta_data from event where type = 'person'")
                .query(row -> {
                    stored.add(new String(row.getBytes(1), StandardCharsets.UTF_8));
                    stored.add(new String(row.getBytes(2), StandardCharsets.UTF_8));
                });
        assertThat(stored)
                .isNotEmpty()
                .noneMatch(e -> e.contains("zacharias") || e.contains("Person called"))
                .noneMatch(e -> e.contains("example.org") || e.contains("pbkdf2"))
                .noneMatch(e -> e.contains(hash));
    }

    @Test
    void roles_go_with_the_grant_and_with_the_person() {
        var erna = active("erna").id();
        assertThat(grants.of(erna)).isEmpty();
        send(new PersonCommand.GrantRole(erna, Role.VALIDATOR, CREDIT));
        send(new PersonCommand.GrantRole(erna, Role.AUDITOR, null));
        assertThat(grants.of(erna)).hasSize(2);
        send(new PersonCommand.RevokeRole(erna, Role.VALIDATOR, CREDIT));
        assertThat(grants.of(erna)).containsExactly(new Actor.Grant(Role.AUDITOR, null));
        send(new PersonCommand.Deactivate(erna));
        assertThat(grants.of(erna)).isEmpty();
        assertThat(grants.of(new UserId("u-nobody"))).isEmpty();
        send(new PersonCommand.Reactivate(erna));
        assertThat(grants.of(erna)).containsExactly(new Actor.Grant(Role.AUDITOR, null));
    }

    @Test
    void a_role_taken_back_no_longer_counts_in_the_next_command() {
        var helper = active("helper");
        send(new PersonCommand.GrantRole(helper.id(), Role.ADMINISTRATOR, CREDIT));
        var other = invite("other").person();
        commands.send(new PersonCommand.GrantRole(other, Role.AUDITOR, CREDIT), helper);
        send(new PersonCommand.RevokeRole(helper.id(), Role.ADMINISTRATOR, CREDIT));
        refused(
                () ->
                        commands.send(
                                new PersonCommand.GrantRole(other, Role.VALIDATOR, CREDIT), helper),
                "project.unknown");
    }

    @Test
    void of_the_last_two_administrators_only_one_steps_back() throws Exception {
        var second = active("second");
        send(new PersonCommand.GrantRole(second.id(), Role.ADMINISTRATOR, null));
        var results = together(List.of(() -> stepBack(administrator), () -> stepBack(second)));
        assertThat(results).containsExactlyInAnyOrder("done", "person.last-administrator");
        if (grants.of(administrator.id()).isEmpty()) {
            commands.send(
                    new PersonCommand.GrantRole(administrator.id(), Role.ADMINISTRATOR, null),
                    second);
        }
    }

    @Test
    void five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour() {
        var gerd = active("gerd").id();
        for (var i = 0; i < 5; i++) {
            refused(() -> signIn.withPassword("gerd", "wrong", address()), "sign-in.refused");
        }
        refused(() -> signIn.withPassword("gerd", PASSWORD, address()), "sign-in.refused");
        refused(() -> signIn.confirm(gerd, PASSWORD, address()), "sign-in.refused");
        assertThat(events(gerd, "person.sign-in-failed")).hasSize(5);
        assertThat(events(gerd, "person.locked")).hasSize(1);
        clock.advance(Duration.ofMinutes(15));
        refused(() -> signIn.withPassword("gerd", "wrong", address()), "sign-in.refused");
        assertThat(events(gerd, "person.sign-in-failed"))
                .last()
                .asString()
                .contains("\"blockedBefore\":2");
        assertThat(signIn.withPassword("gerd", PASSWORD, address())).isEqualTo(gerd);
    }

    @Test
    void guesses_made_at_once_are_no_more_than_one_after_the_other() throws Exception {
        var hugo = active("hugo").id();
        var guess =
                (Callable<String>)
                        () -> code(() -> signIn.withPassword("hugo", "wrong", address()));
        assertThat(together(Collections.nCopies(12, guess))).containsOnly("sign-in.refused");
        assertThat(events(hugo, "person.sign-in-failed")).hasSize(5);
    }

    @Test
    void a_name_nobody_has_is_answered_like_a_wrong_password_and_recorded() {
        active("irma");
        var recorded = refusals("sign-in.refused");
        assertThat(message(() -> signIn.withPassword("nobody", "wrong", address())))
                .isEqualTo(message(() -> signIn.withPassword("irma", "wrong", address())));
        assertThat(refusals("sign-in.refused")).isEqualTo(recorded + 1);
    }

    @Test
    void an_address_is_stopped_whatever_the_accounts() {
        var address = address();
        for (var i = 0; i < AddressLimit.FAILURES; i++) {
            refused(() -> signIn.linkOwner("no such link", address), "link.over");
        }
        refused(
                () -> signIn.withPassword("administrator", PASSWORD, address),
                "sign-in.too-many-attempts");
        assertThat(signIn.withPassword("administrator", PASSWORD, address()))
                .isEqualTo(administrator.id());
    }

    @Test
    void a_link_works_once_in_its_time_and_survives_a_weak_password() {
        var link = invite("jana");
        assertThat(signIn.linkOwner(link.shown(), address())).isEqualTo("jana");
        refused(() -> signIn.redeem(link.shown(), "short", address()), "password.weak");
        assertThat(signIn.redeem(link.shown(), PASSWORD, address())).isEqualTo(link.person());
        refused(() -> signIn.redeem(link.shown(), PASSWORD, address()), "link.over");

        var late = invite("karl");
        clock.advance(io.countersign.governance.people.People.LINK_LIFE);
        refused(() -> signIn.redeem(late.shown(), PASSWORD, address()), "link.over");
    }

    @Test
    void a_new_password_ends_the_sessions_before_it() {
        var lena = active("lena").id();
        var signedInAt = clock.instant();
        assertThat(signIn.stillHolds(lena, signedInAt)).isTrue();
        clock.advance(Duration.ofMinutes(1));
        refused(
                () -> signIn.changePassword(lena, "wrong", "another mill wheel", address()),
                "sign-in.refused");
        signIn.changePassword(lena, PASSWORD, "another mill wheel", address());
        assertThat(signIn.stillHolds(lena, signedInAt)).isFalse();
        refused(() -> signIn.withPassword("lena", PASSWORD, address()), "sign-in.refused");
        assertThat(signIn.withPassword("lena", "another mill wheel", address())).isEqualTo(lena);
        send(new PersonCommand.Deactivate(lena));
        assertThat(signIn.stillHolds(lena, clock.instant())).isFalse();
        refused(
                () -> signIn.withPassword("lena", "another mill wheel", address()),
                "sign-in.refused");
    }

    @Test
    void a_token_is_kept_as_a_digest_and_shows_its_last_use() {
        var mia = active("mia");
        var made =
                people.issueToken(
                        "build",
                        Set.of(TokenScope.READ),
                        clock.instant().plus(Duration.ofDays(30)),
                        mia);
        var secret = made.shown().substring(("cs_" + made.id() + "_").length());
        assertThat(text("select secret_sha256 from api_token where id = ?", made.id()))
                .hasSize(64)
                .isNotEqualTo(secret);
        assertThat(count("event where position('" + secret + "' in encode(payload, 'escape')) > 0"))
                .isZero();

        var used = clock.instant();
        assertThat(signIn.withToken(made.shown()))
                .isEqualTo(new SignIn.TokenBearer(mia.id(), made.id(), Set.of(TokenScope.READ)));
        clock.advance(Duration.ofSeconds(59));
        signIn.withToken(made.shown());
        var token = register.tokens(shown(made.eventId()), mia.id()).getFirst();
        assertThat(token.lastUsedAt()).isEqualTo(used);
        assertThat(token.name().text()).isEqualTo("build");
        clock.advance(Duration.ofSeconds(1));
        signIn.withToken(made.shown());
        assertThat(register.tokens(position.now(), mia.id()).getFirst().lastUsedAt())
                .isEqualTo(clock.instant());

        for (var wrong : List.of("", "cs_", "cs_x_y", made.shown() + "x", made.id())) {
            refused(() -> signIn.withToken(wrong), "token.refused");
        }
    }

    @Test
    void a_token_ends_by_time_by_revocation_and_with_its_person() {
        var nora = active("nora");
        var expiring = token(nora, Duration.ofDays(1));
        var revoked = token(nora, Duration.ofDays(30));
        var last = token(nora, Duration.ofDays(30));
        clock.advance(Duration.ofDays(1));
        refused(() -> signIn.withToken(expiring.shown()), "token.refused");
        commands.send(new PersonCommand.RevokeToken(nora.id(), revoked.id()), nora);
        refused(() -> signIn.withToken(revoked.shown()), "token.refused");
        signIn.withToken(last.shown());
        send(new PersonCommand.Deactivate(nora.id()));
        refused(() -> signIn.withToken(last.shown()), "token.refused");
    }

    @Test
    void the_register_says_who_granted_what_and_what_held_before() {
        var olaf = active("olaf").id();
        var granted = send(new PersonCommand.GrantRole(olaf, Role.VALIDATOR, CREDIT));
        var before = shown(granted);
        var after = shown(send(new PersonCommand.RevokeRole(olaf, Role.VALIDATOR, CREDIT)));
        var then = register.find(before, Visibility.ALL, olaf).orElseThrow();
        assertThat(then.standing()).isEqualTo(Standing.ACTIVE);
        assertThat(then.roles())
                .singleElement()
                .satisfies(held -> {
                    assertThat(held.role()).isEqualTo(Role.VALIDATOR);
                    assertThat(held.project()).isEqualTo(CREDIT);
                    assertThat(held.grantedBy()).isEqualTo(administrator.id());
                });
        assertThat(register.find(after, Visibility.ALL, olaf).orElseThrow().roles()).isEmpty();
    }

    @Test
    void the_register_shows_people_and_roles_of_ones_own_projects_only() {
        var here = invite("petra").person();
        var there = invite("quinn").person();
        var elsewhere = new ProjectId("elsewhere");
        send(new PersonCommand.GrantRole(here, Role.VALIDATOR, CREDIT));
        send(new PersonCommand.GrantRole(here, Role.AUDITOR, elsewhere));
        var at = shown(send(new PersonCommand.GrantRole(there, Role.VALIDATOR, elsewhere)));
        var mine = Visibility.of(Set.of(CREDIT));
        assertThat(register.find(at, mine, there)).isEmpty();
        assertThat(register.find(at, mine, here).orElseThrow().roles())
                .extracting(PeopleRegister.Held::project)
                .containsExactly(CREDIT);
        assertThat(register.list(at, mine, null, 100))
                .extracting(PeopleRegister.Entry::person)
                .contains(here)
                .doesNotContain(there);
        var all = register.list(at, Visibility.ALL, null, 100);
        assertThat(register.list(at, Visibility.ALL, all.getFirst().person(), 100))
                .isEqualTo(all.subList(1, all.size()));
    }

    @Test
    void erasing_empties_the_row_and_keeps_the_pseudonym() {
        var ruth = active("ruth");
        var token = token(ruth, Duration.ofDays(30));
        send(new PersonCommand.GrantRole(ruth.id(), Role.VALIDATOR, CREDIT));
        send(new PersonCommand.Deactivate(ruth.id()));
        var at = shown(send(new PersonCommand.Erase(ruth.id())));
        assertThat(
                        names.of(
                                List.of(
                                        ruth.id(),
                                        administrator.id(),
                                        UserId.SYSTEM,
                                        new UserId("u-nobody"))))
                .containsEntry(ruth.id(), "[erased]")
                .containsEntry(administrator.id(), "First administrator")
                .containsEntry(UserId.SYSTEM, "Countersign")
                .containsEntry(new UserId("u-nobody"), "u-nobody");
        var entry = register.find(at, Visibility.ALL, ruth.id()).orElseThrow();
        assertThat(entry.standing()).isEqualTo(Standing.ERASED);
        assertThat(entry.roles()).isEmpty();
        var gone = register.tokens(at, ruth.id()).getFirst();
        assertThat(gone.revokedAt()).isNotNull();
        assertThat(gone.name().text()).isEqualTo("[erased]");
        assertThat(people.account(ruth.id()).orElseThrow().username()).isNull();
        refused(() -> signIn.withToken(token.shown()), "token.refused");
        refused(() -> signIn.withPassword("ruth", PASSWORD, address()), "sign-in.refused");
        invite("ruth"); // the name is free again
    }

    private String stepBack(Actor actor) {
        return code(() ->
                commands.send(
                        new PersonCommand.RevokeRole(actor.id(), Role.ADMINISTRATOR, null), actor));
    }

    private io.countersign.governance.people.People.Link invite(String username) {
        return people.invite(
                username,
                "Person called " + username,
                username + "@example.org",
                Set.of(),
                administrator);
    }

    private Actor active(String username) {
        return signedIn(signIn.redeem(invite(username).shown(), PASSWORD, address()));
    }

    private Actor signedIn(UserId person) {
        return new Actor(person, null, Channel.PAGE, clock.instant(), Set.of());
    }

    private io.countersign.governance.people.People.IssuedToken token(Actor actor, Duration life) {
        return people.issueToken(
                "token", Set.of(TokenScope.REQUEST), clock.instant().plus(life), actor);
    }

    private String send(PersonCommand command) {
        return commands.send(command, administrator).eventIds().getLast();
    }

    private ReadPosition.At shown(@Nullable String eventId) {
        position.await(Objects.requireNonNull(eventId), Duration.ofSeconds(20));
        return position.now();
    }

    /** One that nobody has tried from. */
    private synchronized String address() {
        addresses++;
        return "192.0." + addresses / 256 + "." + addresses % 256;
    }

    private static <T> List<T> together(List<? extends Callable<T>> calls) throws Exception {
        try (var threads = Executors.newFixedThreadPool(calls.size())) {
            var results = new ArrayList<T>();
            for (var future : threads.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        }
    }

    private static String code(Callable<?> call) {
        try {
            call.call();
            return "done";
        } catch (CommandRefused refused) {
            return refused.refusal().code();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String message(Callable<?> call) {
        try {
            call.call();
        } catch (CommandRefused refused) {
            return refused.refusal().message();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        throw new AssertionError("not refused");
    }

    private interface Action {
        void run();
    }

    private static void refused(Action action, String code) {
        assertThat(
                        code(() -> {
                            action.run();
                            return true;
                        }))
                .isEqualTo(code);
    }

    private long count(String from) {
        return db.sql("select count(*) from " + from).query(Long.class).single();
    }

    private String text(String sql, String parameter) {
        return Objects.requireNonNull(db.sql(sql).param(parameter).query(String.class).single());
    }

    private List<String> events(UserId person, String name) {
        return db.sql(
                        "select convert_from(payload, 'UTF8') from event where payload_type = ?"
                                + " and aggregate_identifier = ? order by sequence_number")
                .params(name, "person:" + person)
                .query((row, _) -> row.getString(1))
                .list();
    }

    @Test
    void under_one_key_somebody_is_invited_once_and_the_link_is_shown_once() {
        var key = Context.key("invite-ida");
        var first = invite("ida", key);
        var again = invite("ida", key);
        assertThat(again.person()).isEqualTo(first.person());
        assertThat(again.secret()).isNull();
        assertThat(again.expiresAt()).isEqualTo(first.expiresAt());
        assertThat(again.eventId()).isEqualTo(first.eventId());
        assertThat(count("person where username = 'ida'")).isEqualTo(1);
        refused(() -> invite("other", key), "idempotency.key-reused");
        assertThat(signIn.linkOwner(first.shown(), address())).isEqualTo("ida");

        var link = people.link(first.person(), administrator, Context.key("link-ida"));
        var repeated = people.link(first.person(), administrator, Context.key("link-ida"));
        assertThat(repeated.secret()).isNull();
        assertThat(signIn.redeem(link.shown(), PASSWORD, address())).isEqualTo(first.person());
        assertThat(people.link(first.person(), administrator, Context.key("link-ida")).expiresAt())
                .isNull();
    }

    @Test
    void under_one_key_one_token_is_issued_and_a_password_changed_once() {
        var ingeborg = active("ingeborg");
        var expiresAt = clock.instant().plus(Duration.ofDays(1));
        var key = Context.key("token-ingeborg");
        var scopes = Set.of(TokenScope.READ, TokenScope.REQUEST);
        var first = people.issueToken("ci", scopes, expiresAt, ingeborg, key);
        var again = people.issueToken("ci", scopes, expiresAt, ingeborg, key);
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.token()).isNull();
        assertThat(signIn.withToken(first.shown()).person()).isEqualTo(ingeborg.id());
        assertThat(count("api_token where person_id = '" + ingeborg.id() + "'")).isEqualTo(1);
        refused(
                () -> people.issueToken("other", scopes, expiresAt, ingeborg, key),
                "idempotency.key-reused");

        var fresh = PASSWORD + " anew";
        var change = Context.key("password-ingeborg");
        signIn.changePassword(ingeborg.id(), PASSWORD, fresh, address(), change);
        signIn.changePassword(ingeborg.id(), PASSWORD, fresh, address(), change);
        assertThat(
                        count(
                                "event where payload_type = 'person.password-changed' and"
                                        + " aggregate_identifier = 'person:"
                                        + ingeborg.id()
                                        + "'"))
                .isEqualTo(1);
        refused(
                () ->
                        signIn.changePassword(
                                ingeborg.id(), PASSWORD, "another password", address(), change),
                "sign-in.refused");
    }

    private io.countersign.governance.people.People.Link invite(String username, Context context) {
        return people.invite(username, "Ida", null, Set.of(), administrator, context);
    }

    private long refusals(String code) {
        return count(
                "event where payload_type = 'refusal.recorded' and position('\""
                        + code
                        + "\"' in convert_from(payload, 'UTF8')) > 0");
    }

    static final class FailingIndex implements DecisionIndex {
        private volatile boolean fail;

        @Override
        public void on(DomainEventMessage<?> event) {
            if (fail) {
                throw new IllegalStateException("failing on purpose");
            }
        }
    }

    /** Not a configuration that a scan would find: other tests have theirs. */
    @EnableAutoConfiguration(exclude = UpdateCheckerAutoConfiguration.class)
    @ComponentScan({
        "io.countersign.governance.eventstore",
        "io.countersign.governance.readmodel",
        "io.countersign.governance.people"
    })
    static class Application {
        @Bean
        DataSource dataSource() {
            var pool = new HikariDataSource();
            pool.setDataSource(TestDatabase.fresh().access().appSource());
            pool.setConnectionInitSql("set search_path to read_model, public");
            pool.setMaximumPoolSize(30);
            return pool;
        }

        @Bean
        PersonalKeyring keyring(JdbcClient db, SettableClock clock) throws IOException {
            return new PersonalKeyring(
                    db, KeyFolder.open(Files.createTempDirectory("keys").resolve("keys")), clock);
        }

        @Bean
        EventJsonModule sealedText(PersonalKeyring keyring) {
            return new EventJsonModule(new PersonalTextModule(keyring));
        }

        @Bean
        SettableClock clock() {
            return new SettableClock(People.NOW);
        }

        @Bean
        WriterKey writerKey() {
            return new WriterKey("test", new byte[32]);
        }

        @Bean
        KnownRoles knownRoles() {
            return new RolesOfTheProduct();
        }

        @Bean
        PersonalKeys personalKeys(PersonalKeyring keyring) {
            return new PersonalKeys() {
                @Override
                public void create(UserId person) {
                    keyring.create(person);
                }

                @Override
                public void destroy(UserId person) {
                    keyring.destroy(person);
                }
            };
        }

        /** There is no ledger here. */
        @Bean
        Acknowledgements acknowledgements() {
            return _ -> {};
        }

        @Bean
        FailingIndex failingIndex() {
            return new FailingIndex();
        }
    }
}
