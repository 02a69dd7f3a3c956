package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.bias.AssessmentCommand;
import io.countersign.governance.bias.AssessmentId;
import io.countersign.governance.bias.engine.Assessment;
import io.countersign.governance.bias.engine.Cell;
import io.countersign.governance.bias.engine.Cell.Outcome;
import io.countersign.governance.bias.engine.ColumnMapping;
import io.countersign.governance.bias.engine.RuleSet;
import io.countersign.governance.dataset.DatasetCommand;
import io.countersign.governance.dataset.DatasetId;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.Datasheet;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.evidence.EvidenceStore;
import io.countersign.governance.job.JobWorkers;
import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.model.ModelCard;
import io.countersign.governance.model.ModelCommand;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelMetric;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.people.PersonCommand;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.review.Reviews;
import io.countersign.governance.review.Verdict;
import io.countersign.governance.risk.Rating;
import io.countersign.governance.risk.RiskCommand;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.risk.Treatment;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Visibility;
import io.countersign.reporting.biasreport.BiasAndRiskReport;
import io.countersign.reporting.verify.Trust;
import io.countersign.reporting.verify.Verifier;
import io.countersign.testing.Held;
import io.countersign.testing.StoredLog;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.text.PDFTextStripper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

@WebTest
class ReportIT {
    private static final ProjectId PROJECT = new ProjectId("reported");
    private static final ModelId MODEL = ModelId.of(PROJECT, "scorer");
    private static final ModelVersionId FIRST = ModelVersionId.of(MODEL, "1.0");
    private static final ModelVersionId SECOND = ModelVersionId.of(MODEL, "1.1");
    private static final DatasetVersionId DATA = new DatasetVersionId("reported.applications@1.0");
    private static final RiskId RISK = RiskId.caused(PROJECT, "unequal");
    private static final String MARKUP = "<script>alert(1)</script>";
    private static final String FORMULA = "=cmd('calc')";
    private static final String PAGE = "/models/reported.scorer/versions/1.1/report";
    private static boolean told;

    @Autowired Cast cast;
    @Autowired Commands commands;
    @Autowired JobWorkers workers;
    @Autowired EvidenceStore store;
    @Autowired ReadPosition positions;
    @Autowired Reviews reviews;
    @Autowired BiasAndRiskReport reports;
    @Autowired Clock clock;
    @Autowired Ledger ledger;

    @BeforeEach
    void story() {
        if (told) {
            return;
        }
        told = true;
        var ada = actor("report-ada", "requester@reported");
        var stella = actor("report-stella", "data-steward@reported");
        var vera = actor("report-vera", "validator@reported");
        var carl = actor("report-carl", "compliance-officer@reported");
        var rosa = actor("report-rosa", "risk-owner@reported");
        send(
                ada,
                new ProjectCommand.Register(
                        PROJECT,
                        "Credit " + MARKUP,
                        "Decisions on small loans take days.",
                        "Score applications of private persons for small loans.",
                        "Lending",
                        List.of("EU", "US-NY"),
                        RiskTier.HIGH));
        send(
                ada,
                new DatasetCommand.Register(
                        new DatasetId("reported.applications"), "Applications", ""));
        send(
                ada,
                new DatasetCommand.RegisterVersion(
                        DATA,
                        "s3://applications",
                        Sha256.of("content"),
                        "income, age, sex",
                        new Datasheet("m", "c", "c", "p", "u", "d", "m"),
                        "internal",
                        "contract",
                        List.of("sex", "age"),
                        List.of()));
        request(ada, DATA.ref());
        sign(stella, Role.DATA_STEWARD, DATA.ref());
        send(ada, new ModelCommand.Register(MODEL, "Scorer", "Scores small loans."));
        version(ada, FIRST);
        assess(ada, FIRST, 400);
        send(
                rosa,
                new RiskCommand.Raise(
                        RISK,
                        "Women are declined more often",
                        "The four-fifths limit was missed.",
                        "bias-and-fairness",
                        List.of(FIRST.ref(), SECOND.ref()),
                        "Women who would repay",
                        new Rating(4, 4)));
        version(ada, SECOND);
        assess(ada, SECOND, 560);
        send(rosa, new RiskCommand.AssignOwner(RISK, rosa.id()));
        send(
                rosa,
                new RiskCommand.PlanTreatment(
                        RISK,
                        Treatment.MITIGATE,
                        "Train again with reweighed samples.",
                        ada.id(),
                        LocalDate.of(2099, 1, 31)));
        send(rosa, new RiskCommand.RateResidual(RISK, new Rating(2, 3), "Reweighed."));
        request(ada, SECOND.ref());
        sign(vera, Role.VALIDATOR, SECOND.ref());
        sign(carl, Role.COMPLIANCE_OFFICER, SECOND.ref());
    }

