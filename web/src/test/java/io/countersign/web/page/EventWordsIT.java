package io.countersign.web.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.eventstore.EventSerializer;
import io.countersign.web.WebTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@WebTest
class EventWordsIT {
    @Autowired EventSerializer serializer;

    @Test
    void every_event_that_can_be_stored_has_words_of_its_own() {
        assertThat(EventWords.known())
                .containsExactlyInAnyOrderElementsOf(serializer.events().keySet());
        assertThat(EventWords.known().stream().map(EventWords::wordsOf)).doesNotHaveDuplicates();
    }

    @Test
    void an_event_of_another_version_keeps_its_name_made_readable() {
        assertThat(EventWords.wordsOf("dataset.version-mended"))
                .isEqualTo("Dataset: version mended");
    }
}
