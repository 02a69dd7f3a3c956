package io.countersign.web;

import static java.util.function.Predicate.not;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/**
 * Gives tests a {@link Page} or {@link BrowserContext} of an installed Chromium: one browser per
 * JVM, a fresh context per test, a screenshot in {@code target/screenshots} when the test fails.
 *
 * <p>Without a browser the tests are skipped, saying so; with {@code CI=true} they fail. {@code
 * CHROMIUM} names another browser.
 */
public final class Chromium implements BeforeAllCallback, ParameterResolver, AfterEachCallback {
    private static final ExtensionContext.Namespace HERE =
            ExtensionContext.Namespace.create(Chromium.class);
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private record Running(Playwright playwright, Browser browser) implements AutoCloseable {
        static Running start(Path executable) {
            var playwright =
                    Playwright.create(
                            new Playwright.CreateOptions()
                                    .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
            var options =
                    new BrowserType.LaunchOptions()
                            .setExecutablePath(executable)
                            .setArgs(
                                    List.of(
                                            "--no-sandbox",
                                            "--disable-gpu",
                                            "--disable-dev-shm-usage",
                                            "--disable-background-networking",
                                            "--disable-component-update",
                                            "--disable-sync",
                                            "--no-first-run"));
            return new Running(playwright, playwright.chromium().launch(options));
        }

        @Override
        public void close() {
            playwright.close();
        }
    }

    /** Before any server is started for tests that cannot run. */
    @Override
    public void beforeAll(ExtensionContext context) {
        running(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        var type = parameter.getParameter().getType();
        return type == Page.class || type == BrowserContext.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var opened =
                context.getStore(HERE)
                        .computeIfAbsent("context", _ -> open(context), BrowserContext.class);
        return parameter.getParameter().getType() == Page.class ? opened.newPage() : opened;
    }

    private static BrowserContext open(ExtensionContext context) {
        var opened =
                running(context)
                        .browser()
                        .newContext(new Browser.NewContextOptions().setViewportSize(1280, 900));
        opened.setDefaultTimeout(30_000);
        return opened;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        var opened = context.getStore(HERE).remove("context", BrowserContext.class);
        if (opened == null) {
            return;
        }
        if (context.getExecutionException()
                .filter(not(TestAbortedException.class::isInstance))
                .isPresent()) {
            int number = 0;
            for (Page page : opened.pages()) {
                var file =
                        SCREENSHOTS.resolve(
                                name(context) + (number++ == 0 ? "" : "-" + number) + ".png");
                page.screenshot(new Page.ScreenshotOptions().setPath(file).setFullPage(true));
                context.publishReportEntry("screenshot", file + " of " + page.url());
            }
        }
        opened.close();
    }

    private static String name(ExtensionContext context) {
        return context.getRequiredTestClass().getName().replace("io.countersign.web.", "")
                + "."
                + context.getRequiredTestMethod().getName();
    }

    private static Running running(ExtensionContext context) {
        return context.getRoot()
                .getStore(HERE)
                .computeIfAbsent("browser", _ -> Running.start(installed()), Running.class);
    }

    private static Path installed() {
        var found = find(System.getenv());
        if (found.isPresent()) {
            return found.get();
        }
        var missing =
                "No Chromium found, so no browser test ran: install Debian's chromium, or set CHROMIUM"
                        + " to the path of one";
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(missing);
        }
        // Maven itself counts them as skipped without a word.
        System.err.println(missing);
        throw new TestAbortedException(missing);
    }

    /** The browser that {@code CHROMIUM} names, else the first usual one on the {@code PATH}. */
    static Optional<Path> find(Map<String, String> environment) {
        var named = environment.get("CHROMIUM");
        if (named != null && !named.isBlank()) {
            return Optional.of(Path.of(named)).filter(Files::isExecutable);
        }
        var folders = environment.getOrDefault("PATH", "").split(":");
        return Stream.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
                .flatMap(name ->
                        Stream.of(folders)
                                .filter(not(String::isEmpty))
                                .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
