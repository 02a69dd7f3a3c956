package io.countersign.web.security;

import jakarta.servlet.http.HttpServletRequest;

/** Which requests are for programs: the API, and the files of the ledger. */
public final class Paths {
    private Paths() {}

    public static boolean isApi(HttpServletRequest request) {
        // What failed is asked about, not the page that explains it.
        var failed = request.getAttribute("jakarta.servlet.error.request_uri");
        var path = failed instanceof String uri ? uri : request.getRequestURI();
        var below = path.substring(Math.min(path.length(), request.getContextPath().length()));
        return below.equals("/api") || below.startsWith("/api/") || isLedgerFile(below);
    }

    private static boolean isLedgerFile(String path) {
        return path.equals("/ledger/checkpoint") || path.startsWith("/ledger/tile/");
    }
}
