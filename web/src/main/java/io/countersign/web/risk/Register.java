package io.countersign.web.risk;

import io.countersign.governance.people.Names;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.risk.Rating;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.risk.RiskRegister;
import io.countersign.governance.risk.RiskScale;
import io.countersign.governance.risk.RiskScales;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.UserId;
import io.countersign.reporting.document.CsvWriter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The register with each rating's level, for pages, programs and files alike. */
@Component
class Register {
    private static final int BATCH = 500;
    private static final List<String> COLUMNS =
            List.of(
                    "risk",
                    "project",
                    "title",
                    "category",
                    "about",
                    "status",
                    "overdue",
                    "inherent likelihood",
                    "inherent impact",
                    "inherent level",
                    "residual likelihood",
                    "residual impact",
                    "residual level",
                    "owner",
                    "owner name",
                    "treatment",
                    "plan",
                    "responsible",
                    "due",
                    "review on",
                    "raised at",
                    "closed at",
                    "description",
                    "who would be harmed");

    private final RiskRegister register;
    private final RiskScales scales;
    private final Names names;
    private final Sight sight;

    Register(RiskRegister register, RiskScales scales, Names names, Sight sight) {
        this.sight = sight;
        this.register = register;
        this.scales = scales;
        this.names = names;
    }

    /** One rating once given; the level is of the scale in force at the position read at. */
    record RatedOnce(
            String kind, RiskView.Rated rating, @Nullable String reason, UserId by, Instant at) {}

    /**
     * One cell of the heat map.
     *
     * @param count risks in it
     */
    record Cell(int likelihood, int impact, String level, int count) {}

    /**
     * The heat map's figures, every cell once.
     *
     * @param outside risks whose rating the scale in force does not reach
     */
    record Cells(List<Cell> cells, int outside) {
        int total() {
            return outside + cells.stream().mapToInt(Cell::count).sum();
        }
    }

    RiskScales.Adopted scale(At at) {
        return scales.at(at);
    }

    List<RiskView> list(RiskQuery query, @Nullable String from, int limit, Actor actor, At at) {
        var scale = scale(at).scale();
        return register
                .list(query.filter(), from, limit, at, sight.require(actor, Area.RISK_REGISTER))
                .stream()
                .map(row -> RiskView.of(row, scale, at.time()))
                .toList();
    }

    /**
     * @throws CommandRefused {@code risk.unknown}, also where it is not for this person
     */
    RiskView find(RiskId id, Actor actor, At at) {
        return register.find(id, at, sight.require(actor, Area.RISK_REGISTER))
                .map(row -> RiskView.of(row, scale(at).scale(), at.time()))
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.notFound(
                                                "risk.unknown",
                                                "There is no risk '" + id + "' that you may see.")
                                        .with("subject", id.ref().toString())));
    }

    List<RatedOnce> ratings(RiskId id, Actor actor, At at) {
        var scale = scale(at).scale();
        return register.ratings(id, at, sight.require(actor, Area.RISK_REGISTER)).stream()
                .map(row ->
                        new RatedOnce(
                                row.kind(),
                                RiskView.Rated.of(
                                        new Rating(row.likelihood(), row.impact()), scale),
                                row.reason() == null ? null : row.reason().text(),
                                row.ratedBy(),
                                row.at()))
                .toList();
    }

    Cells cells(RiskQuery query, boolean inherent, Actor actor, At at) {
        var scale = scale(at).scale();
        var counted =
                register.cells(
                        query.everyCell().filter(),
                        inherent,
                        at,
                        sight.require(actor, Area.RISK_REGISTER));
        return cells(scale, counted);
    }

    static Cells cells(RiskScale scale, List<RiskRegister.Cell> counted) {
        Map<Rating, Integer> counts =
                counted.stream()
                        .collect(
                                Collectors.toMap(
                                        RiskRegister.Cell::rating, RiskRegister.Cell::count));
        var cells = new ArrayList<Cell>();
        for (var likelihood = 1; likelihood <= scale.likelihood().size(); likelihood++) {
            for (var impact = 1; impact <= scale.impact().size(); impact++) {
                var rating = new Rating(likelihood, impact);
                cells.add(
                        new Cell(
                                likelihood,
                                impact,
                                scale.level(rating).key(),
                                counts.getOrDefault(rating, 0)));
            }
        }
        var outside =
                counted.stream()
                        .filter(cell -> !scale.contains(cell.rating()))
                        .mapToInt(RiskRegister.Cell::count)
                        .sum();
        return new Cells(cells, outside);
    }

    /** Everything the query finds, a batch at a time. */
    void csv(RiskQuery query, Actor actor, At at, HttpServletResponse response) throws IOException {
        sight.require(actor, Area.RISK_REGISTER); // before the answer begins
        response.setContentType("text/csv;charset=UTF-8");
        response.setHeader(
                "Content-Disposition",
                "attachment; filename=\"risk-register-at-" + at.position() + ".csv\"");
        response.setHeader("Cache-Control", "no-store");
        try (var csv = new CsvWriter(response.getOutputStream(), COLUMNS)) {
            var known = new HashMap<UserId, String>();
            String last = null;
            List<RiskView> batch;
            do {
                batch = list(query, last, BATCH, actor, at);
                known.putAll(names.of(batch.stream().flatMap(RiskView::persons).toList()));
                batch.forEach(risk -> csv.row(fields(risk, known)));
                last = batch.isEmpty() ? null : batch.getLast().id().value();
            } while (batch.size() == BATCH);
        }
    }

    private static List<String> fields(RiskView risk, Map<UserId, String> known) {
        var residual = risk.residual();
        return List.of(
                risk.id().value(),
                risk.project().value(),
                risk.title(),
                risk.category(),
                risk.subjects().stream().map(Object::toString).collect(Collectors.joining(" ")),
                risk.open() ? "open" : "closed",
                risk.overdue() ? "yes" : "no",
                Integer.toString(risk.inherent().likelihood()),
                Integer.toString(risk.inherent().impact()),
                Objects.toString(risk.inherent().level(), ""),
                residual == null ? "" : Integer.toString(residual.likelihood()),
                residual == null ? "" : Integer.toString(residual.impact()),
                residual == null ? "" : Objects.toString(residual.level(), ""),
                Objects.toString(risk.owner(), ""),
                risk.owner() == null ? "" : known.getOrDefault(risk.owner(), ""),
                risk.treatment() == null ? "" : risk.treatment().key(),
                risk.plan(),
                Objects.toString(risk.responsible(), ""),
                Objects.toString(risk.due(), ""),
                Objects.toString(risk.reviewOn(), ""),
                risk.raisedAt().toString(),
                Objects.toString(risk.closedAt(), ""),
                risk.description(),
                risk.harmed());
    }
}