    @Test
    void the_same_position_gives_the_same_bytes_after_more_has_happened() throws Exception {
        var otto = cast.signedIn("report-otto", "auditor@*");
        var at = positions.now();
        var before = reports.make(SECOND, at, Visibility.ALL);
        var files = new ArrayList<byte[]>();
        for (var format : List.of("html", "pdf", "csv", "json")) {
            files.add(file(format, at.position()).body());
        }
        Files.write(Path.of("target", "bias-and-risk.html"), files.get(0));
        Files.write(Path.of("target", "bias-and-risk.pdf"), files.get(1));
        Files.write(Path.of("target", "bias-and-risk.csv"), files.get(2));
        Files.write(Path.of("target", "bias-and-risk.json"), files.get(3));
        send(actor("report-rosa"), new RiskCommand.ScheduleReview(RISK, LocalDate.of(2099, 6, 30)));

        var again = positions.parse(Long.toString(at.position()));
        assertThat(reports.make(SECOND, again, Visibility.ALL).data().bytes())
                .isEqualTo(before.data().bytes());
        for (var format : List.of("html", "pdf", "csv", "json")) {
            assertThat(file(format, at.position()).body())
                    .as(format)
                    .isEqualTo(files.removeFirst());
        }
        assertThat(reports.make(SECOND, positions.now(), Visibility.ALL).data().digest())
                .isNotEqualTo(before.data().digest());
        assertThat(otto.get(PAGE + "?at=" + at.position()).body())
                .contains(before.data().digest().hex());
    }

    @Test
    void whoever_may_see_the_project_gets_the_same_and_nobody_else_anything() {
        var at = positions.now();
        var all = reports.make(SECOND, at, Visibility.ALL);
        var members = reports.make(SECOND, at, Visibility.of(Set.of(PROJECT)));
        assertThat(members.data().bytes()).isEqualTo(all.data().bytes());

        var eve = cast.signedIn("report-eve", "requester@elsewhere");
        assertThat(eve.get(PAGE).statusCode()).isEqualTo(404);
        assertThat(eve.get(PAGE + ".pdf").statusCode()).isEqualTo(404);
        assertThat(eve.get("/reports").body()).doesNotContain("reported.");
    }

    @Test
    void what_people_wrote_is_text_in_every_format() throws Exception {
        var otto = cast.signedIn("report-otto", "auditor@*");
        var page = otto.get(PAGE);
        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        assertThat(page.body())
                .contains("&lt;script&gt;alert(1)")
                .doesNotContain("<script")
                .contains("Impact ratio by sex")
                .contains("Name of report-vera");
        var at = positions.now().position();
        var html = new String(file("html", at).body(), StandardCharsets.UTF_8);
        assertThat(html).contains("&lt;script&gt;alert(1)").doesNotContain("<script");
        var signed = otto.get("/api/v1/ledger/checkpoint?covering=" + at).body().split("\n", -1);
        assertThat(html)
                .contains("Checkpoint of " + signed[0] + ", " + signed[1] + " events")
                .contains(signed[2]);
        assertThat(otto.get(PAGE + "?at=" + at).body()).contains(signed[1] + " events</a>");
        var csv = file("csv", at);
        var json = file("json", at).headers();
        assertThat(json.firstValue("Countersign-Report-Position")).hasValue(Long.toString(at));
        assertThat(json.firstValue("Countersign-Report-Checkpoint").orElse(""))
                .contains(signed[0], signed[1] + " events", signed[2]);
        assertThat(json.firstValue("Link").orElse(""))
                .contains("/api/v1/ledger/checkpoint?covering=" + at);
        assertThat(new String(csv.body(), StandardCharsets.UTF_8))
                .contains("Report,,,Position," + at, signed[1] + " events", signed[2])
                .contains("/api/v1/ledger/checkpoint?covering=", "/proof")
                .doesNotContainPattern("(?m)(^|,)\"?=cmd")
                .contains("'" + FORMULA);
        assertThat(csv.headers().firstValue("Content-Disposition").orElseThrow())
                .isEqualTo(
                        "attachment; filename=\"bias-and-risk_reported.scorer_1.1_at-%d.csv\""
                                .formatted(at));
        try (var pdf = Loader.loadPDF(file("pdf", at).body())) {
            assertThat(new PDFTextStripper().getText(pdf).replaceAll("\\s+", " "))
                    .contains(MARKUP)
                    .contains("Women are declined more often")
                    .contains("Name of report-carl");
        }
    }

