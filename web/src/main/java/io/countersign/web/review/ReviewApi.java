package io.countersign.web.review;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.eventstore.Commands.Sent;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.shared.Actor;
import io.countersign.web.api.Api;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/reviews")
@Tag(
        name = "Reviews",
        description = "Data approval, model sign-off, deployment approval and waivers")
class ReviewApi {
    private static final String PATH = "/api/v1/reviews/";
    private static final int MOST = 200;

    private final Inbox inbox;
    private final Sheets sheets;
    private final Signing signing;
    private final Commands commands;

    ReviewApi(Inbox inbox, Sheets sheets, Signing signing, Commands commands) {
        this.inbox = inbox;
        this.sheets = sheets;
        this.signing = signing;
        this.commands = commands;
    }

    /**
     * @param next give it as {@code after} for the next page; null on the last
     */
    record Page(List<Inbox.Listed> items, @Nullable String next) {}

    /**
     * @param awaiting what the caller can sign now
     * @param requested what the caller asked for and is open or returned
     * @param stale approvals the caller asked for, or has a deployment that rests on, that became
     *     stale and were not asked for again
     * @param delegated what the caller can sign now in the place of others
     * @param conditions the caller has to see to
     * @param toConfirm conditions said to be fulfilled, which the caller can confirm
     */
    record Mine(
            List<Inbox.Listed> awaiting,
            List<Inbox.Listed> requested,
            List<Inbox.Told> stale,
            List<Inbox.Listed> delegated,
            List<Inbox.Conditioned> conditions,
            List<Inbox.Conditioned> toConfirm) {}

    record Asking(@Nullable String comment) {}

    /**
     * @param manifest digest of what was shown
     * @param verdict approve, return or reject
     * @param comment needed to return or reject, unless a remark says why
     * @param password needed with a session; HTTP Basic brings it along
     * @param onBehalfOf id of whom the caller stands in for; without it they sign for themself
     *     where they hold the role, else for the one who delegated it to them
     * @param conditions what an approval is given on
     */
    record Decision(
            @NotNull String manifest,
            @NotNull String role,
            @NotNull String verdict,
            @Nullable String comment,
            @Nullable String password,
            @Nullable String onBehalfOf,
            @Nullable List<Signing.Terms> conditions,
            @Nullable List<Signing.Said> remarks) {
        /** Without the password. */
        @Override
        public String toString() {
            return "Decision[" + verdict + " as " + role + "]";
        }
    }

    /**
     * @param note how it is fulfilled
     * @param attached ids of pieces of evidence
     */
    record Fulfilment(@NotNull String note, @Nullable List<String> attached) {}

    /**
     * @param confirmed false where what was brought is not enough
     * @param reason needed then
     * @param password needed with a session; HTTP Basic brings it along
     * @param onBehalfOf as of a signature
     */
    record Answer(
            @NotNull Boolean confirmed,
            @Nullable String reason,
            @Nullable String password,
            @Nullable String onBehalfOf) {
        /** Without the password. */
        @Override
        public String toString() {
            return "Answer[" + confirmed + "]";
        }
    }

    record Reason(@Nullable String reason) {}

    @GetMapping
    @Operation(summary = "All reviews one may see, by subject")
    Page list(
            @RequestParam @Nullable String kind,
            @RequestParam @Nullable String status,
            @RequestParam @Nullable String project,
            @RequestParam(name = "from") @Nullable String from,
            @RequestParam(defaultValue = "50") int limit,
            Actor actor,
            At at) {
        var size = Math.clamp(limit, 1, MOST);
        var found = inbox.list(new Inbox.Filter(kind, status, project, from), size + 1, actor, at);
        return found.size() <= size
                ? new Page(found, null)
                : new Page(found.subList(0, size), found.get(size - 1).subject().toString());
    }

    @GetMapping("/inbox")
    @Operation(
            summary = "What waits for the caller: signatures, conditions, and what they asked for")
    Mine mine(Actor actor, At at) {
        return new Mine(
                inbox.awaiting(actor, MOST, at),
                inbox.requestedBy(actor, MOST, at),
                inbox.told(actor, MOST, at),
                inbox.delegated(actor, MOST, at),
                inbox.conditions(actor, MOST, at),
                inbox.toConfirm(actor, MOST, at));
    }

    @GetMapping("/{subject}")
    @Operation(summary = "Everything a decision about a subject is taken on")
    Sheet show(@PathVariable String subject, Actor actor, At at) {
        return sheets.sheet(Sheets.subject(subject), actor, at);
    }

