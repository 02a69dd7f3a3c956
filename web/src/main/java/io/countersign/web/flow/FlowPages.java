package io.countersign.web.flow;

import io.countersign.governance.people.Names;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.review.Flow;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** How long decisions take, where they wait, and what an auditor looks at twice. */
@Controller
class FlowPages {
    private static final int DAYS = 90;

    private final Figures figures;

    FlowPages(Figures figures) {
        this.figures = figures;
    }

    /**
     * @param from and {@code until}: the days counted, both included, UTC
     */
    record Answer(
            long position,
            LocalDate from,
            LocalDate until,
            List<Flow.Stage> stages,
            List<Flow.Rework> rework,
            List<Flow.Waiting> waiting,
            List<Quick> quick,
            List<Pair> pairs) {}

    record Person(String id, String name) {}

    record Quick(
            long position,
            SubjectRef subject,
            int round,
            Person requester,
            Person signer,
            Duration after) {}

    record Pair(Person requester, Person signer, long approvals, double share) {}

    @GetMapping("/flow")
    String show(
            @RequestParam @Nullable String from,
            @RequestParam @Nullable String until,
            Actor actor,
            At at,
            Model model) {
        model.addAttribute("flow", figures.of(from, until, actor, at));
        return "flow/show";
    }

    @RestController
    @Tag(name = "Reviews")
    static class Api {
        private final Figures figures;

        Api(Figures figures) {
            this.figures = figures;
        }

        @GetMapping("/api/v1/flow")
        @Operation(
                summary = "How reviews flow",
                description =
                        "Of the rounds asked for and the signatures given from one day to another,"
                                + " UTC, both included; the last 90 days where not given.")
        Answer show(
                @RequestParam @Nullable String from,
                @RequestParam @Nullable String until,
                Actor actor,
                At at) {
            return figures.of(from, until, actor, at);
        }
    }

    @Component
    static class Figures {
        private final Flow flow;
        private final Sight sight;
        private final Names names;

        Figures(Flow flow, Sight sight, Names names) {
            this.flow = flow;
            this.sight = sight;
            this.names = names;
        }

        /**
         * @throws CommandRefused where a day is not one, or the first is after the last
         */
        Answer of(@Nullable String from, @Nullable String until, Actor actor, At at) {
            var last =
                    until == null || until.isBlank()
                            ? LocalDate.ofInstant(at.time(), ZoneOffset.UTC)
                            : day("until", until);
            var first =
                    from == null || from.isBlank() ? last.minusDays(DAYS - 1) : day("from", from);
            if (first.isAfter(last)) {
                throw CommandRefused.invalid(
                        "from", first.toString(), "it has to be no later than " + last);
            }
            var period = new Flow.Period(start(first), start(last.plusDays(1)));
            var visible = sight.of(actor, Area.AUDIT_TRAIL);
            var quick = flow.quick(period, at, visible);
            var pairs = flow.pairs(period, at, visible);
            var known =
                    names.of(
                            Stream.concat(
                                            quick.stream()
                                                    .flatMap(q ->
                                                            Stream.of(q.requester(), q.signer())),
                                            pairs.stream()
                                                    .flatMap(p ->
                                                            Stream.of(p.requester(), p.signer())))
                                    .toList());
            return new Answer(
                    at.position(),
                    first,
                    last,
                    flow.stages(period, at, visible),
                    flow.rework(period, at, visible),
                    flow.waiting(at, visible),
                    quick.stream()
                            .map(q ->
                                    new Quick(
                                            q.position(),
                                            q.subject(),
                                            q.round(),
                                            person(q.requester(), known),
                                            person(q.signer(), known),
                                            q.after()))
                            .toList(),
                    pairs.stream()
                            .map(p ->
                                    new Pair(
                                            person(p.requester(), known),
                                            person(p.signer(), known),
                                            p.approvals(),
                                            p.share()))
                            .toList());
        }

        private static Person person(UserId id, Map<UserId, String> known) {
            return new Person(id.value(), known.getOrDefault(id, id.value()));
        }

        private static Instant start(LocalDate day) {
            return day.atStartOfDay(ZoneOffset.UTC).toInstant();
        }

        private static LocalDate day(String field, String text) {
            try {
                return LocalDate.parse(text);
            } catch (DateTimeParseException _) {
                throw CommandRefused.invalid(field, text, "write a day as 2026-11-22");
            }
        }
    }

    /** For templates: {@code 3 d 4 h}, {@code 12 min}, {@code 40 s}. */
    @Component("durations")
    static class Durations {
        public String words(Duration duration) {
            if (duration.toDays() > 0) {
                return duration.toDays() + " d " + duration.toHoursPart() + " h";
            }
            if (duration.toHours() > 0) {
                return duration.toHours() + " h " + duration.toMinutesPart() + " min";
            }
            if (duration.toMinutes() > 0) {
                return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
            }
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
        }
    }
}
