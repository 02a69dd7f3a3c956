package io.countersign.governance.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.UserId;
import io.countersign.testing.People;
import io.countersign.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class PersonalKeyringIT {
    private static final UserId ADA = new UserId("u-ada");
    private static final UserId ALAN = new UserId("u-alan");

    @TempDir Path home;
    private final TestDatabase database = TestDatabase.fresh();
    private final JdbcClient jdbc = JdbcClient.create(database.app());
    private final Watch watch = new Watch();
    private PersonalKeyring keyring;

    @BeforeEach
    void open() {
        keyring = keyring(home.resolve("keys"));
    }

    @Test
    void opens_what_it_sealed_and_never_seals_alike() {
        keyring.create(ADA);
        var sealed = keyring.seal(ADA, "Ada Lovelace, née Byron");
        assertThat(sealed).matches("v1\\.[A-Za-z0-9_-]+").doesNotContain("Ada");
        assertThat(keyring.open(ADA, sealed)).isEqualTo("Ada Lovelace, née Byron");
        assertThat(keyring.seal(ADA, "Ada Lovelace, née Byron")).isNotEqualTo(sealed);
        assertThat(keyring(home.resolve("keys")).open(ADA, sealed)).startsWith("Ada");
    }

    @Test
    void reads_as_erased_for_ever_once_the_key_is_destroyed() {
        var sealed = keyring.seal(ADA, "my words");
        var other = keyring.seal(ALAN, "his words");
        keyring.destroy(ADA);
        keyring.destroy(ADA);
        keyring.create(ADA);
        assertThat(keyring.open(ADA, sealed)).isEqualTo(PersonalText.ERASED);
        assertThat(keyring.open(ALAN, other)).isEqualTo("his words");
        assertThat(
                        jdbc.sql("select count(*) from person_key where wrapped is null")
                                .query(Integer.class)
                                .single())
                .isEqualTo(1);
    }

    @Test
    void records_nothing_new_of_somebody_erased_but_that_they_are() {
        keyring.destroy(ADA);
        assertThatThrownBy(() -> keyring.seal(ADA, "more"))
                .isInstanceOf(CommandRefused.class)
                .hasMessageContaining("person.erased");
        var erased = keyring.seal(ADA, PersonalText.ERASED);
        assertThat(keyring.open(ADA, erased)).isEqualTo(PersonalText.ERASED);
    }

    @Test
    void another_node_notices_a_destruction_within_a_minute() {
        var sealed = keyring.seal(ADA, "my words");
        var other = keyring(home.resolve("keys"));
        assertThat(other.open(ADA, sealed)).isEqualTo("my words");
        keyring.destroy(ADA);
        watch.now = watch.now.plus(Duration.ofSeconds(59));
        assertThat(other.open(ADA, sealed)).isEqualTo("my words");
        watch.now = watch.now.plus(Duration.ofSeconds(1));
        assertThat(other.open(ADA, sealed)).isEqualTo(PersonalText.ERASED);
    }

    @Test
    void every_altered_bit_is_noticed() {
        var sealed = keyring.seal(ADA, "my words");
        var bytes = Base64.getUrlDecoder().decode(sealed.substring(3));
        for (var bit = 0; bit < bytes.length * 8; bit++) {
            var altered = bytes.clone();
            altered[bit / 8] ^= (byte) (1 << bit % 8);
            var text = "v1." + Base64.getUrlEncoder().withoutPadding().encodeToString(altered);
            assertAltered(ADA, text);
        }
        for (var text : new String[] {"", "v1.", "v1.AAAA", "v2." + sealed.substring(3), "v1.%"}) {
            assertAltered(ADA, text);
        }
        keyring.create(ALAN);
        assertAltered(ALAN, sealed);
    }

    @Test
    void a_key_made_in_a_transaction_that_fails_is_not_used_after() {
        var transaction = new TransactionTemplate(new JdbcTransactionManager(database.app()));
        transaction.executeWithoutResult(status -> {
            keyring.seal(ADA, "never happened");
            status.setRollbackOnly();
        });
        var sealed = keyring.seal(ADA, "happened");
        assertThat(keyring(home.resolve("keys")).open(ADA, sealed)).isEqualTo("happened");
    }

    @Test
    void a_wrapped_key_belongs_to_one_person_and_one_folder() {
        var sealed = keyring.seal(ADA, "my words");
        var elsewhere = keyring(home.resolve("other"));
        assertThatThrownBy(() -> elsewhere.open(ADA, sealed))
                .hasMessageContaining("does not open with personal.key");
        jdbc.sql(
                        """
                        insert into person_key (person_id, wrapped, created_at)
                        select 'u-alan', wrapped, created_at from person_key
                        """)
                .update();
        assertThatThrownBy(() -> keyring.open(ALAN, sealed))
                .hasMessageContaining("does not open with personal.key");
    }

    @Test
    void a_missing_key_is_not_taken_for_an_erased_person() {
        assertThatThrownBy(() -> keyring.open(ADA, "v1.AAAA")).hasMessageContaining("lost a row");
    }

    @Test
    void the_database_lets_a_key_only_be_destroyed() {
        keyring.create(ADA);
        assertThatThrownBy(() -> jdbc.sql("update person_key set wrapped = '\\x00'").update())
                .rootCause()
                .hasMessageContaining("can only be destroyed");
        assertThatThrownBy(() -> jdbc.sql("delete from person_key").update())
                .rootCause()
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> jdbc.sql("update person_key set person_id = 'u-x'").update())
                .rootCause()
                .hasMessageContaining("permission denied");
        keyring.destroy(ADA);
        assertThatThrownBy(() ->
                        JdbcClient.create(database.owner())
                                .sql(
                                        "update person_key set wrapped = '\\x00',"
                                                + " destroyed_at = null")
                                .update())
                .rootCause()
                .hasMessageContaining("can only be destroyed");
    }

    private void assertAltered(UserId person, String sealed) {
        assertThatThrownBy(() -> keyring.open(person, sealed))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Words of " + person + " were altered");
    }

    private PersonalKeyring keyring(Path folder) {
        return new PersonalKeyring(jdbc, KeyFolder.open(folder), watch);
    }

    private static final class Watch extends Clock {
        Instant now = People.NOW;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