    @Test
    void the_data_name_nobody_and_the_dead_stay_unnamed() {
        var admin = actor("report-adam", "administrator@*");
        var tom = actor("report-tom", "risk-owner@reported");
        send(tom, new RiskCommand.RateInherent(RISK, new Rating(4, 4), "As found."));
        var at = positions.now();
        var made = reports.make(SECOND, at, Visibility.ALL);
        assertThat(new String(made.data().bytes(), StandardCharsets.UTF_8))
                .contains(tom.id().value())
                .doesNotContain("Name of");
        assertThat(page(at)).contains("Name of report-tom");

        send(admin, new PersonCommand.Deactivate(tom.id()));
        send(admin, new PersonCommand.Erase(tom.id()));
        assertThat(page(at)).doesNotContain("Name of report-tom").contains("[erased]");
        assertThat(reports.make(SECOND, at, Visibility.ALL).data().bytes())
                .isEqualTo(made.data().bytes());
    }

    @Test
    void an_auditor_issues_downloads_and_verifies_and_all_of_it_is_recorded() {
        var otto = cast.signedIn("report-otto", "auditor@*");
        var at = positions.now().position();
        var issued =
                otto.submit(PAGE, PAGE, Map.of("position", Long.toString(at), "format", "pdf"));
        assertThat(issued.statusCode()).as(issued.body()).isEqualTo(302);
        var location = path(issued.headers().firstValue("Location").orElseThrow());
        var report = location.replaceFirst("\\?.*", "");
        assertThat(otto.get(location).body())
                .contains("Not made again yet")
                .contains("reported.scorer@1.1");
        assertThat(otto.get(PAGE + ".json?at=" + at).statusCode()).isEqualTo(200);
        var verified = otto.submit(report, report + "/verification", Map.of());
        assertThat(verified.statusCode()).as(verified.body()).isEqualTo(302);
        var shown = otto.get(path(verified.headers().firstValue("Location").orElseThrow()));
        assertThat(shown.body())
                .contains("the report has the same digest")
                .contains("<dt>Downloads</dt><dd>1</dd>");
        assertThat(otto.get("/reports").body()).contains(report.substring(9)).contains("equal");
        assertThat(otto.get("/reports/open?version=reported.scorer@1.1").statusCode())
                .isEqualTo(302);
        assertThat(otto.get("/reports/open?version=nonsense").statusCode()).isEqualTo(400);
    }

    @Test
    void an_issued_report_is_taken_home_with_the_events_it_rests_on_and_verified_offline(
            @TempDir Path folder) throws Exception {
        var otto = cast.signedIn("report-otto", "auditor@*");
        var at = positions.now().position();
        var issued =
                otto.submit(PAGE, PAGE, Map.of("position", Long.toString(at), "format", "html"));
        var location = path(issued.headers().firstValue("Location").orElseThrow());
        var report = location.replaceFirst("\\?.*", "");
        var digest = reports.make(SECOND, positions.parse(Long.toString(at)), Visibility.ALL);
        // The event that issued it is in a checkpoint a moment later.
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(otto.get(location).body())
                                .contains(report + "/bundle", "Checkpoint it names")
                                .contains("save its receipt"));

