package io.countersign.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Keeps cookies, sends forms with their CSRF token, and follows no redirect by itself. */
public final class Browser {
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]* value=\"([^\"]+)\"");

    private final String address;
    private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
    private final HttpClient client = HttpClient.newBuilder().cookieHandler(cookies).build();

    Browser(String address) {
        this.address = address;
    }

    public String address() {
        return address;
    }

    /**
     * @param headers names and values in turn
     */
    public HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    /** A form as a page would send it: with the CSRF token of the page at {@code from}. */
    public HttpResponse<String> submit(String from, String path, Map<String, String> fields) {
        var page = get(from).body();
        var token = CSRF.matcher(page);
        if (!token.find()) {
            throw new AssertionError("no form with a CSRF token at " + from + ": " + page);
        }
        return form(path, fields, token.group(1));
    }

    /** A form from somewhere else. */
    public HttpResponse<String> forged(String path, Map<String, String> fields) {
        return form(path, fields, "");
    }

    public HttpResponse<String> json(String method, String path, String body, String... headers) {
        var all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = "application/json";
        System.arraycopy(headers, 0, all, 2, headers.length);
        return send(method, path, body, all);
    }

    public HttpResponse<String> signIn(String username, String password) {
        return submit("/sign-in", "/sign-in", Map.of("username", username, "password", password));
    }

    public CookieManager cookies() {
        return cookies;
    }

    public static String basic(String username, String password) {
        return "Basic "
                + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(UTF_8));
    }

    private HttpResponse<String> form(String path, Map<String, String> fields, String csrf) {
        var body =
                "_csrf="
                        + encoded(csrf)
                        + fields.entrySet().stream()
                                .map(f -> "&" + encoded(f.getKey()) + "=" + encoded(f.getValue()))
                                .collect(Collectors.joining());
        return send("POST", path, body, "Content-Type", "application/x-www-form-urlencoded");
    }

    public HttpResponse<String> send(
            String method,
            String path,
            @org.jspecify.annotations.Nullable String body,
            String... headers) {
        var request =
                HttpRequest.newBuilder(URI.create(address + path))
                        .method(
                                method,
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body));
        if (!path.startsWith("/api")) {
            request.header("Accept", "text/html,*/*;q=0.8");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
