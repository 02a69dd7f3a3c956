package io.countersign.web.risk;

import io.countersign.governance.risk.Rating;
import io.countersign.governance.risk.RiskCommand;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.risk.Treatment;
import io.countersign.governance.shared.CommandRefused;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Map;

/** What the risk's page offers, each on a page of its own. */
enum RiskAct {
    OWNER("owner", "Assign an owner", "Assign"),
    INHERENT("inherent", "Rate before treatment", "Rate"),
    RESIDUAL("residual", "Rate after treatment", "Rate"),
    TREATMENT("treatment", "Plan the treatment", "Plan"),
    REVIEW("review", "Schedule a review", "Schedule"),
    CLOSURE("closure", "Close", "Close the risk"),
    REOPENING("reopening", "Reopen", "Reopen the risk");

    private final String key;
    private final String title;
    private final String button;

    RiskAct(String key, String title, String button) {
        this.key = key;
        this.title = title;
        this.button = button;
    }

    public String key() {
        return key;
    }

    public String title() {
        return title;
    }

    public String button() {
        return button;
    }

    /** Whether it is for a risk in this state. */
    boolean fits(boolean open) {
        return open != (this == REOPENING);
    }

    /** What was typed, as a command. */
    RiskCommand command(RiskId id, Map<String, String> typed) {
        return switch (this) {
            case OWNER ->
                    new RiskCommand.AssignOwner(
                            id, RiskQuery.person("owner", text("owner", typed)));
            case INHERENT -> new RiskCommand.RateInherent(id, rating(typed), text("reason", typed));
            case RESIDUAL -> new RiskCommand.RateResidual(id, rating(typed), text("reason", typed));
            case TREATMENT ->
                    new RiskCommand.PlanTreatment(
                            id,
                            Treatment.ofKey(text("treatment", typed)),
                            text("plan", typed),
                            RiskQuery.person("responsible", text("responsible", typed)),
                            day("due", typed));
            case REVIEW -> new RiskCommand.ScheduleReview(id, day("on", typed));
            case CLOSURE -> new RiskCommand.Close(id, text("reason", typed));
            case REOPENING -> new RiskCommand.Reopen(id, text("reason", typed), null);
        };
    }

    static Rating rating(Map<String, String> typed) {
        return new Rating(
                RiskQuery.number("likelihood", text("likelihood", typed)),
                RiskQuery.number("impact", text("impact", typed)));
    }

    static String text(String field, Map<String, String> typed) {
        return typed.getOrDefault(field, "");
    }

    private static LocalDate day(String field, Map<String, String> typed) {
        try {
            return LocalDate.parse(text(field, typed).strip());
        } catch (DateTimeParseException _) {
            throw CommandRefused.invalid(
                    field, text(field, typed), "give a day such as 2027-01-31");
        }
    }
}
