package io.countersign.governance.people;

import static io.countersign.testing.People.ADMINISTRATOR;
import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.NOW;
import static io.countersign.testing.People.PROJECT;
import static io.countersign.testing.People.as;
import static io.countersign.testing.People.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.startsWith;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.FixtureConfiguration;
import org.axonframework.test.aggregate.ResultValidator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PersonTest {
    private static final UserId ADA = ENGINEER.id();
    private static final UserId VERA = new UserId("u-vera");
    private static final Sha256 LINK = Sha256.of("link");
    private static final Actor ADA_SIGNED_IN = person("u-ada");
    private static final Actor ADMINISTRATOR_OF_PROJECT = person("u-paul", Role.ADMINISTRATOR);

    private static final PersonEvent INVITED = new PersonEvent.Invited(ADA);
    private static final PersonEvent ACTIVATED = new PersonEvent.Activated(ADA);
    private static final PersonEvent DEACTIVATED = new PersonEvent.Deactivated(ADA);
    private static final PersonEvent ADMINISTRATOR_OF_ALL =
            new PersonEvent.RoleGranted(ADA, Role.ADMINISTRATOR, null);

    private final Kept records = new Kept();
    private final List<String> keys = new ArrayList<>();
    private FixtureConfiguration<PersonAggregate> fixture;

    @BeforeEach
    void set_up() {
        fixture = new AggregateTestFixture<>(PersonAggregate.class);
        fixture.registerInjectableResource(Clock.fixed(NOW, ZoneOffset.UTC));
        fixture.registerInjectableResource(new RolesOfTheProduct());
        fixture.registerInjectableResource(records);
        fixture.registerInjectableResource(
                new PersonalKeys() {
                    @Override
                    public void create(UserId person) {
                        keys.add("create " + person);
                    }

                    @Override
                    public void destroy(UserId person) {
                        keys.add("destroy " + person);
                    }
                });
    }

    @Nested
    class Inviting {
        @Test
        void gives_a_key_and_the_first_roles() {
            fixture.givenNoPriorActivity()
                    .when(invite(new Actor.Grant(Role.AUDITOR, null)), as(ADMINISTRATOR))
                    .expectEvents(INVITED, new PersonEvent.RoleGranted(ADA, Role.AUDITOR, null));
            assertThat(records.calls).containsExactly("invite u-ada");
            assertThat(keys).containsExactly("create u-ada");
        }

        @Test
        void takes_an_administrator_for_all_projects() {
            refused(
                    fixture.givenNoPriorActivity().when(invite(), as(ADMINISTRATOR_OF_PROJECT)),
                    "access.role-needed");
            assertThat(records.calls).isEmpty();
        }

        @Test
        void refuses_an_unknown_role() {
            refused(
                    fixture.givenNoPriorActivity()
                            .when(
                                    invite(new Actor.Grant(new Role("wizard"), null)),
                                    as(ADMINISTRATOR)),
                    "role.unknown");
        }

        @Test
        void is_not_for_tokens() {
            refused(
                    fixture.givenNoPriorActivity().when(invite(), as(byToken(ADMINISTRATOR))),
                    "access.token-cannot");
        }
    }

    @Nested
    class Setting_a_password {
        private final PersonCommand activate = new PersonCommand.Activate(ADA, LINK, "hash");

        @Test
        void for_the_first_time_activates() {
            fixture.given(INVITED).when(activate, as(ADA_SIGNED_IN)).expectEvents(ACTIVATED);
            assertThat(records.calls).containsExactly("redeem u-ada", "password u-ada");
        }

        @Test
        void refuses_a_link_that_is_over() {
            records.linkWorks = false;
            refused(fixture.given(INVITED).when(activate, as(ADA_SIGNED_IN)), "link.over");
        }

        @Test
        void is_for_nobody_else() {
            refused(fixture.given(INVITED).when(activate, as(ADMINISTRATOR)), "person.not-own");
        }

        @Test
        void does_not_bring_back_somebody_deactivated() {
            refused(
                    fixture.given(INVITED, DEACTIVATED).when(activate, as(ADA_SIGNED_IN)),
                    "person.standing");
            refused(
                    fixture.given(INVITED, ACTIVATED, DEACTIVATED)
                            .when(
                                    new PersonCommand.ChangePassword(ADA, LINK, "hash"),
                                    as(ADA_SIGNED_IN)),
                    "person.standing");
        }

        @Test
        void again_says_whether_a_link_was_used() {
            fixture.given(INVITED, ACTIVATED)
                    .when(new PersonCommand.ChangePassword(ADA, LINK, "hash"), as(ADA_SIGNED_IN))
                    .expectEvents(new PersonEvent.PasswordChanged(ADA, true));
            fixture.given(INVITED, ACTIVATED)
                    .when(new PersonCommand.ChangePassword(ADA, null, "hash"), as(ADA_SIGNED_IN))
                    .expectEvents(new PersonEvent.PasswordChanged(ADA, false));
        }

        @Test
        void links_are_made_by_administrators_and_on_record() {
            var link = new PersonCommand.IssueLink(ADA, LINK, NOW.plusSeconds(60));
            fixture.given(INVITED, ACTIVATED)
                    .when(link, as(ADMINISTRATOR))
                    .expectEvents(new PersonEvent.LinkIssued(ADA, NOW.plusSeconds(60)));
            refused(
                    fixture.given(INVITED, ACTIVATED).when(link, as(ADA_SIGNED_IN)),
                    "access.role-needed");
        }
    }

    @Nested
    class Granting {
        private final PersonCommand grant =
                new PersonCommand.GrantRole(ADA, Role.VALIDATOR, PROJECT);
        private final PersonEvent granted =
                new PersonEvent.RoleGranted(ADA, Role.VALIDATOR, PROJECT);

        @Test
        void is_for_administrators_of_the_project_or_of_all() {
            fixture.given(INVITED).when(grant, as(ADMINISTRATOR)).expectEvents(granted);
            fixture.given(INVITED).when(grant, as(ADMINISTRATOR_OF_PROJECT)).expectEvents(granted);
            refused(
                    fixture.given(INVITED).when(grant, as(person("u-x", Role.VALIDATOR))),
                    "access.role-needed");
        }

        @Test
        void for_all_projects_or_another_takes_more_than_one_project() {
            refused(
                    fixture.given(INVITED)
                            .when(
                                    new PersonCommand.GrantRole(ADA, Role.VALIDATOR, null),
                                    as(ADMINISTRATOR_OF_PROJECT)),
                    "access.role-needed");
            refused(
                    fixture.given(INVITED)
                            .when(
                                    new PersonCommand.GrantRole(
                                            ADA, Role.VALIDATOR, new ProjectId("other")),
                                    as(ADMINISTRATOR_OF_PROJECT)),
                    "project.unknown");
        }

        @Test
        void to_oneself_is_refused() {
            var ada = new Actor(ADA, null, Channel.PAGE, NOW, ADMINISTRATOR.grants());
            refused(
                    fixture.given(INVITED, ACTIVATED, ADMINISTRATOR_OF_ALL).when(grant, as(ada)),
                    "person.own-grant");
        }

        @Test
        void to_the_one_stood_in_for_is_refused() {
            var deputy =
                    new Actor(new UserId("u-d"), ADA, Channel.PAGE, NOW, ADMINISTRATOR.grants());
            refused(fixture.given(INVITED, ACTIVATED).when(grant, as(deputy)), "person.own-grant");
        }

        @Test
        void refuses_an_unknown_role_and_one_held() {
            refused(
                    fixture.given(INVITED)
                            .when(
                                    new PersonCommand.GrantRole(ADA, new Role("wizard"), PROJECT),
                                    as(ADMINISTRATOR)),
                    "role.unknown");
            refused(
                    fixture.given(INVITED, granted).when(grant, as(ADMINISTRATOR)),
                    "person.role-held");
        }

        @Test
        void to_somebody_deactivated_is_refused() {
            refused(
                    fixture.given(INVITED, DEACTIVATED).when(grant, as(ADMINISTRATOR)),
                    "person.standing");
        }

        @Test
        void is_not_for_tokens() {
            refused(
                    fixture.given(INVITED).when(grant, as(byToken(ADMINISTRATOR))),
                    "access.token-cannot");
        }

        @Test
        void can_be_taken_back_once() {
            var revoke = new PersonCommand.RevokeRole(ADA, Role.VALIDATOR, PROJECT);
            var revoked = new PersonEvent.RoleRevoked(ADA, Role.VALIDATOR, PROJECT);
            fixture.given(INVITED, granted).when(revoke, as(ADMINISTRATOR)).expectEvents(revoked);
            refused(
                    fixture.given(INVITED, granted, revoked).when(revoke, as(ADMINISTRATOR)),
                    "person.role-not-held");
        }
    }

    @Nested
    class The_last_administrator {
        private final PersonEvent[] history = {INVITED, ACTIVATED, ADMINISTRATOR_OF_ALL};
        private final PersonCommand strip =
                new PersonCommand.RevokeRole(ADA, Role.ADMINISTRATOR, null);
        private final PersonCommand deactivate = new PersonCommand.Deactivate(ADA);

        @Test
        void stays() {
            refused(
                    fixture.given(history).when(strip, as(ADMINISTRATOR)),
                    "person.last-administrator");
            refused(
                    fixture.given(history).when(deactivate, as(ADMINISTRATOR)),
                    "person.last-administrator");
        }

        @Test
        void may_go_when_there_is_another() {
            records.another = true;
            fixture.given(history)
                    .when(strip, as(ADMINISTRATOR))
                    .expectEvents(new PersonEvent.RoleRevoked(ADA, Role.ADMINISTRATOR, null));
            fixture.given(history).when(deactivate, as(ADMINISTRATOR)).expectEvents(DEACTIVATED);
        }
    }

    @Nested
    class Coming_back {
        @Test
        void is_to_where_one_was() {
            var reactivate = new PersonCommand.Reactivate(ADA);
            fixture.given(INVITED, DEACTIVATED)
                    .when(reactivate, as(ADMINISTRATOR))
                    .expectEvents(new PersonEvent.Reactivated(ADA, Standing.INVITED));
            fixture.given(INVITED, ACTIVATED, DEACTIVATED)
                    .when(reactivate, as(ADMINISTRATOR))
                    .expectEvents(new PersonEvent.Reactivated(ADA, Standing.ACTIVE));
            refused(
                    fixture.given(INVITED, ACTIVATED).when(reactivate, as(ADMINISTRATOR)),
                    "person.standing");
        }
    }

    @Nested
    class Tokens {
        private final PersonEvent issued =
                new PersonEvent.TokenIssued(
                        ADA,
                        "t1",
                        new PersonalText(ADA, "build"),
                        Set.of(TokenScope.REQUEST),
                        NOW.plusSeconds(60));

        @Test
        void are_issued_to_oneself_only() {
            var issue = issue("build", NOW.plusSeconds(60), TokenScope.REQUEST);
            fixture.given(INVITED, ACTIVATED).when(issue, as(ADA_SIGNED_IN)).expectEvents(issued);
            refused(
                    fixture.given(INVITED, ACTIVATED).when(issue, as(ADMINISTRATOR)),
                    "person.not-own");
            refused(
                    fixture.given(INVITED, ACTIVATED).when(issue, as(byToken(ADA_SIGNED_IN))),
                    "access.token-cannot");
        }

        @Test
        void need_a_name_a_scope_and_an_end_within_a_year() {
            for (var wrong :
                    List.of(
                            issue(" ", NOW.plusSeconds(60), TokenScope.READ),
                            issue("build", NOW.plusSeconds(60)),
                            issue("build", NOW, TokenScope.READ),
                            issue("build", NOW.plus(Duration.ofDays(367)), TokenScope.READ))) {
                refused(
                        fixture.given(INVITED, ACTIVATED).when(wrong, as(ADA_SIGNED_IN)),
                        "input.invalid");
            }
        }

        @Test
        void are_revoked_by_their_person_or_an_administrator() {
            var revoke = new PersonCommand.RevokeToken(ADA, "t1");
            var revoked = new PersonEvent.TokenRevoked(ADA, "t1");
            for (var actor : List.of(ADA_SIGNED_IN, ADMINISTRATOR)) {
                fixture.given(INVITED, ACTIVATED, issued)
                        .when(revoke, as(actor))
                        .expectEvents(revoked);
            }
            refused(
                    fixture.given(INVITED, ACTIVATED, issued).when(revoke, as(person("u-x"))),
                    "access.role-needed");
            refused(
                    fixture.given(INVITED, ACTIVATED, issued, revoked)
                            .when(revoke, as(ADA_SIGNED_IN)),
                    "token.unknown");
        }
    }

    @Nested
    class Delegating {
        private final PersonEvent holds = new PersonEvent.RoleGranted(ADA, Role.VALIDATOR, PROJECT);
        private final PersonEvent delegated =
                new PersonEvent.RoleDelegated(
                        ADA,
                        "d-1",
                        VERA,
                        List.of(Role.VALIDATOR),
                        List.of(PROJECT),
                        NOW,
                        NOW.plusSeconds(60),
                        true,
                        new PersonalText(ADA, "Back on Monday."));

        private PersonCommand.Delegate to(
                UserId to, List<Role> roles, List<ProjectId> projects, Instant until) {
            return new PersonCommand.Delegate(
                    ADA, "d-1", to, roles, projects, null, until, true, "Back on Monday.");
        }

        @Test
        void names_roles_projects_time_and_the_one_who_stands_in() {
            fixture.given(INVITED, ACTIVATED, holds)
                    .when(
                            to(
                                    VERA,
                                    List.of(Role.VALIDATOR),
                                    List.of(PROJECT),
                                    NOW.plusSeconds(60)),
                            as(ADA_SIGNED_IN))
                    .expectEvents(delegated);
        }

        @Test
        void is_done_by_oneself_in_person_with_a_fresh_password() {
            var command = to(VERA, List.of(), List.of(), NOW.plusSeconds(60));
            refused(when(command, ADMINISTRATOR), "person.not-own");
            refused(when(command, byToken(ADA_SIGNED_IN)), "access.token-cannot");
            refused(
                    when(
                            command,
                            new Actor(
                                    ADA,
                                    null,
                                    Channel.PAGE,
                                    NOW.minus(Duration.ofMinutes(6)),
                                    Set.of())),
                    "person.not-fresh");
            refused(
                    when(command, new Actor(ADA, VERA, Channel.PAGE, NOW, Set.of())),
                    "person.not-own");
        }

        @Test
        void never_gives_more_than_is_held_nor_administration() {
            var end = NOW.plusSeconds(60);
            refused(
                    when(to(VERA, List.of(Role.RISK_OWNER), List.of(), end), ADA_SIGNED_IN),
                    "person.role-not-held");
            refused(
                    when(to(VERA, List.of(), List.of(new ProjectId("churn")), end), ADA_SIGNED_IN),
                    "person.role-not-held");
            refused(
                    when(to(VERA, List.of(Role.ADMINISTRATOR), List.of(), end), ADA_SIGNED_IN),
                    "input.invalid");
            refused(
                    fixture.given(INVITED, ACTIVATED, ADMINISTRATOR_OF_ALL)
                            .when(to(VERA, List.of(), List.of(), end), as(ADA_SIGNED_IN)),
                    "person.role-not-held");
        }

        @Test
        void takes_somebody_else_who_is_active_and_a_time_to_come_within_a_year() {
            var end = NOW.plusSeconds(60);
            for (var wrong :
                    List.of(
                            to(ADA, List.of(), List.of(), end),
                            to(new UserId("u-gone"), List.of(), List.of(), end),
                            to(VERA, List.of(), List.of(), NOW),
                            to(VERA, List.of(), List.of(), NOW.plus(Duration.ofDays(367))))) {
                refused(when(wrong, ADA_SIGNED_IN), "input.invalid");
            }
        }

        @Test
        void is_ended_by_the_person_or_an_administrator_and_once() {
            var end = new PersonCommand.EndDelegation(ADA, "d-1");
            var ended = new PersonEvent.DelegationEnded(ADA, "d-1");
            for (var actor : List.of(ADA_SIGNED_IN, ADMINISTRATOR)) {
                fixture.given(INVITED, ACTIVATED, holds, delegated)
                        .when(end, as(actor))
                        .expectEvents(ended);
            }
            refused(
                    fixture.given(INVITED, ACTIVATED, holds, delegated)
                            .when(end, as(person("u-vera"))),
                    "access.role-needed");
            refused(
                    fixture.given(INVITED, ACTIVATED, holds, delegated, ended)
                            .when(end, as(ADA_SIGNED_IN)),
                    "delegation.unknown");
        }

        private ResultValidator<PersonAggregate> when(PersonCommand command, Actor actor) {
            return fixture.given(INVITED, ACTIVATED, holds).when(command, as(actor));
        }
    }

    @Nested
    class Erasing {
        private final PersonCommand erase = new PersonCommand.Erase(ADA);

        @Test
        void destroys_the_key_and_takes_back_roles_and_tokens() {
            fixture.given(
                            INVITED,
                            ACTIVATED,
                            new PersonEvent.RoleGranted(ADA, Role.VALIDATOR, PROJECT),
                            new PersonEvent.TokenIssued(
                                    ADA,
                                    "t1",
                                    new PersonalText(ADA, "build"),
                                    Set.of(TokenScope.READ),
                                    NOW),
                            DEACTIVATED)
                    .when(erase, as(ADMINISTRATOR))
                    .expectEvents(
                            new PersonEvent.RoleRevoked(ADA, Role.VALIDATOR, PROJECT),
                            new PersonEvent.TokenRevoked(ADA, "t1"),
                            new PersonEvent.Erased(ADA));
            assertThat(records.calls).containsExactly("erase u-ada");
            assertThat(keys).containsExactly("destroy u-ada");
        }

        @Test
        void takes_an_administrator_and_somebody_deactivated() {
            refused(
                    fixture.given(INVITED, ACTIVATED).when(erase, as(ADMINISTRATOR)),
                    "person.standing");
            refused(
                    fixture.given(INVITED, DEACTIVATED).when(erase, as(ADMINISTRATOR_OF_PROJECT)),
                    "access.role-needed");
            assertThat(keys).isEmpty();
        }

        @Test
        void has_no_way_back() {
            refused(
                    fixture.given(INVITED, DEACTIVATED, new PersonEvent.Erased(ADA))
                            .when(new PersonCommand.Reactivate(ADA), as(ADMINISTRATOR)),
                    "person.standing");
        }
    }

    @Test
    void only_the_sign_in_records_that_one_failed() {
        var failed = new PersonCommand.RecordFailedSignIn(ADA, 2, NOW.plusSeconds(900));
        fixture.given(INVITED, ACTIVATED)
                .when(failed, as(new Actor(UserId.ANONYMOUS, null, Channel.PAGE, null, Set.of())))
                .expectEvents(
                        new PersonEvent.SignInFailed(ADA, 2),
                        new PersonEvent.Locked(ADA, NOW.plusSeconds(900)));
        refused(
                fixture.given(INVITED, ACTIVATED).when(failed, as(person("u-x"))),
                "person.not-own");
    }

    private static PersonCommand invite(Actor.Grant... grants) {
        return new PersonCommand.Invite(
                ADA, "ada", "Ada Example", null, LINK, NOW.plusSeconds(60), Set.of(grants));
    }

    private static PersonCommand issue(String name, Instant expiresAt, TokenScope... scopes) {
        return new PersonCommand.IssueToken(ADA, "t1", name, Set.of(scopes), expiresAt, LINK);
    }

    private static Actor byToken(Actor actor) {
        return new Actor(actor.id(), null, Channel.TOKEN, null, actor.grants());
    }

    private static void refused(ResultValidator<PersonAggregate> result, String code) {
        result.expectException(CommandRefused.class)
                .expectExceptionMessage(startsWith(code + ":"))
                .expectNoEvents();
    }

    private static final class Kept implements PersonRecords {
        private final List<String> calls = new ArrayList<>();
        private boolean linkWorks = true;
        private boolean another;

        @Override
        public void invite(PersonCommand.Invite invite, Instant now) {
            calls.add("invite " + invite.person());
        }

        @Override
        public void link(UserId person, Sha256 link, Instant expiresAt) {
            calls.add("link " + person);
        }

        @Override
        public boolean redeem(UserId person, Sha256 link, Instant now) {
            calls.add("redeem " + person);
            return linkWorks;
        }

        @Override
        public void password(UserId person, String hash, Instant now) {
            calls.add("password " + person);
        }

        @Override
        public void token(PersonCommand.IssueToken token) {
            calls.add("token " + token.token());
        }

        @Override
        public void erase(UserId person) {
            calls.add("erase " + person);
        }

        @Override
        public boolean active(UserId person) {
            return person.equals(VERA);
        }

        @Override
        public boolean anotherAdministrator(UserId person) {
            return another;
        }
    }
}
