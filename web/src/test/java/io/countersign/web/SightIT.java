package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.configuration.AdoptedFiles;
import io.countersign.governance.configuration.ConfigurationCommand;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.shared.Actor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;

/** What each role sees is what roles.yml says, on pages and in the API alike. */
@WebTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SightIT {
    /** An area of roles.yml, and where it is. */
    private static final Map<String, List<String>> AREAS =
            Map.of(
                    "audit-trail",
                    List.of(
                            "/audit",
                            "/audit.csv",
                            "/audit.json",
                            "/api/v1/events",
                            "/api/v1/events.csv",
                            "/api/v1/events.json"),
                    "risk-register",
                    List.of("/risks", "/risks.csv", "/api/v1/risks", "/api/v1/risks/heat-map"),
                    "reports",
                    List.of("/reports", "/api/v1/reports"),
                    "people",
                    List.of("/people", "/api/v1/people"),
                    "configuration",
                    List.of("/configuration", "/api/v1/configuration"));

    @Autowired Cast cast;
    @Autowired Commands commands;
    @Autowired AdoptedFiles files;

    @Test
    void a_role_sees_the_areas_the_file_gives_it_and_no_other() {
        sees("requester", "audit-trail", "risk-register", "reports");
        sees("compliance-officer", AREAS.keySet().toArray(String[]::new));
        sees("auditor", AREAS.keySet().toArray(String[]::new));
        sees("administrator", "audit-trail", "people", "configuration");
    }

    @Test
    void who_holds_no_role_sees_none_of_it() {
        var nobody = cast.signedIn("sight-nobody");
        AREAS.values().forEach(paths -> paths.forEach(path -> refused(nobody, path)));
    }

    @Test
    void adopting_another_file_changes_it_for_everybody_at_once() {
        var file = files.newest("roles.yml").orElseThrow();
        var validator = cast.signedIn("sight-validator", "validator@sight-one");
        assertThat(validator.get("/risks").statusCode()).isEqualTo(200);
        assertThat(validator.get("/").body()).contains("href=\"/risks\"", "Open risks");
        try {
            adopt(file.content().replace("risk-register, reports]", "reports]"));
            refused(validator, "/risks");
            refused(validator, "/api/v1/risks");
            assertThat(validator.get("/").body()).doesNotContain("href=\"/risks\"", "Open risks");
            assertThat(validator.get("/reports").statusCode()).isEqualTo(200);
        } finally {
            adopt(file.content());
        }
        assertThat(validator.get("/risks").statusCode()).isEqualTo(200);
    }

    @Test
    void an_area_is_seen_of_the_project_the_role_is_held_in_and_of_no_other() {
        var raiser = cast.signedIn("sight-raiser", "requester@sight-two", "requester@sight-three");
        raise("sight-two");
        raise("sight-three");
        assertThat(raiser.get("/api/v1/risks").body()).contains("sight-two", "sight-three");
        // Sees people of the one as its auditor, and of the other nobody, being its requester.
        var mixed = cast.signedIn("sight-mixed", "auditor@sight-two", "administrator@sight-three");
        assertThat(mixed.get("/api/v1/risks").body())
                .contains("sight-two")
                .doesNotContain("sight-three");
        assertThat(mixed.get("/risks.csv?status=all").body())
                .contains("sight-two")
                .doesNotContain("sight-three");
        assertThat(mixed.get("/risks").body()).doesNotContain("sight-three risk");
    }

    private void raise(String project) {
        var body =
                """
                {"project":"%s","title":"%s risk","description":"d","category":"privacy",
                 "subjects":[],"inherent":{"likelihood":3,"impact":3}}
                """
                        .formatted(project, project);
        var basic = Browser.basic("sight-raiser", Cast.PASSWORD);
        var raised = cast.browser().json("POST", "/api/v1/risks", body, "Authorization", basic);
        assertThat(raised.statusCode()).as(raised.body()).isEqualTo(201);
        var after = raised.body().replaceFirst("(?s).*\"after\":\"([^\"]+)\".*", "$1");
        cast.browser().get("/api/v1/risks?after=" + after, "Authorization", basic);
    }

    private void sees(String role, String... areas) {
        var browser = cast.signedIn("sight-" + role, role + "@sight-one");
        var home = browser.get("/").body();
        AREAS.forEach((area, paths) -> {
            for (var path : paths) {
                if (List.of(areas).contains(area)) {
                    assertThat(browser.get(path).statusCode()).as(role + path).isEqualTo(200);
                } else {
                    refused(browser, path);
                }
            }
            assertThat(home.contains("href=\"" + paths.getFirst() + "\""))
                    .as(role + " has " + area + " in the menu")
                    .isEqualTo(List.of(areas).contains(area));
        });
    }

    private static void refused(Browser browser, String path) {
        var answer = browser.get(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(403);
        assertThat(answer.body()).as(path).contains("None of the roles you hold sees");
    }

    private void adopt(String content) {
        commands.send(
                new ConfigurationCommand.Adopt("roles.yml", content, "For the test"),
                Actor.system());
    }
}
