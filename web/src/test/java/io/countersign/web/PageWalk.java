package io.countersign.web;

import com.microsoft.playwright.Page;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * Opens every page that links lead to, beginning with the start page. Of pages that are alike (two
 * datasets, two positions in the audit trail) it opens the first few.
 */
final class PageWalk {
    private static final int ALIKE = 2;
    private static final int MOST = 400;

    /** Downloads are on record, and are not pages. */
    private static final Pattern NOT_PAGES =
            Pattern.compile(
                    "/api(/.*)?|/ledger/([0-9]+/)?(checkpoint|tile)(/.*)?|.*/(file|note|bundle)"
                            + "|.*\\.(csv|json|pdf|html|xlsx|zip|txt|tlog-proof)");

    private static final Set<String> NAMED = Set.of("new", "open", "file");

    private PageWalk() {}

    /**
     * @param opened is called with the path and the status of each page while it is shown
     * @return how many pages there were
     */
    @SuppressWarnings("unchecked") // what the script returns
    static int from(Page page, String address, BiConsumer<String, Integer> opened) {
        var alike = new HashMap<String, Integer>();
        var known = new HashSet<String>();
        var next = new ArrayDeque<>(List.of("/"));
        known.add("/");
        int seen = 0;
        while (!next.isEmpty()) {
            if (seen++ > MOST) {
                throw new AssertionError("more pages than a demonstration has: " + known);
            }
            var path = next.remove();
            var answer = page.navigate(address + path);
            var links =
                    (List<String>)
                            page.evaluate(
                                    "() => [...document.querySelectorAll('a[href]')]"
                                            + ".map(a => a.getAttribute('href').split('#')[0])");
            opened.accept(path, answer == null ? 0 : answer.status());
            for (var link : links) {
                if (link.startsWith("/")
                        && !NOT_PAGES.matcher(link.replaceFirst("\\?.*", "")).matches()
                        && known.add(link)
                        && alike.merge(shape(link), 1, Integer::sum) <= ALIKE) {
                    next.add(link);
                }
            }
        }
        return seen;
    }

    /**
     * {@code /models/credit.scorer/versions/1.0?at=3} as {@code /models/*}{@code /versions/*?at}.
     */
    static String shape(String path) {
        var parts = path.split("\\?", 2);
        var segments = parts[0].split("/", -1);
        for (int i = 2; i < segments.length; i += 2) {
            if (!NAMED.contains(segments[i])) {
                segments[i] = "*";
            }
        }
        return String.join("/", segments)
                + (parts.length == 1 ? "" : "?" + parts[1].replaceAll("=[^&]*", ""));
    }
}
