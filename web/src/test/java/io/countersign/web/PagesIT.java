package io.countersign.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The pages of the demonstration in a browser: whatever can be reached by links, for whoever can
 * reach it, so that a new page is covered as soon as something leads to it.
 */
@ExtendWith(Chromium.class)
class PagesIT {
    private static final List<String> WCAG =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");
    private static final int PHONE = 360;

    /** A window of 1280 pixels at 200 %. */
    private static final int ZOOMED = 640;

    private static final int HIGH = 900;
    private static final String TYPED = "Typed before it was refused";

    @TempDir static Path folder;
    private static Application application;
    private static String address;
    private static String password;

    /** What pages of the same structure have been checked for already, for whomever. */
    private static final Set<String> CHECKED = new HashSet<>();

    private static final Set<String> FORMS = new HashSet<>();

    @BeforeAll
    static void the_demonstration_is_played() throws IOException {
        application = Application.start(folder.resolve("home"), "--spring.profiles.active=demo");
        password = application.says(Pattern.compile("all with the password (\\S+)")).group(1);
        var unused = application.says(Pattern.compile("demonstration story is there"));
        address = application.browser().address();
    }

    @AfterAll
    static void it_is_stopped() {
        if (application != null) {
            application.close();
        }
    }

    private static void signIn(Page page, String username) {
        page.navigate(address + "/sign-in");
        page.getByLabel("User name").fill(username);
        page.getByLabel("Password").fill(password);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in")).click();
        assertThat(page.locator("h1")).hasText("Welcome, " + page.locator(".who-name").innerText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ada", "stella", "vera", "carl", "rosa", "rene", "otto", "adam"})
    void every_page_that_links_lead_to_is_whole_and_accessible(String username, Page page) {
        signIn(page, username);
        var wrong = new ArrayList<String>();
        int seen =
                PageWalk.from(
                        page,
                        address,
                        (path, status) -> {
                            if (status != 200) {
                                wrong.add(path + ": answered " + status);
                            }
                            problems(page).forEach(problem -> wrong.add(path + ": " + problem));
                        });
        assertThat(wrong).isEmpty();
        assertThat(seen).isGreaterThan(25);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sign-in", "/sign-in?error", "/nowhere", "/reviews/nothing"})
    void pages_before_signing_in_and_for_errors_are_too(String path, Page page) {
        if (!path.startsWith("/sign-in")) {
            signIn(page, "ada");
        }
        page.navigate(address + path);
        assertThat(problems(page)).isEmpty();
    }

    /** What is wrong with the page that is shown, in words. */
    @SuppressWarnings("unchecked") // what the script returns
    private static List<String> problems(Page page) {
        var wrong = new ArrayList<>((List<String>) page.evaluate(script("page-problems.js")));
        for (int width : List.of(PHONE, ZOOMED)) {
            page.setViewportSize(width, HIGH);
            var over = ((Number) page.evaluate(script("page-overflow.js"))).intValue();
            if (over > 0) {
                wrong.add("scrolls sideways by " + over + " pixels at a width of " + width);
            }
        }
        page.setViewportSize(1280, HIGH);
        if (CHECKED.add((String) page.evaluate(script("page-structure.js")))) {
            for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
                new AxeBuilder(page)
                        .withTags(WCAG)
                        .analyze()
                        .getViolations()
                        .forEach(rule ->
                                rule.getNodes()
                                        .forEach(node ->
                                                wrong.add(
                                                        scheme
                                                                + " "
                                                                + rule.getId()
                                                                + ": "
                                                                + node.getHtml())));
            }
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        }
        return wrong;
    }

    @ParameterizedTest
    @ValueSource(strings = {"ada", "carl", "rosa", "rene", "adam"})
    void every_form_that_lacks_something_keeps_what_was_typed_and_leads_to_the_field(
            String username, Page page) {
        signIn(page, username);
        var forms = new ArrayList<Map.Entry<String, Integer>>();
        PageWalk.from(
                page,
                address,
                (path, _) -> {
                    var found = page.locator("main form[method=post]:has([required])");
                    for (int form = 0; form < found.count(); form++) {
                        if (FORMS.add(PageWalk.shape(found.nth(form).getAttribute("action")))) {
                            forms.add(Map.entry(path, form));
                        }
                    }
                });
        assertThat(FORMS).hasSizeGreaterThan(4);
        var wrong = new ArrayList<String>();
        for (var form : forms) {
            page.navigate(address + form.getKey());
            refused(page, form.getValue())
                    .forEach(problem ->
                            wrong.add(
                                    form.getKey() + ", form " + form.getValue() + ": " + problem));
        }
        assertThat(wrong).isEmpty();
    }

    /** Sends a form with its required fields empty. */
    private static List<String> refused(Page page, int number) {
        var form = page.locator("main form[method=post]:has([required])").nth(number);
        form.evaluate("form => form.noValidate = true");
        var kept = new ArrayList<String>();
        for (Locator field :
                form.locator("input[type=text]:not([required]), textarea:not([required])").all()) {
            if (field.isVisible()) {
                field.fill(TYPED);
                kept.add(field.getAttribute("name"));
            }
        }
        form.locator("input[required]:not([type=file]), textarea[required]")
                .all()
                .forEach(field -> field.evaluate("field => field.value = ''"));
        form.locator("select[required]")
                .all()
                .forEach(field -> field.evaluate("field => field.value = ''"));
        var answer =
                page.waitForResponse(
                        response ->
                                response.request().method().equals("POST")
                                        && response.request().isNavigationRequest(),
                        () -> form.evaluate("form => { window.sent = true; form.submit(); }"));
        page.waitForFunction("() => !window.sent && document.readyState === 'complete'");
        var wrong = new ArrayList<String>();
        if (answer.status() < 400 || answer.status() >= 500) {
            wrong.add("answered " + answer.status());
            return wrong;
        }
        if (!"errors".equals(page.evaluate("() => document.activeElement.id"))) {
            wrong.add("the focus is not on what is wrong, but the page is " + page.title());
            return wrong;
        }
        var links = page.locator("#errors a[href^='#f-']").all();
        if (links.isEmpty()) {
            wrong.add("no field is named: " + page.locator("#errors").innerText());
        }
        for (Locator link : links) {
            var field = page.locator("[id='" + link.getAttribute("href").substring(1) + "']");
            if (field.count() != 1) {
                wrong.add(link.getAttribute("href") + " leads nowhere");
            } else if (field.locator("xpath=ancestor-or-self::*[contains(@class,'field')]")
                            .locator(".error")
                            .count()
                    == 0) {
                wrong.add(link.getAttribute("href") + " says nothing beside the field");
            }
        }
        for (var name : kept) {
            if (!TYPED.equals(page.locator("[id='f-" + name + "']").inputValue())) {
                wrong.add(name + " was not kept");
            }
        }
        return wrong;
    }

    @Test
    void the_first_tab_stop_skips_to_the_content(Page page) {
        signIn(page, "otto");
        page.navigate(address + "/audit");
        page.keyboard().press("Tab");
        assertThat(page.locator(":focus")).hasText("Skip to content");
        assertThat(page.locator(":focus")).isInViewport();
        page.keyboard().press("Enter");
        assertThat(page.locator("#content")).isFocused();
    }

    @Test
    void links_to_the_past_and_to_the_present_carry_only_what_was_asked(Page page) {
        signIn(page, "otto");
        page.navigate(address + "/risks?status=all");
        var now = page.locator("main table a[href^='/risks/']").first().getAttribute("href");
        assertThat(now).doesNotContain("?");
        var position = page.locator(".bottom strong").innerText();
        page.navigate(address + "/risks?status=all&at=" + (Long.parseLong(position) - 1));
        assertThat(page.locator("main table a[href^='/risks/']").first().getAttribute("href"))
                .isEqualTo(now + "?at=" + (Long.parseLong(position) - 1));
    }

    @Test
    void a_digest_is_short_to_the_eye_and_whole_when_it_is_selected(Page page) {
        signIn(page, "otto");
        page.navigate(address + "/models/credit.scorer/versions/1.1");
        var digest = page.locator("code.digest").first();
        assertThat(digest.boundingBox().width).isLessThan(140);
        digest.click();
        assertThat((String) page.evaluate("() => getSelection().toString()"))
                .matches("[0-9a-f]{64}");
    }

    @Test
    void the_trail_says_in_words_what_happened_and_names_the_stored_event(Page page) {
        signIn(page, "otto");
        page.navigate(address + "/audit?event=dataset.version-registered");
        var link = page.locator("tbody th a").first();
        assertThat(link).hasText("Registered dataset version");
        assertThat(page.locator("tbody th code").first()).hasText("dataset.version-registered");
        link.click();
        assertThat(page.locator("h1")).containsText("Registered dataset version");
        assertThat(page.locator("aside")).containsText("dataset.version-registered 1");
    }

    @Test
    void printed_pages_show_whole_digests_and_no_controls(Page page) {
        signIn(page, "otto");
        page.navigate(address + "/models/credit.scorer/versions/1.1");
        page.emulateMedia(
                new Page.EmulateMediaOptions()
                        .setMedia(com.microsoft.playwright.options.Media.PRINT));
        assertThat(page.locator(".top nav").first()).isHidden();
        assertThat(page.locator(".as-of")).isHidden();
        assertThat(page.locator("code.digest").first().boundingBox().width).isGreaterThan(300);
    }

    @Test
    void the_whole_way_from_request_to_export_needs_no_script(BrowserContext context)
            throws IOException {
        try (var plain =
                context.browser()
                        .newContext(new Browser.NewContextOptions().setJavaScriptEnabled(false))) {
            plain.setDefaultTimeout(30_000);
            var page = plain.newPage();
            signIn(page, "alan");
            page.navigate(address + "/datasets/churn.subscribers/register");
            page.getByLabel("Version").fill("9.0");
            page.getByLabel("Location").fill("s3://churn/9.0");
            page.getByLabel("SHA-256").fill("ab".repeat(32));
            page.getByLabel("Schema").fill("tenure, contract, churned");
            page.getByLabel("Licence").fill("internal");
            page.getByLabel("Legal basis").fill("legitimate interest");
            page.locator("fieldset", new Page.LocatorOptions().setHasText("Datasheet"))
                    .last()
                    .locator("textarea")
                    .all()
                    .forEach(part -> part.fill("Written for this test."));
            press(page, "Register");
            assertThat(page.locator("h1")).containsText("churn.subscribers@9.0");
            press(page, "Ask for approval");
            assertThat(page.locator("[role=status]")).containsText("Asked.");
            var review = page.url().replaceFirst("\\?.*", "");

            signOutAndIn(page, "stella");
            page.navigate(review);
            page.getByLabel("Your password, again").fill(password);
            press(page, "Approve");
            assertThat(page.locator("[role=status]")).containsText("Signed.");
            assertThat(page.locator("h1")).containsText("Approved");

            signOutAndIn(page, "rosa");
            page.navigate(address + "/risks/new");
            page.getByLabel("Project").selectOption("churn");
            page.getByLabel("Category").selectOption("privacy");
            page.getByLabel("Title").fill("Contracts tell more than they should");
            page.getByLabel("Description").fill("A contract's number leads to a person.");
            page.getByLabel("Likelihood before treatment").selectOption("4");
            page.getByLabel("Impact before treatment").selectOption("4");
            press(page, "Raise the risk");
            page.getByRole(AriaRole.LINK, named("Rate after treatment")).click();
            page.getByLabel("Likelihood").selectOption("1");
            page.getByLabel("Impact").selectOption("2");
            page.getByLabel("Reason").fill("The number is no longer there.");
            page.locator("main form button[type=submit]").click();
            assertThat(page.locator("table").first()).containsText("After treatment");

            signOutAndIn(page, "otto");
            page.navigate(address + "/audit?subject=churn.subscribers@9.0&kind=dataset-version");
            var file =
                    page.waitForDownload(() -> page.getByRole(AriaRole.LINK, named("CSV")).click());
            assertThat(Files.readString(file.path())).contains("review.approved");
        }
    }

    @Test
    void a_waiver_is_asked_for_beside_the_closed_gate_and_signed_by_the_authority(Page page) {
        signIn(page, "ada");
        page.navigate(address + "/reviews/model-version:churn.predictor@1.0");
        page.getByRole(AriaRole.LINK, named("Ask for a waiver")).click();
        assertThat(page.getByLabel("Gate")).hasValue("model-card-complete");
        page.getByLabel("Reason").fill(TYPED);
        page.getByLabel("Compensating control").fill("Read by hand.");
        page.getByLabel("Ends on").fill("2020-01-01");
        press(page, "Ask for the waiver");
        assertThat(page.locator("#errors")).containsText("at most 30 days");
        assertThat(page.getByLabel("Reason")).hasValue(TYPED);
        assertThat(problems(page)).isEmpty();

        // the one of the story; its project's tier may have moved since it was asked for
        page.navigate(address + "/waivers?state=open");
        page.locator("tbody a").first().click();
        page.getByRole(AriaRole.LINK, named("Decision")).click();
        var refresh = page.getByRole(AriaRole.BUTTON, named("Refresh"));
        if (refresh.count() > 0) {
            refresh.click();
            assertThat(page.locator("[role=status]")).containsText("Pinned");
        }

        signOutAndIn(page, "carl");
        page.navigate(address + "/waivers?state=open");
        page.locator("tbody a").first().click();
        page.getByRole(AriaRole.LINK, named("Decision")).click();
        assertThat(page.locator("main")).containsText("What is to be waived");
        page.getByLabel("Your password, again").fill(password);
        press(page, "Approve");
        assertThat(page.locator("[role=status]")).containsText("Signed.");
        page.navigate(address + "/reviews/model-version:churn.predictor@1.0");
        assertThat(page.locator(".gate.warn")).containsText("waived by churn.w-");
        assertThat(page.locator("aside")).containsText("Waivers in force");
        page.navigate(address + "/models/churn.predictor/versions/1.0");
        assertThat(page.locator("main")).containsText("Waivers in force");
        assertThat(problems(page)).isEmpty();
    }

    @Test
    void an_intake_is_answered_overridden_and_countersigned_without_script(
            BrowserContext context, Page checked) {
        try (var plain =
                context.browser()
                        .newContext(new Browser.NewContextOptions().setJavaScriptEnabled(false))) {
            plain.setDefaultTimeout(30_000);
            var page = plain.newPage();
            signIn(page, "ada");
            page.navigate(address + "/projects/churn");
            assertThat(page.locator("aside")).containsText("declared, not derived");
            page.getByRole(AriaRole.LINK, named("Answer the intake")).click();
            assertThat(page.locator("main")).not().containsText("Does it only prepare");
            choose(page, "Does the system do any of these?", "None of these");
            choose(page, "Is it a safety component", "No");
            choose(page, "Is it meant for any of these areas?", "Biometrics");
            page.getByRole(AriaRole.BUTTON, named("Save and go on after High-risk uses")).click();
            assertThat(page.locator("[role=status]")).containsText("1 question follows");
            choose(page, "Does it only prepare", "No, it has influence");
            // a change of mind: what followed from it is not asked any more
            answer(page, "Is it meant for any of these areas?", "Biometrics").uncheck();
            choose(page, "Is it meant for any of these areas?", "None of these");
            choose(page, "Does it profile people?", "Yes");
            page.getByLabel("How many people does it affect").fill("9000");
            page.getByLabel("How much money").fill("50000");
            press(page, "Decide the risk tier");
            assertThat(page.locator("#errors")).containsText("Not answered: Does any of this");
            assertThat(page.locator("main")).not().containsText("Does it only prepare");
            assertThat(answer(page, "Does it profile people?", "Yes")).isChecked();
            choose(page, "Does any of this apply?", "None of these");
            choose(page, "What does it do about people?", "It ranks");
            choose(page, "Does it use or infer special", "No");
            choose(page, "Are children", "No");
            choose(page, "Who acts on its results?", "A person decides");
            choose(page, "Can a wrong result be undone?", "Yes, soon");
            press(page, "Decide the risk tier");
            assertThat(page.locator("h1")).containsText("Risk tier: Medium");
            assertThat(page.locator("#rules")).containsText("This decided.");
            assertThat(page.locator("main")).containsText("Signatures: ");
            page.getByLabel("Risk tier").selectOption("high");
            page.getByLabel("Reason").fill("The board asked for it.");
            press(page, "Ask");
            assertThat(page.locator("[role=status]")).containsText("Asked.");
            assertThat(page.locator("h1")).containsText("Medium");

            signIn(checked, "carl");
            for (var path : List.of("/projects/churn/tier", "/projects/churn/intake")) {
                checked.navigate(address + path);
                assertThat(problems(checked)).as(path).isEmpty();
            }

            signOutAndIn(page, "carl");
            page.navigate(address + "/projects/churn/tier");
            assertThat(page.locator(".sign")).containsText("The board asked for it.");
            page.getByLabel("Your password, again").fill(password);
            press(page, "Refuse");
            assertThat(page.locator("#errors")).containsText("Fill in the comment.");
            page.getByLabel("Your password, again").fill(password);
            press(page, "Approve the override");
            assertThat(page.locator("h1")).containsText("Risk tier: High");
            assertThat(page.locator("main")).containsText("Carl Osei, compliance-officer");
            page.navigate(address + "/projects/churn");
            assertThat(page.locator("aside")).containsText("overridden");
        }
    }

    /** Ticks what begins so below the question that begins so. */
    private static void choose(Page page, String question, String answer) {
        answer(page, question, answer).check();
    }

    private static Locator answer(Page page, String question, String answer) {
        return page.locator("fieldset", new Page.LocatorOptions().setHas(page.getByText(question)))
                .locator("label", new Locator.LocatorOptions().setHasText(answer))
                .first()
                .locator("input");
    }

    private static void signOutAndIn(Page page, String username) {
        press(page, "Sign out");
        signIn(page, username);
    }

    private static void press(Page page, String button) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name);
    }

    private static String script(String name) {
        try (var in = PagesIT.class.getResourceAsStream("/pages/" + name)) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
