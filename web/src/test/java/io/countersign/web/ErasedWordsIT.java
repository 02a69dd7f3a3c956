package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.SequencedEvents;
import io.countersign.governance.people.PersonCommand;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.risk.Rating;
import io.countersign.governance.risk.RiskCommand;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What a person wrote is gone from wherever it was read before, the memory of the server too. */
@WebTest
class ErasedWordsIT {
    private static final String WORDS = "Quokkatable remark";

    @Autowired Cast cast;
    @Autowired Commands commands;
    @Autowired ReadPosition positions;
    @Autowired SequencedEvents events;
    @Autowired Clock clock;

    @Test
    void after_an_erasure_no_way_of_reading_shows_the_words() throws Exception {
        var project = new ProjectId("erased");
        try {
            send(
                    Actor.system(),
                    new ProjectCommand.Register(
                            project, "E", "p", "i", "t", List.of("EU"), RiskTier.LOW));
        } catch (CommandRefused there) {
            assertThat(there.refusal().kind()).isEqualTo(Refusal.Kind.CONFLICT);
        }
        var adam = actor("erased-adam", "administrator@*");
        var tom = actor("erased-tom", "risk-owner@erased", "requester@erased");
        var otto = cast.signedIn("erased-otto", "auditor@*");
        var before = events.createHeadToken();
        var risk = RiskId.random(project);
        send(
                tom,
                new RiskCommand.Raise(
                        risk, "Erasure test", "d", "privacy", List.of(), "", new Rating(2, 2)));
        shown(send(tom, new RiskCommand.RateInherent(risk, new Rating(3, 3), WORDS)));
        assertThat(read(before)).contains(WORDS); // as every processor did
        var page = "/risks/" + risk;
        assertThat(otto.get(page).body()).contains(WORDS);
        assertThat(otto.get("/audit?text=quokkatable").body()).contains(risk.value());
        assertThat(otto.get("/audit.json?text=quokkatable").body()).contains("risk.inherent-rated");

        send(adam, new PersonCommand.Deactivate(tom.id()));
        var erased = send(adam, new PersonCommand.Erase(tom.id()));
        shown(erased);

        for (var path :
                List.of(
                        page,
                        "/api/v1/risks/" + risk,
                        "/risks",
                        "/risks.csv",
                        "/api/v1/risks?project=erased",
                        "/audit",
                        "/api/v1/events?project=erased&limit=100",
                        "/api/v1/events.csv?project=erased",
                        "/api/v1/events.json?project=erased")) {
            assertThat(otto.get(path).body()).as(path).contains("erased").doesNotContain(WORDS);
        }
        for (var found : List.of("/audit?text=quokkatable", "/api/v1/events?text=quokkatable")) {
            assertThat(otto.get(found).body()).as(found).doesNotContain(risk.value(), WORDS);
        }
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(read(before)).doesNotContain(WORDS));

        // a row that was remembered in clear would be sealed for somebody without a key
        var rosa = actor("erased-rosa", "risk-owner@erased");
        shown(send(rosa, new RiskCommand.RateResidual(risk, new Rating(1, 1), "Later")));
        assertThat(otto.get(page).body()).contains("Later").doesNotContain(WORDS);
    }

    @Test
    void a_reader_that_is_behind_when_somebody_is_erased_goes_on_with_what_is_left()
            throws Exception {
        var adam = actor("erased-adam", "administrator@*");
        var tim = actor("erased-tim", "risk-owner@erased");
        var before = events.createHeadToken();
        var subject = new SubjectRef(SubjectKind.RISK, "none");
        commands.recordRefusal(
                "risk.look", subject, tim, Refusal.forbidden("risk.none", "Numbatish words"));
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(read(before)).contains("Numbatish"));
        try (var slow = events.openStream(before)) {
            assertThat(slow.hasNextAvailable(0, TimeUnit.MILLISECONDS) || polled(slow)).isTrue();
            send(adam, new PersonCommand.Deactivate(tim.id()));
            var erased = send(adam, new PersonCommand.Erase(tim.id()));
            shown(erased);
            assertThat(read(before)).doesNotContain("Numbatish");
            var rest = new StringBuilder();
            while (slow.hasNextAvailable(0, TimeUnit.MILLISECONDS)) {
                rest.append(slow.nextAvailable().getPayload());
            }
            assertThat(rest.toString())
                    .contains("risk.look", "Erased[person=" + tim.id())
                    .doesNotContain("Numbatish");
        }
    }

    private static boolean polled(
            org.axonframework.common.stream.BlockingStream<TrackedEventMessage<?>> stream) {
        await().atMost(Duration.ofSeconds(10)).until(() -> stream.peek().isPresent());
        return true;
    }

    /** All there is after a position, as a processor that opens a stream there is given it. */
    private String read(@org.jspecify.annotations.Nullable TrackingToken after) {
        var read = new StringBuilder();
        try (var stream = events.openStream(after)) {
            while (stream.hasNextAvailable(0, TimeUnit.MILLISECONDS)) {
                read.append(stream.nextAvailable().getPayload());
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return read.toString();
    }

    private void shown(String event) {
        positions.await(event, Duration.ofSeconds(20));
    }

    private String send(Actor actor, Command command) {
        return java.util.Objects.requireNonNull(commands.send(command, actor).lastEventId());
    }

    private Actor actor(String username, String... grants) {
        return new Actor(
                cast.person(username, grants), null, Channel.PAGE, clock.instant(), Set.of());
    }
}
