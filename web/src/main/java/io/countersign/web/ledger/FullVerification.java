package io.countersign.web.ledger;

import io.countersign.governance.job.Job;
import io.countersign.governance.job.Jobs;
import io.countersign.governance.ledger.check.LedgerCheckJob;
import io.countersign.governance.ledger.check.LedgerChecks;
import io.countersign.governance.ledger.check.LedgerChecks.Made;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * The verification of the whole ledger, as those start, watch and call it off who oversee all
 * projects or run the installation. What it finds names events of any project.
 */
@Component
class FullVerification {
    private static final Role[] ROLES = {Role.ADMINISTRATOR, Role.AUDITOR, Role.COMPLIANCE_OFFICER};

    private final LedgerCheckJob job;
    private final LedgerChecks checks;
    private final Jobs jobs;
    private final Clock clock;

    FullVerification(LedgerCheckJob job, LedgerChecks checks, Jobs jobs, Clock clock) {
        this.job = job;
        this.checks = checks;
        this.jobs = jobs;
        this.clock = clock;
    }

    /**
     * One as it is now.
     *
     * @param state queued, running, done, failed or cancelled
     * @param message where it is, or why it ended
     * @param done of {@code total}, of what {@code message} says
     * @param total null while it is not known
     * @param whole whether it came to its end: else it verifies nothing; null before it ends
     * @param size events verified; null before it ends
     * @param findings how many; null before it ends
     * @param list the first of each kind
     * @param unchecked what could not be checked and why
     * @param after what came after, in a sentence
     */
    record Run(
            UUID id,
            String state,
            String requestedBy,
            Instant requestedAt,
            @Nullable Instant endedAt,
            String message,
            long done,
            @Nullable Long total,
            boolean readModels,
            @Nullable Boolean whole,
            @Nullable Long size,
            @Nullable Long findings,
            List<Finding> list,
            List<String> unchecked,
            @Nullable String after) {
        static Run of(Job job) {
            var result = job.result();
            var ended = job.state() == Job.State.DONE && result != null ? result : null;
            return new Run(
                    job.id(),
                    job.state().name().toLowerCase(java.util.Locale.ROOT),
                    job.requestedBy().value(),
                    job.createdAt(),
                    job.endedAt(),
                    job.message(),
                    job.done(),
                    job.total(),
                    job.parameters().path("readModels").asBoolean(true),
                    ended == null ? null : ended.path("whole").asBoolean(false),
                    ended == null ? null : ended.path("size").asLong(),
                    ended == null ? null : ended.path("findings").asLong(),
                    ended == null ? List.of() : findings(ended.path("list")),
                    ended == null
                            ? List.of()
                            : ended.path("unchecked")
                                    .valueStream()
                                    .map(JsonNode::asString)
                                    .toList(),
                    ended == null ? null : ended.path("after").asString(""));
        }

        private static List<Finding> findings(JsonNode list) {
            return list.valueStream()
                    .map(one ->
                            new Finding(
                                    one.path("code").asString(""),
                                    one.path("title").asString(""),
                                    one.path("words").asString("")))
                    .toList();
        }

        public boolean isUnfinished() {
            return state.equals("queued") || state.equals("running");
        }

        /** Findings that were counted and are not in the list. */
        public long more() {
            return findings == null ? 0 : findings - list.size();
        }
    }

    /**
     * @param code one of docs/ledger-checks.md
     */
    record Finding(String code, String title, String words) {}

    /**
     * The last one that came to its end.
     *
     * @param size events it verified, from position 0
     * @param age since it ended
     * @param clean whether it found nothing
     * @param readModels whether it compared them with a replay
     * @param firstFinding in a sentence; null where there is none, or it is not for who asks
     * @param unchecked what it could not check
     */
    record Last(
            Instant began,
            Instant ended,
            Duration age,
            int epoch,
            long size,
            @Nullable String root,
            boolean clean,
            boolean readModels,
            long findings,
            @Nullable String firstFinding,
            List<String> unchecked) {
        /** {@code 3 hours ago}. */
        public String ago() {
            if (age.toMinutes() < 1) {
                return "less than a minute ago";
            }
            if (age.toHours() < 1) {
                return count(age.toMinutes(), "minute");
            }
            return age.toDays() < 1 ? count(age.toHours(), "hour") : count(age.toDays(), "day");
        }

        private static String count(long number, String unit) {
            return number + " " + unit + (number == 1 ? " ago" : "s ago");
        }
    }

    /**
     * One that was broken off after the last that was not. It verifies nothing.
     *
     * @param reached the position it came to
     */
    record BrokenOff(Instant ended, long reached) {}

    boolean isFor(Actor actor) {
        var held = actor.rolesForAll();
        return actor.isSystem() || java.util.Arrays.stream(ROLES).anyMatch(held::contains);
    }

    Optional<Last> last(Actor actor) {
        var now = clock.instant();
        return checks.latest()
                .map(made ->
                        new Last(
                                made.began(),
                                made.ended(),
                                age(made, now),
                                made.epoch(),
                                made.size(),
                                made.root() == null ? null : made.root().base64(),
                                made.clean(),
                                made.readModels(),
                                made.findings(),
                                isFor(actor) ? made.firstFinding() : null,
                                made.unchecked()));
    }

    private static Duration age(Made made, Instant now) {
        var age = Duration.between(made.ended(), now);
        return age.isNegative() ? Duration.ZERO : Duration.ofSeconds(age.toSeconds());
    }

    Optional<BrokenOff> brokenOff() {
        return checks.latestTried()
                .filter(made -> !made.whole())
                .map(made -> new BrokenOff(made.ended(), made.size()));
    }

    /** The newest, for those it is for. */
    Optional<Run> newest(Actor actor) {
        return isFor(actor) ? jobs.newest(LedgerCheckJob.KIND).map(Run::of) : Optional.empty();
    }

    /**
     * @throws CommandRefused {@code access.role-needed}, {@code ledger.check-running}
     */
    Run start(Actor actor, boolean readModels, boolean resume) {
        actor.requireForAll(ROLES);
        return find(job.start(actor.id(), readModels, resume), actor);
    }

    /**
     * @throws CommandRefused {@code access.role-needed}, {@code job.unknown}
     */
    Run find(UUID id, Actor actor) {
        actor.requireForAll(ROLES);
        return jobs.find(id)
                .filter(found -> found.kind().equals(LedgerCheckJob.KIND))
                .map(Run::of)
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.notFound(
                                                "job.unknown",
                                                "There is no full verification %s. The newest is named by GET /api/v1/ledger."
                                                        .formatted(id))
                                        .with("job", id.toString())));
    }

    /**
     * Only one's own, or as an administrator.
     *
     * @throws CommandRefused {@code access.role-needed}, {@code job.unknown}, {@code job.ended}
     */
    Run cancel(UUID id, Actor actor) {
        var found = find(id, actor);
        jobs.cancel(found.id(), actor);
        return find(id, actor);
    }
}
