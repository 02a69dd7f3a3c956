package io.countersign.web.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Pattern;

/** Which requests are for programs: the API, and the files of the ledger. */
public final class Paths {
    /** A checkpoint or tile, of the first epoch or of a later one. */
    private static final Pattern LEDGER_FILE =
            Pattern.compile("/ledger/(?:[0-9]+/)?(?:checkpoint|tile/.*)");

    private Paths() {}

    public static boolean isApi(HttpServletRequest request) {
        // What failed is asked about, not the page that explains it.
        var failed = request.getAttribute("jakarta.servlet.error.request_uri");
        var path = failed instanceof String uri ? uri : request.getRequestURI();
        var below = path.substring(Math.min(path.length(), request.getContextPath().length()));
        return below.equals("/api") || below.startsWith("/api/") || isLedgerFile(below);
    }

    private static boolean isLedgerFile(String path) {
        return LEDGER_FILE.matcher(path).matches();
    }
}
