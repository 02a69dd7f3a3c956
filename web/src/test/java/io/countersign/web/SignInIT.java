package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.people.People;
import io.countersign.governance.people.PersonCommand;
import io.countersign.governance.shared.Actor;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@WebTest
class SignInIT {
    @Autowired Cast cast;
    @Autowired Commands commands;
    @Autowired People people;
    @Autowired JdbcClient db;

    @Nested
    class On_the_page {
        @Test
        void lets_in_with_the_right_password_and_a_new_session() {
            cast.person("page-right");
            var browser = cast.browser();
            browser.get("/sign-in");
            var before = browser.cookies().getCookieStore().getCookies().toString();
            var answer = browser.signIn("page-right", Cast.PASSWORD);
            assertThat(answer.statusCode()).isEqualTo(302);
            assertThat(browser.cookies().getCookieStore().getCookies().toString())
                    .isNotEqualTo(before);
            assertThat(answer.headers().firstValue("Set-Cookie"))
                    .hasValueSatisfying(cookie ->
                            assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict"));
            assertThat(browser.get("/").body()).contains("Name of page-right");
        }

        @Test
        void goes_back_to_the_page_that_was_asked_for() {
            cast.person("page-back");
            var browser = cast.browser();
            assertThat(browser.get("/people").headers().firstValue("Location"))
                    .hasValueSatisfying(to -> assertThat(to).endsWith("/sign-in"));
            assertThat(browser.signIn("page-back", Cast.PASSWORD).headers().firstValue("Location"))
                    .hasValueSatisfying(to -> assertThat(to).contains("/people"));
        }

        @Test
        void says_the_same_for_a_wrong_password_an_unknown_name_and_a_locked_account() {
            cast.person("page-locked");
            var wrong = cast.browser().signIn("page-locked", "not the password");
            var unknown = cast.browser().signIn("nobody-knows-me", "not the password");
            for (var i = 0; i < 5; i++) {
                cast.browser().signIn("page-locked", "not the password");
            }
            var locked = cast.browser().signIn("page-locked", Cast.PASSWORD);
            assertThat(wrong.headers().firstValue("Location"))
                    .isEqualTo(unknown.headers().firstValue("Location"))
                    .isEqualTo(locked.headers().firstValue("Location"));
            assertThat(locked.headers().firstValue("Location").orElseThrow())
                    .endsWith("/sign-in?error");
        }

        @Test
        void ends_the_session_on_signing_out() {
            var browser = cast.signedIn("page-out");
            assertThat(browser.submit("/", "/sign-out", Map.of()).statusCode()).isEqualTo(302);
            assertThat(browser.get("/").statusCode()).isEqualTo(302);
        }

        @Test
        void ends_the_session_of_somebody_deactivated_at_once() {
            var browser = cast.signedIn("page-gone", "auditor@*");
            assertThat(browser.get("/").statusCode()).isEqualTo(200);
            commands.send(new PersonCommand.Deactivate(cast.person("page-gone")), Actor.system());
            assertThat(browser.get("/").statusCode()).isEqualTo(302);
            assertThat(browser.get("/api/v1/me").statusCode()).isEqualTo(401);
        }

        @Test
        void keeps_only_the_session_in_which_the_password_was_changed() {
            var here = cast.signedIn("page-change");
            var elsewhere = cast.signedIn("page-change");
            var answer =
                    here.submit(
                            "/account",
                            "/account/password",
                            Map.of(
                                    "password", Cast.PASSWORD,
                                    "newPassword", "eight-loud-herons",
                                    "again", "eight-loud-herons"));
            assertThat(answer.statusCode()).isEqualTo(302);
            assertThat(here.get("/account").body()).contains("The password was changed");
            assertThat(elsewhere.get("/").statusCode()).isEqualTo(302);
        }
    }

    @Nested
    class By_a_one_time_link {
        @Test
        void sets_a_password_once() {
            var link =
                    people.invite("link-once", "Linda", null, java.util.Set.of(), Actor.system());
            var path = "/link/" + link.shown();
            var browser = cast.browser();
            assertThat(browser.get(path).body()).contains("link-once");
            assertThat(
                            browser.submit(
                                            path,
                                            path,
                                            Map.of("password", "short", "again", "short"))
                                    .body())
                    .contains("use at least 12");
            var set =
                    browser.submit(
                            path, path, Map.of("password", Cast.PASSWORD, "again", Cast.PASSWORD));
            assertThat(set.headers().firstValue("Location").orElseThrow())
                    .endsWith("/sign-in?welcome");
            assertThat(browser.get(path).statusCode()).isEqualTo(404);
            assertThat(browser.signIn("link-once", Cast.PASSWORD).headers().firstValue("Location"))
                    .hasValueSatisfying(to -> assertThat(to).doesNotContain("error"));
        }

        @Test
        void works_for_programs_too() {
            var link = people.invite("link-api", "Lena", null, java.util.Set.of(), Actor.system());
            var body =
                    "{\"link\":\"%s\",\"password\":\"%s\"}".formatted(link.shown(), Cast.PASSWORD);
            var browser = cast.browser();
            assertThat(browser.json("POST", "/api/v1/link", body).statusCode()).isEqualTo(204);
            assertThat(browser.json("POST", "/api/v1/link", body).statusCode()).isEqualTo(404);
        }
    }

    @Nested
    class In_the_api {
        @Test
        void takes_name_and_password_with_each_call() {
            var person = cast.person("api-basic", "requester@credit");
            var answer =
                    cast.browser()
                            .get(
                                    "/api/v1/me",
                                    "Authorization",
                                    Browser.basic("api-basic", Cast.PASSWORD));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                    .contains(person.value())
                    .contains("\"channel\":\"API\"")
                    .contains("requester@credit");
            assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
        }

