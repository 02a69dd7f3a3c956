package io.countersign.governance.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.UserId;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

class PersonalTextModuleTest {
    /** An event with words of one person in it. */
    record Signed(String by, PersonalText comment) {}

    private static final PersonalSeal FAKE =
            new PersonalSeal() {
                @Override
                public String seal(UserId person, String text) {
                    return "v1." + new StringBuilder(text).reverse();
                }

                @Override
                public String open(UserId person, String sealed) {
                    return new StringBuilder(sealed.substring(3)).reverse().toString();
                }
            };

    private final JsonMapper json =
            JsonMapper.builder().addModule(new PersonalTextModule(FAKE)).build();

    @Test
    void stores_person_and_sealed_text_and_reads_them_back() {
        var event = new Signed("u-ada", new PersonalText(new UserId("u-ada"), "fine"));
        var stored = json.writeValueAsString(event);
        assertThat(stored)
                .isEqualTo(
                        "{\"by\":\"u-ada\",\"comment\":{\"person\":\"u-ada\",\"sealed\":\"v1.enif\"}}");
        assertThat(json.readValue(stored, Signed.class)).isEqualTo(event);
    }

    @Test
    void an_absent_text_stays_absent() {
        assertThat(json.readValue("null", PersonalText.class)).isNull();
    }

    @Test
    void refuses_clear_text_where_sealed_text_belongs() {
        assertThatThrownBy(() ->
                        json.readValue(
                                "{\"person\":\"u-ada\",\"text\":\"fine\"}", PersonalText.class))
                .isInstanceOf(JacksonException.class)
                .hasMessageContaining("no string 'sealed'");
    }
}
