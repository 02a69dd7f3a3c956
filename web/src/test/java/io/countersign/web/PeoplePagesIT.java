package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@WebTest
class PeoplePagesIT {
    @Autowired Cast cast;

    @Test
    void an_administrator_invites_grants_deactivates_and_erases() {
        var adam = cast.signedIn("people-adam", "administrator@*");
        var invited =
                adam.submit(
                        "/people",
                        "/people",
                        Map.of(
                                "username", "people-eva",
                                "displayName", "Eva <script>alert(1)</script>",
                                "email", "",
                                "role", "auditor",
                                "project", ""));
        assertThat(invited.statusCode()).as(invited.body()).isEqualTo(200);
        assertThat(invited.body())
                .contains("/link/")
                .contains("Eva &lt;script&gt;")
                .doesNotContain("<script");
        var person = first("Known as</dt><dd>(u-[a-z0-9]+)", invited.body());
        var page = "/people/" + person;

        var granted =
                adam.submit(page, page + "/roles", Map.of("role", "requester", "project", ""));
        assertThat(granted.statusCode()).isEqualTo(302);
        var shown = adam.get(path(granted.headers().firstValue("Location").orElseThrow()));
        assertThat(shown.body()).contains("requester@*").contains("Name of people-adam");

        assertThat(
                        adam.submit(page, page + "/roles/revocation", Map.of("grant", "auditor@*"))
                                .statusCode())
                .isEqualTo(302);
        var off = adam.submit(page, page + "/deactivation", Map.of());
        assertThat(adam.get(path(off.headers().firstValue("Location").orElseThrow())).body())
                .contains("Erase for ever");
        var hasty = adam.submit(page, page + "/erasure", Map.of("confirm", "yes"));
        assertThat(hasty.statusCode()).isEqualTo(400);
        assertThat(hasty.body()).contains("no way back");
        var erased = adam.submit(page, page + "/erasure", Map.of("confirm", person));
        assertThat(adam.get(path(erased.headers().firstValue("Location").orElseThrow())).body())
                .doesNotContain("Eva")
                .contains(person);
    }

    @Test
    void what_was_typed_stays_when_it_is_refused() {
        var adam = cast.signedIn("people-adam", "administrator@*");
        var refused =
                adam.submit(
                        "/people",
                        "/people",
                        Map.of(
                                "username", "people-adam",
                                "displayName", "Another",
                                "email", "",
                                "role", "",
                                "project", ""));
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body())
                .contains("Somebody has the user name")
                .contains("value=\"Another\"")
                .contains("f-username-error");
    }

    @Test
    void others_neither_invite_nor_see_accounts() {
        cast.person("people-adam", "administrator@*");
        var otto = cast.signedIn("people-otto", "auditor@*");
        var list = otto.get("/people");
        assertThat(list.body()).doesNotContain("Invite somebody").doesNotContain("User name");
        var refused =
                otto.submit("/account", "/people", Map.of("username", "x1", "displayName", "X"));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("administrator");
    }

    @Test
    void the_api_does_the_same() {
        cast.person("people-adam", "administrator@*");
        var basic = Browser.basic("people-adam", Cast.PASSWORD);
        var browser = cast.browser();
        var invited =
                browser.json(
                        "POST",
                        "/api/v1/people",
                        "{\"username\":\"people-api\",\"displayName\":\"Ann\",\"roles\":[\"requester@credit\"]}",
                        "Authorization",
                        basic);
        assertThat(invited.statusCode()).as(invited.body()).isEqualTo(201);
        var person = first("\"person\":\"([^\"]+)\"", invited.body());
        var granted =
                browser.json(
                        "POST",
                        "/api/v1/people/" + person + "/roles",
                        "{\"role\":\"auditor@*\"}",
                        "Authorization",
                        basic,
                        "Idempotency-Key",
                        "grant-1");
        assertThat(granted.statusCode()).isEqualTo(201);
        var again =
                browser.json(
                        "POST",
                        "/api/v1/people/" + person + "/roles",
                        "{\"role\":\"auditor@*\"}",
                        "Authorization",
                        basic,
                        "Idempotency-Key",
                        "grant-1");
        assertThat(again.body()).isEqualTo(granted.body());
        var shown =
                browser.get(
                        "/api/v1/people/"
                                + person
                                + "?after="
                                + first("\"after\":\"([^\"]+)\"", granted.body()),
                        "Authorization",
                        basic);
        assertThat(shown.body()).contains("auditor@*").contains("requester@credit");
        var unknown =
                browser.json(
                        "POST",
                        "/api/v1/people/" + person + "/roles",
                        "{\"role\":\"wizard@*\"}",
                        "Authorization",
                        basic);
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(unknown.body()).contains("role.unknown");
    }

    private static String path(String location) {
        return location.replaceFirst("^https?://[^/]+", "");
    }

    private static String first(String pattern, String text) {
        var found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return found.group(1);
    }
}
