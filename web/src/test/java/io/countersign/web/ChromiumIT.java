package io.countersign.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Cookie;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Chromium.class)
class ChromiumIT {
    @Test
    void shows_a_page(Page page) {
        page.setContent("<title>Sign</title><button>Sign it</button>");
        var button =
                page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign it"));
        assertThat(page).hasTitle("Sign");
        assertThat(button).isVisible();
    }

    @RepeatedTest(2)
    void keeps_nothing_from_one_test_to_the_next(BrowserContext context, Page page) {
        assertThat(context.cookies()).isEmpty();
        context.addCookies(List.of(new Cookie("seen", "yes").setUrl("http://localhost")));
        assertThat(page.context()).isSameAs(context);
    }

    @Test
    void takes_the_browser_that_is_named_before_any_on_the_path(@TempDir Path folder)
            throws IOException {
        var chrome = executable(folder.resolve("google-chrome"));
        var other = executable(folder.resolve("other"));
        var path = "/nowhere:" + folder;
        assertThat(Chromium.find(Map.of("PATH", path, "CHROMIUM", other.toString())))
                .contains(other);
        assertThat(Chromium.find(Map.of("PATH", path))).contains(chrome);
        var chromium = executable(folder.resolve("chromium"));
        assertThat(Chromium.find(Map.of("PATH", path))).contains(chromium);
    }

    @Test
    void finds_none_where_the_named_one_is_missing(@TempDir Path folder) throws IOException {
        executable(folder.resolve("chromium"));
        var path = folder.toString();
        assertThat(Chromium.find(Map.of("PATH", path, "CHROMIUM", path + "/missing"))).isEmpty();
        assertThat(Chromium.find(Map.of())).isEmpty();
    }

    private static Path executable(Path file) throws IOException {
        Files.writeString(file, "");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