        var answer = bytes("report-otto", "/api/v1" + report + "/bundle");
        assertThat(answer.statusCode()).isEqualTo(200);
        var file = Files.write(folder.resolve("report.zip"), answer.body());
        var found = Verifier.verify(file, Trust.of(ledger.policy().orElseThrow()));
        assertThat(found.problem()).isNull();
        assertThat(found.proved())
                .anyMatch(s -> s.contains("The data of the report") && s.contains("report.json"));
        assertThat(found.unchecked()).anyMatch(s -> s.contains("report/report.pdf"));
        assertThat(found.events()).isEqualTo(digest.content().timeline().events().size() + 1);
        var content = new String(answer.body(), StandardCharsets.UTF_8);
        assertThat(content)
                .contains("report.issued", "review.approved")
                .contains("\"report\":\"" + report.substring(9) + "\"")
                .contains(new String(digest.data().bytes(), StandardCharsets.UTF_8));
        assertThat(bytes("report-otto", "/api/v1" + report + "/bundle").body())
                .isEqualTo(answer.body());

        assertThat(bytes("report-ada", "/api/v1" + report + "/bundle").statusCode()).isEqualTo(403);
        cast.person("report-eve", "requester@elsewhere");
        assertThat(bytes("report-eve", "/api/v1" + report + "/bundle").statusCode()).isEqualTo(404);
        var ada = cast.signedIn("report-ada").get(location);
        assertThat(ada.statusCode()).isEqualTo(200);
        assertThat(ada.body()).doesNotContain(report + "/bundle");
    }

    @Test
    void the_api_does_the_same() {
        cast.person("report-otto", "auditor@*");
        var basic = Browser.basic("report-otto", Cast.PASSWORD);
        var browser = cast.browser();
        var issued =
                browser.json(
                        "POST",
                        "/api/v1/reports",
                        "{\"modelVersion\":\"reported.scorer@1.0\",\"format\":\"csv\"}",
                        "Authorization",
                        basic);
        assertThat(issued.statusCode()).as(issued.body()).isEqualTo(201);
        var id = first("\"report\":\"([^\"]+)\"", issued.body());
        var digest = first("\"sha256\":\"([^\"]+)\"", issued.body());
        var position = first("\"position\":(\\d+)", issued.body());
        var json =
                browser.get(
                        "/api/v1/models/reported.scorer/versions/1.0/report?at=" + position,
                        "Authorization",
                        basic);
        assertThat(Sha256.of(json.body()).hex()).isEqualTo(digest);
        var csv =
                browser.get(
                        "/api/v1/models/reported.scorer/versions/1.0/report?at=" + position,
                        "Authorization",
                        basic,
                        "Accept",
                        "text/csv");
        assertThat(csv.body()).startsWith("section,item,row,column,value,note");
        assertThat(
                        browser.get(
                                        "/api/v1/models/reported.scorer/versions/1.0/report?format=exe",
                                        "Authorization",
                                        basic)
                                .statusCode())
                .isEqualTo(400);
        var verified =
                browser.json(
                        "POST",
                        "/api/v1/reports/" + id + "/verification",
                        "",
                        "Authorization",
                        basic);
        assertThat(verified.body()).contains("\"equal\":true");
        assertThat(
                        browser.get(
                                        "/api/v1/reports?after="
                                                + first("\"after\":\"([^\"]+)\"", verified.body()),
                                        "Authorization",
                                        basic)
                                .body())
                .contains(id)
                .contains("\"verdict\":\"equal\"");
    }

    private String page(ReadPosition.At at) {
        return cast.signedIn("report-otto", "auditor@*").get(PAGE + "?at=" + at.position()).body();
    }

    private HttpResponse<byte[]> file(String format, long position)
            throws IOException, InterruptedException {
        cast.person("report-otto", "auditor@*");
        var answer = bytes("report-otto", "/api/v1" + PAGE + "." + format + "?at=" + position);
        assertThat(answer.statusCode())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return answer;
    }

    private HttpResponse<byte[]> bytes(String person, String path)
            throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(cast.browser().address() + path))
                            .header("Authorization", Browser.basic(person, Cast.PASSWORD))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    private Actor actor(String username, String... grants) {
        return new Actor(
                cast.person(username, grants), null, Channel.PAGE, clock.instant(), Set.of());
    }

    private void send(Actor actor, Command command) {
        var sent = commands.send(command, actor);
        var last = sent.lastEventId();
        if (last != null) {
            positions.await(last, Duration.ofSeconds(20));
        }
    }

    private void version(Actor ada, ModelVersionId id) {
        send(
                ada,
                new ModelCommand.RegisterVersion(
                        id,
                        Sha256.of("artifact " + id),
                        "0123abc",
                        List.of(DATA),
                        List.of(DATA),
                        List.of(new ModelMetric("AUC", "0.871", DATA)),
                        new ModelCard(
                                "Gradient boosted trees.",
                                "Small loans of private persons; no others.",
                                "Sex, age.",
                                "AUC, impact ratio.",
                                "A tenth of the applications.",
                                "Applications of 2025.",
                                "See the bias assessment.",
                                "Declining those who would repay.",
                                "Review yearly."),
                        "Not for business loans."));
    }

    /** Of 1,000 women this many are approved, of 1,000 men 600, in two age groups alike. */
    private void assess(Actor ada, ModelVersionId version, int women) {
        var mapping =
                new ColumnMapping(
                        new ColumnMapping.Prediction(
                                "decision",
                                new ColumnMapping.Classes(List.of("yes"), List.of("no")),
                                true),
                        new ColumnMapping.Label("repaid", List.of("yes"), List.of("no")),
                        List.of("sex", "age"),
                        List.of(),
                        ColumnMapping.Unlisted.REFUSE);
        // The result is given here, not by the product.
        Held.still(
                workers,
                () -> {
                    var id = AssessmentId.random(version, new Random(version.hashCode()));
                    var content = StoredLog.in(store, version.value());
                    send(
                            ada,
                            new AssessmentCommand.Start(
                                    id, DATA, content, "log.csv", mapping, "four-fifths"));
                    var cells = new ArrayList<Cell>();
                    for (var age : List.of("18-39", FORMULA)) {
                        cells.addAll(cells("female", age, women / 2, 500 - women / 2));
                        cells.addAll(cells("male", age, 300, 200));
                    }
                    cells.addAll(cells("other", "18-39", 3, 1));
                    cells.add(
                            new Cell(
                                    Outcome.POSITIVE,
                                    Outcome.MISSING,
                                    Arrays.<@Nullable String>asList(null, "18-39"),
                                    12));
                    send(
                            Actor.system(),
                            new AssessmentCommand.Complete(
                                    id,
                                    Assessment.of(
                                            content,
                                            mapping,
                                            RuleSet.shipped("four-fifths"),
                                            cells)));
                    return id;
                });
    }

    private static List<Cell> cells(String sex, String age, int selected, int not) {
        var group = Arrays.<@Nullable String>asList(sex, age);
        return List.of(
                new Cell(Outcome.POSITIVE, Outcome.POSITIVE, group, selected - 1),
                new Cell(Outcome.POSITIVE, Outcome.NEGATIVE, group, 1),
                new Cell(Outcome.NEGATIVE, Outcome.NEGATIVE, group, not));
    }

    private void request(Actor ada, SubjectRef subject) {
        send(ada, new ReviewCommand.Request(Review.stream(subject), "Please."));
    }

    private void sign(Actor actor, Role role, SubjectRef subject) {
        var review = reviews.find(subject, positions.now(), Visibility.ALL).orElseThrow().review();
        send(
                actor,
                new ReviewCommand.Sign(
                        Review.stream(subject),
                        review.latest().orElseThrow().manifest().digest(),
                        role,
                        Verdict.APPROVE,
                        "Checked.",
                        "Name of somebody"));
    }

    private static String path(String location) {
        return location.replaceFirst("^https?://[^/]+", "");
    }

    private static String first(String pattern, String text) {
        var found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return found.group(1);
    }
}
