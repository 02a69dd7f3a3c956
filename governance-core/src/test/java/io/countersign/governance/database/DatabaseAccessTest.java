package io.countersign.governance.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DatabaseAccessTest {
    private static final String URL = "jdbc:postgresql://db.example/countersign";

    @Test
    void two_users_are_owner_and_run_time_role() {
        var access = DatabaseAccess.external(URL, "run", "r", "own", "o");
        assertThat(access.appRole()).isEqualTo("run");
        assertThat(access.owner().password()).isEqualTo("o");
        assertThat(access.sharesOneUser()).isFalse();
    }

    @Test
    void one_user_takes_the_role_countersign_app() {
        var access = DatabaseAccess.external(URL, "both", "b", null, null);
        assertThat(access.appRole()).isEqualTo("countersign_app");
        assertThat(access.sharesOneUser()).isTrue();
    }

    @Test
    void refuses_settings_that_contradict_each_other() {
        refuses("database.url must begin", "jdbc:mysql://db", "u", "p", null, null);
        refuses("database.username and", URL, null, null, null, null);
        refuses("owner-password is needed", URL, "u", "p", "o", null);
        refuses("are both 'u'", URL, "u", "p", "u", "p");
    }

    @Test
    void shows_no_password() {
        assertThat(DatabaseAccess.external(URL, "u", "s3cret", "o", "s3cret").toString())
                .doesNotContain("s3cret");
    }

    private static void refuses(
            String message,
            String url,
            @Nullable String user,
            @Nullable String password,
            @Nullable String owner,
            @Nullable String ownerPassword) {
        assertThatThrownBy(() -> DatabaseAccess.external(url, user, password, owner, ownerPassword))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