    @GetMapping("/{subject}/readiness")
    @Operation(summary = "The gates at this moment; nothing is recorded")
    Sheet.Live readiness(@PathVariable String subject, Actor actor) {
        return sheets.readiness(Sheets.subject(subject), actor);
    }

    @PostMapping("/{subject}/request")
    ResponseEntity<Api.Accepted> request(
            @PathVariable String subject,
            @RequestBody(required = false) @Nullable Asking body,
            Actor actor,
            Context context) {
        var ref = Sheets.subject(subject);
        var comment = body == null ? null : body.comment();
        return accepted(
                ref,
                commands.send(
                        new ReviewCommand.Request(Review.stream(ref), comment), actor, context));
    }

    @PostMapping("/{subject}/signatures")
    @Operation(summary = "Sign, with one's own password; a token cannot")
    ResponseEntity<Api.Accepted> sign(
            @PathVariable String subject,
            @Valid @RequestBody Decision body,
            Actor actor,
            Context context) {
        var ref = Sheets.subject(subject);
        return accepted(
                ref,
                signing.sign(
                        ref,
                        new Signing.Given(
                                body.manifest(),
                                body.role(),
                                body.verdict(),
                                body.comment(),
                                body.password(),
                                body.onBehalfOf(),
                                body.conditions() == null ? List.of() : body.conditions(),
                                body.remarks() == null ? List.of() : body.remarks()),
                        actor,
                        context));
    }

    @GetMapping("/{subject}/owners")
    @Operation(summary = "Who can own a condition: names by id")
    Map<String, String> owners(@PathVariable String subject, Actor actor, At at) {
        return sheets.owners(Sheets.subject(subject), actor, at);
    }

    @PostMapping("/{subject}/rounds/{round}/conditions/{condition}/fulfilment")
    @Operation(summary = "Say that a condition is fulfilled; by its owner")
    ResponseEntity<Api.Accepted> fulfil(
            @PathVariable String subject,
            @PathVariable int round,
            @PathVariable int condition,
            @Valid @RequestBody Fulfilment body,
            Actor actor,
            Context context) {
        var ref = Sheets.subject(subject);
        return accepted(
                ref,
                signing.fulfil(
                        ref,
                        round,
                        condition,
                        body.note(),
                        body.attached() == null ? List.of() : body.attached(),
                        actor,
                        context));
    }

    @PostMapping("/{subject}/rounds/{round}/conditions/{condition}/confirmation")
    @Operation(
            summary =
                    "Confirm that a fulfilled condition is, or say what is missing; with one's own"
                            + " password, in the role that was named")
    ResponseEntity<Api.Accepted> answer(
            @PathVariable String subject,
            @PathVariable int round,
            @PathVariable int condition,
            @Valid @RequestBody Answer body,
            Actor actor,
            Context context) {
        var ref = Sheets.subject(subject);
        return accepted(
                ref,
                signing.answer(
                        ref,
                        round,
                        condition,
                        body.confirmed(),
                        body.reason(),
                        body.password(),
                        body.onBehalfOf(),
                        actor,
                        context));
    }

    @PostMapping("/{subject}/withdrawal")
    ResponseEntity<Api.Accepted> withdraw(
            @PathVariable String subject,
            @RequestBody(required = false) @Nullable Reason body,
            Actor actor,
            Context context) {
        var ref = Sheets.subject(subject);
        var reason = body == null ? null : body.reason();
        return accepted(
                ref,
                commands.send(
                        new ReviewCommand.Withdraw(Review.stream(ref), reason), actor, context));
    }

    @PostMapping("/{subject}/refresh")
    @Operation(summary = "Pin an open request to how its subject stands now")
    ResponseEntity<Api.Accepted> refresh(
            @PathVariable String subject, Actor actor, Context context) {
        var ref = Sheets.subject(subject);
        return accepted(
                ref, commands.send(new ReviewCommand.Refresh(Review.stream(ref)), actor, context));
    }

    @PostMapping("/{subject}/revocation")
    ResponseEntity<Api.Accepted> revoke(
            @PathVariable String subject,
            @Valid @RequestBody Reason body,
            Actor actor,
            Context context) {
        var ref = Sheets.subject(subject);
        var reason = body.reason() == null ? "" : body.reason();
        return accepted(
                ref,
                commands.send(
                        new ReviewCommand.Revoke(Review.stream(ref), reason), actor, context));
    }

    private static ResponseEntity<Api.Accepted> accepted(
            io.countersign.governance.shared.SubjectRef subject, Sent sent) {
        return Api.accepted(sent, PATH + subject);
    }
}