        @Test
        void answers_401_with_a_challenge_and_never_a_redirect() {
            cast.person("api-wrong");
            for (var answer :
                    new java.net.http.HttpResponse<?>[] {
                        cast.browser().get("/api/v1/me"),
                        cast.browser()
                                .get(
                                        "/api/v1/me",
                                        "Authorization",
                                        Browser.basic("api-wrong", "no")),
                        cast.browser().get("/api/v1/me", "Authorization", "Bearer cs_a_b"),
                        cast.browser().get("/api/v1/me", "Authorization", "Basic ???"),
                        cast.browser().get("/api/v1/me", "Authorization", "Digest x")
                    }) {
                assertThat(answer.statusCode()).isEqualTo(401);
                assertThat(answer.headers().allValues("WWW-Authenticate")).hasSize(2);
                assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                        .startsWith("application/problem+json");
            }
        }

        @Test
        void lets_a_token_read_and_no_more_with_the_scope_read() {
            cast.person("api-token");
            var basic = Browser.basic("api-token", Cast.PASSWORD);
            var browser = cast.browser();
            var issued =
                    browser.json(
                            "POST",
                            "/api/v1/me/tokens",
                            "{\"name\":\"ci\",\"scopes\":[\"READ\"],\"expiresAt\":\"%s\"}"
                                    .formatted(
                                            java.time.Clock.systemUTC()
                                                    .instant()
                                                    .plusSeconds(86_400)),
                            "Authorization",
                            basic);
            assertThat(issued.statusCode()).isEqualTo(201);
            var token = text(issued.body(), "token");
            assertThat(browser.get("/api/v1/me", "Authorization", "Bearer " + token).body())
                    .contains("\"channel\":\"TOKEN\"");
            var refused =
                    browser.json(
                            "POST", "/api/v1/test/body", "{}", "Authorization", "Bearer " + token);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).contains("token.scope");
            assertThat(
                            browser.get(
                                            "/api/v1/me/tokens?after="
                                                    + text(issued.body(), "after"),
                                            "Authorization",
                                            basic)
                                    .body())
                    .contains("\"name\":\"ci\"")
                    .doesNotContain(token);
            var revoked =
                    browser.send(
                            "DELETE",
                            "/api/v1/me/tokens/" + text(issued.body(), "id"),
                            null,
                            "Authorization",
                            basic);
            assertThat(revoked.statusCode()).isEqualTo(201);
            assertThat(browser.get("/api/v1/me", "Authorization", "Bearer " + token).statusCode())
                    .isEqualTo(401);
        }

        @Test
        void turns_away_a_token_that_wants_to_sign_and_records_it() {
            var person = cast.person("api-signs");
            var basic = Browser.basic("api-signs", Cast.PASSWORD);
            var browser = cast.browser();
            var token =
                    text(
                            browser.json(
                                            "POST",
                                            "/api/v1/me/tokens",
                                            "{\"name\":\"ci\",\"scopes\":[\"REQUEST\"],\"expiresAt\":\"%s\"}"
                                                    .formatted(
                                                            java.time.Clock.systemUTC()
                                                                    .instant()
                                                                    .plusSeconds(86_400)),
                                            "Authorization",
                                            basic)
                                    .body(),
                            "token");
            var answer =
                    browser.json(
                            "POST",
                            "/api/v1/test/signature?password=" + Cast.PASSWORD,
                            "",
                            "Authorization",
                            "Bearer " + token);
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("review.token-cannot-sign");
            assertThat(refusals(person.value(), "review.token-cannot-sign")).isEqualTo(1);
        }

        @Test
        void takes_the_credentials_of_the_call_itself_for_a_signature() {
            cast.person("api-fresh");
            var answer =
                    cast.browser()
                            .json(
                                    "POST",
                                    "/api/v1/test/signature",
                                    "",
                                    "Authorization",
                                    Browser.basic("api-fresh", Cast.PASSWORD));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).doesNotContain("null");
        }

        @Test
        void asks_a_session_for_the_password_before_a_signature() {
            var browser = cast.signedIn("api-session");
            var csrf = text(browser.get("/api/v1/me").body(), "csrfToken");
            var missing = browser.json("POST", "/api/v1/test/signature", "", "X-CSRF-TOKEN", csrf);
            assertThat(missing.statusCode()).isEqualTo(400);
            assertThat(missing.body()).contains("sign-in.password-needed");
            var wrong =
                    browser.json(
                            "POST", "/api/v1/test/signature?password=x", "", "X-CSRF-TOKEN", csrf);
            assertThat(wrong.statusCode()).isEqualTo(403);
            assertThat(wrong.body()).contains("\"field\":\"password\"");
            var right =
                    browser.json(
                            "POST",
                            "/api/v1/test/signature?password=" + Cast.PASSWORD,
                            "",
                            "X-CSRF-TOKEN",
                            csrf);
            assertThat(right.body()).startsWith("null 2");
        }
    }

    private long refusals(String person, String code) {
        return db.sql(
                        """
                        select count(*) from event
                         where payload_type = 'refusal.recorded'
                           and convert_from(meta_data, 'UTF8')::jsonb ->> 'actor' = ?
                           and convert_from(payload, 'UTF8')::jsonb ->> 'code' = ?
                        """)
                .params(person, code)
                .query(Long.class)
                .single();
    }

    private static String text(String json, String name) {
        var value = java.util.regex.Pattern.compile("\"" + name + "\":\"([^\"]+)\"").matcher(json);
        assertThat(value.find()).as(json).isTrue();
        return value.group(1);
    }
}
