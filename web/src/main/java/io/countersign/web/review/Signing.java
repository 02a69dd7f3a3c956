package io.countersign.web.review;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.eventstore.Commands.Sent;
import io.countersign.governance.evidence.Evidence;
import io.countersign.governance.evidence.EvidenceId;
import io.countersign.governance.people.Names;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.review.Remark;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.review.Verdict;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.web.page.DayGiven;
import io.countersign.web.security.Reauthentication;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Takes signatures, and what becomes of their conditions, from a page or the API alike. */
@Component
class Signing {
    private final Reauthentication reauthentication;
    private final Names names;
    private final Evidence evidence;
    private final ReadPosition positions;
    private final Sheets sheets;
    private final Commands commands;

    Signing(
            Reauthentication reauthentication,
            Names names,
            Evidence evidence,
            ReadPosition positions,
            Sheets sheets,
            Commands commands) {
        this.sheets = sheets;
        this.reauthentication = reauthentication;
        this.names = names;
        this.evidence = evidence;
        this.positions = positions;
        this.commands = commands;
    }

    /**
     * A signature as it was given.
     *
     * @param manifest what the signer was shown
     * @param verdict approve, return or reject
     * @param password null where the call itself brought it
     * @param onBehalfOf id of whom the signer stands in for; null for themself where they hold the
     *     role, else for the one who delegated it
     */
    record Given(
            String manifest,
            String role,
            String verdict,
            @Nullable String comment,
            @Nullable String password,
            @Nullable String onBehalfOf,
            List<Terms> conditions,
            List<Said> remarks) {
        /** Without the password. */
        @Override
        public String toString() {
            return "Given[" + verdict + " as " + role + "]";
        }
    }

    /**
     * A condition of an approval.
     *
     * @param text what has to be done
     * @param evidence what will show that it is
     * @param owner id of the person who sees to it
     * @param dueAt a day, at the end of which in UTC it is due, or a time
     * @param confirmer the role of whoever confirms it
     */
    record Terms(
            @Nullable String text,
            @Nullable String evidence,
            @Nullable String owner,
            @Nullable String dueAt,
            @Nullable String confirmer) {}

    /**
     * @param grade must, should or note
     */
    record Said(@Nullable String grade, @Nullable String text) {}

    /**
     * @throws CommandRefused from {@link Reauthentication#confirm} or the review; a refused
     *     condition or remark is named as {@code conditions[0].owner}, {@code remarks[1].text}
     */
    Sent sign(SubjectRef subject, Given given, Actor actor, Context context) {
        // The password first: whoever cannot give it learns nothing about the rest.
        var signer = reauthentication.confirm(actor, given.password());
        var conditions = new ArrayList<ReviewCommand.Sign.Terms>();
        for (var terms : given.conditions()) {
            conditions.add(terms("conditions[" + conditions.size() + "].", terms));
        }
        var remarks = new ArrayList<ReviewCommand.Sign.Said>();
        for (var said : given.remarks()) {
            remarks.add(
                    new ReviewCommand.Sign.Said(
                            value(
                                    "remarks[" + remarks.size() + "].grade",
                                    said.grade(),
                                    "choose must, should or note",
                                    Remark.Grade::ofKey),
                            text(said.text())));
        }
        var role = new Role(given.role());
        return commands.send(
                new ReviewCommand.Sign(
                        Review.stream(subject),
                        new Sha256(given.manifest()),
                        role,
                        verdict(given.verdict()),
                        given.comment(),
                        names.of(actor.id()),
                        conditions,
                        remarks),
                signer.acting(projectOf(subject), role, person(given.onBehalfOf())),
                context);
    }

    /**
     * @param attached ids of pieces of evidence
     */
    Sent fulfil(
            SubjectRef subject,
            int round,
            int condition,
            @Nullable String note,
            List<String> attached,
            Actor actor,
            Context context) {
        for (var id : attached) {
            var known =
                    evidence.find(
                            value(
                                    "attached",
                                    id,
                                    "give the ids of files attached as evidence",
                                    EvidenceId::new),
                            positions.now(),
                            actor.visibility());
            if (known.isEmpty()) {
                throw CommandRefused.invalid(
                        "attached",
                        id,
                        "there is no such piece of evidence that you may see; attach it first");
            }
        }
        return commands.send(
                new ReviewCommand.FulfilCondition(
                        Review.stream(subject), round, condition, text(note), attached),
                actor,
                context);
    }

    /**
     * @param password null where the call itself brought it
     * @param onBehalfOf as of a signature
     */
    Sent answer(
            SubjectRef subject,
            int round,
            int condition,
            boolean confirmed,
            @Nullable String reason,
            @Nullable String password,
            @Nullable String onBehalfOf,
            Actor actor,
            Context context) {
        var signer = reauthentication.confirm(actor, password);
        var role = sheets.confirmer(subject, round, condition, actor, positions.now());
        return commands.send(
                new ReviewCommand.AnswerCondition(
                        Review.stream(subject), round, condition, confirmed, reason),
                role == null ? signer : signer.acting(projectOf(subject), role, person(onBehalfOf)),
                context);
    }

    private static ProjectId projectOf(SubjectRef subject) {
        return new ProjectId(subject.id().split("\\.", 2)[0]);
    }

    private static @Nullable UserId person(@Nullable String id) {
        return id == null || id.isBlank()
                ? null
                : value("onBehalfOf", id, "give the id of whom you stand in for", UserId::new);
    }

    private static ReviewCommand.Sign.Terms terms(String at, Terms terms) {
        return new ReviewCommand.Sign.Terms(
                text(terms.text()),
                text(terms.evidence()),
                value(
                        at + "owner",
                        terms.owner(),
                        "choose somebody with a role in this project",
                        UserId::new),
                DayGiven.end(at + "dueAt", text(terms.dueAt())),
                value(
                        at + "confirmer",
                        terms.confirmer(),
                        "choose the role of whoever confirms it",
                        Role::new));
    }

    private static <T> T value(
            String field, @Nullable String given, String rule, Function<String, T> read) {
        try {
            return read.apply(text(given));
        } catch (CommandRefused | IllegalArgumentException e) {
            throw CommandRefused.invalid(field, text(given), rule);
        }
    }

    private static String text(@Nullable String given) {
        return given == null ? "" : given.strip();
    }

    private static Verdict verdict(String text) {
        return Arrays.stream(Verdict.values())
                .filter(v -> v.name().equals(text.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() ->
                        CommandRefused.invalid("verdict", text, "use approve, return or reject"));
    }
}
