package io.countersign.web.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.governance.shared.Refusal;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * A problem detail (RFC 9457).
 *
 * @param type {@code /problems/} and the code; stable
 * @param title what sort of "no" it is
 * @param code stable and dotted, such as {@code review.own-submission}
 * @param detail what was wrong, with which value, and what to do
 * @param details the values it speaks of, by name; {@code field} names the field it belongs to
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
        String type,
        String title,
        int status,
        String code,
        String detail,
        Map<String, Object> details) {
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    public Problem {
        details = new TreeMap<>(details);
    }

    public static Problem of(int status, String code, String detail) {
        return of(status, code, detail, Map.of());
    }

    public static Problem of(int status, String code, String detail, Map<String, Object> details) {
        return new Problem("/problems/" + code, title(status), status, code, detail, details);
    }

    public static Problem of(Refusal refusal) {
        return of(status(refusal), refusal.code(), refusal.message(), refusal.details());
    }

    /** The HTTP status of a refusal. */
    public static int status(Refusal refusal) {
        return switch (refusal.code()) {
            case "sign-in.too-many-attempts" -> 429;
            case "evidence.too-large" -> 413;
            default ->
                    switch (refusal.kind()) {
                        case INVALID -> 400;
                        case FORBIDDEN -> 403;
                        case NOT_FOUND -> 404;
                        case CONFLICT -> 409;
                        case POLICY -> 422;
                        case PRECONDITION -> 412;
                    };
        };
    }

    /** As the answer to a request that reached no controller. */
    public void write(HttpServletResponse response) throws IOException {
        response.setStatus(status);
        response.setContentType(MEDIA_TYPE);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.getOutputStream().write(JSON.writeValueAsBytes(this));
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "The request is not right";
            case 401 -> "Sign in first";
            case 403 -> "Not allowed";
            case 404 -> "Not found";
            case 405 -> "Not that method";
            case 406 -> "Not in that form";
            case 409 -> "Not in this state";
            case 412 -> "Changed since";
            case 413 -> "Too large";
            case 415 -> "Not in that media type";
            case 422 -> "Policy says no";
            case 429 -> "Too many attempts";
            case 503 -> "Not now";
            default -> status < 500 ? "The request is not right" : "Something failed";
        };
    }
}
