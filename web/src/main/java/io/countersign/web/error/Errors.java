package io.countersign.web.error;

import io.countersign.governance.shared.CommandRefused;
import io.countersign.web.page.Layout;
import io.countersign.web.problem.Problem;
import io.countersign.web.security.Paths;
import io.countersign.web.security.RefusedAccess;
import io.countersign.web.start.Settings;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.validation.BindException;
import org.springframework.validation.FieldError;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingRequestValueException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.multipart.support.MissingServletRequestPartException;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * Answers whatever was thrown: a problem detail in the API, a page elsewhere. What a person can do
 * about it is said; what only we can do about is logged under a reference.
 */
@ControllerAdvice
class Errors {
    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);
    private static final Set<Integer> PAGES = Set.of(403, 404, 413);

    private final RefusedAccess refusedAccess;
    private final Layout layout;
    private final Settings settings;

    Errors(RefusedAccess refusedAccess, Layout layout, Settings settings) {
        this.refusedAccess = refusedAccess;
        this.layout = layout;
        this.settings = settings;
    }

    @ExceptionHandler
    @Nullable ModelAndView answer(
            Exception failure, HttpServletRequest request, HttpServletResponse response)
            throws Exception {
        if (failure instanceof AccessDeniedException
                || failure instanceof AuthenticationException) {
            throw failure; // the security filters answer these
        }
        if (failure instanceof AsyncRequestNotUsableException || response.isCommitted()) {
            LOG.debug("The caller went away", failure);
            return null;
        }
        var problem = problem(failure, request);
        if (failure instanceof ErrorResponse named) {
            named.getHeaders()
                    .forEach((name, values) ->
                            values.forEach(value -> response.addHeader(name, value)));
        }
        if (problem.details().get("etag") instanceof String now) {
            response.setHeader("ETag", now);
        }
        response.resetBuffer();
        if (Paths.isApi(request)) {
            problem.write(response);
            return new ModelAndView();
        }
        return page(problem, request);
    }

    private ModelAndView page(Problem problem, HttpServletRequest request) {
        var view =
                PAGES.contains(problem.status())
                        ? Integer.toString(problem.status())
                        : problem.status() < 500 ? "4xx" : "5xx";
        var page = new ModelAndView("error/" + view, layout.attributes(request));
        page.setStatus(HttpStatus.valueOf(problem.status()));
        page.addObject("status", problem.status());
        page.addObject("message", problem.detail());
        return page;
    }

    private Problem problem(Exception failure, HttpServletRequest request) {
        var refused = refused(failure);
        if (refused != null) {
            refusedAccess.record(request, refused);
            return named(Problem.of(refused.refusal()), failure);
        }
        return switch (failure) {
            case MaxUploadSizeExceededException _ -> UploadLimit.problem(settings);
            case MultipartException e when mentionsSize(e) -> UploadLimit.problem(settings);
            case MultipartException _ ->
                    Problem.of(400, "upload.unreadable", "The upload ended early or is damaged.");
            case HttpMessageNotReadableException e -> unreadable(e);
            case MissingServletRequestPartException e ->
                    missing(e.getRequestPartName(), "The file or part");
            case org.springframework.web.bind.MissingServletRequestParameterException e ->
                    missing(e.getParameterName(), "The parameter");
            case org.springframework.web.bind.MissingRequestHeaderException e ->
                    missing(e.getHeaderName(), "The header");
            case MissingRequestValueException _ ->
                    Problem.of(400, "input.missing", "Something needed is missing.");
            case TypeMismatchException e -> mismatch(e);
            case BindException e ->
                    fields(
                            e.getFieldErrors().stream()
                                    .collect(
                                            Collectors.toMap(
                                                    FieldError::getField,
                                                    error ->
                                                            Objects.toString(
                                                                    error.getDefaultMessage(), ""),
                                                    (first, _) -> first)));
            case HandlerMethodValidationException e ->
                    fields(
                            e.getParameterValidationResults().stream()
                                    .collect(
                                            Collectors.toMap(
                                                    result ->
                                                            Objects.toString(
                                                                    result.getMethodParameter()
                                                                            .getParameterName(),
                                                                    ""),
                                                    result ->
                                                            result.getResolvableErrors().stream()
                                                                    .map(error ->
                                                                            Objects.toString(
                                                                                    error
                                                                                            .getDefaultMessage(),
                                                                                    ""))
                                                                    .collect(
                                                                            Collectors.joining(
                                                                                    "; ")),
                                                    (first, _) -> first)));
            case NoResourceFoundException _, NoHandlerFoundException _ ->
                    Problem.of(
                            404,
                            "path.unknown",
                            "There is nothing at this address. Check it against /api/docs.");
            case HttpRequestMethodNotSupportedException e ->
                    Problem.of(
                            405,
                            "method.unknown",
                            "The method "
                                    + e.getMethod()
                                    + " is not for this address. Use "
                                    + String.join(
                                            " or ",
                                            Objects.requireNonNullElse(
                                                    e.getSupportedMethods(), new String[] {"GET"}))
                                    + ".");
            case HttpMediaTypeNotSupportedException e ->
                    Problem.of(
                            415,
                            "media-type.unknown",
                            "The Content-Type is not one this address takes. Send "
                                    + e.getSupportedMediaTypes().stream()
                                            .map(Objects::toString)
                                            .collect(Collectors.joining(" or "))
                                    + ".");
            case CannotGetJdbcConnectionException _,
                    CannotCreateTransactionException _,
                    DataAccessResourceFailureException _ -> {
                LOG.error("The database does not answer: {}", failure.getMessage());
                yield Problem.of(
                        503,
                        "database.unavailable",
                        "The database does not answer. Nothing was stored; try again in a while.");
            }
            case ErrorResponse e ->
                    Problem.of(
                            e.getStatusCode().value(),
                            e.getStatusCode().value() == 406
                                    ? "media-type.unacceptable"
                                    : "request",
                            e.getStatusCode().value() == 406
                                    ? "What the header Accept asks for is not available here."
                                    : "The request is not right.");
            default -> unexpected(failure, request);
        };
    }

    private Problem unexpected(Exception failure, HttpServletRequest request) {
        var reference = UUID.randomUUID().toString().substring(0, 8);
        LOG.error(
                "Failure {}: {} {}",
                reference,
                request.getMethod(),
                request.getAttribute(
                        org.springframework.web.servlet.HandlerMapping
                                .BEST_MATCHING_PATTERN_ATTRIBUTE),
                failure);
        return Problem.of(
                500,
                "internal",
                "Something failed on our side. The server's log has it under the reference "
                        + reference
                        + ".",
                Map.of("reference", reference));
    }

    private static Problem missing(String name, String what) {
        return Problem.of(
                400, "input.missing", what + " '" + name + "' is missing.", Map.of("field", name));
    }

    private static Problem mismatch(TypeMismatchException e) {
        var name =
                e instanceof MethodArgumentTypeMismatchException argument
                        ? argument.getName()
                        : Objects.toString(e.getPropertyName(), "");
        var type = e.getRequiredType();
        return Problem.of(
                400,
                "input.invalid",
                "The "
                        + name
                        + " '"
                        + brief(Objects.toString(e.getValue(), ""))
                        + "' is not valid"
                        + (type != null && type.isEnum()
                                ? ": use one of "
                                        + java.util.Arrays.stream(type.getEnumConstants())
                                                .map(Objects::toString)
                                                .collect(Collectors.joining(", "))
                                : "")
                        + ".",
                Map.of("field", name));
    }

    private static Problem fields(Map<String, String> wrong) {
        var sorted = new TreeMap<>(wrong);
        return Problem.of(
                400,
                "input.invalid",
                sorted.entrySet().stream()
                                .map(field -> field.getKey() + " " + field.getValue())
                                .collect(Collectors.joining("; "))
                        + ".",
                sorted.size() == 1
                        ? Map.of("field", sorted.firstKey(), "fields", sorted)
                        : Map.of("fields", sorted));
    }

    private static Problem unreadable(HttpMessageNotReadableException e) {
        var details = new TreeMap<String, Object>();
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof JacksonException json) {
                var at = json.getLocation();
                if (at != null && at.getLineNr() > 0) {
                    details.put("line", at.getLineNr());
                    details.put("column", at.getColumnNr());
                }
                var field = field(json);
                if (!field.isEmpty()) {
                    details.put("field", field);
                }
                var reason =
                        switch (json) {
                            case UnrecognizedPropertyException _ ->
                                    "there is no field '"
                                            + field
                                            + "' here"
                                            + known((UnrecognizedPropertyException) json);
                            case DatabindException _ ->
                                    field.isEmpty()
                                            ? "it is not of the form asked for"
                                            : "the field '"
                                                    + field
                                                    + "' has a value it cannot have";
                            default -> "it is not JSON";
                        };
                return Problem.of(
                        400,
                        "json.unreadable",
                        "The body cannot be read: "
                                + reason
                                + (details.containsKey("line")
                                        ? " (line "
                                                + details.get("line")
                                                + ", column "
                                                + details.get("column")
                                                + ")"
                                        : "")
                                + ".",
                        details);
            }
        }
        return Problem.of(400, "json.unreadable", "The body is missing or cannot be read as JSON.");
    }

    private static String known(UnrecognizedPropertyException e) {
        var known = e.getKnownPropertyIds();
        return known == null || known.isEmpty()
                ? ""
                : "; known are "
                        + known.stream()
                                .map(Objects::toString)
                                .sorted()
                                .collect(Collectors.joining(", "));
    }

    /** {@code roles[1].project}; empty for the body as a whole. */
    private static String field(Throwable failure) {
        if (!(failure instanceof JacksonException json)) {
            return "";
        }
        var path = new StringBuilder();
        for (var step : json.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return path.toString();
    }

    /** A refusal by a value's own constructor does not know which field the value is for. */
    private static Problem named(Problem problem, Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            var field = field(cause);
            if (!field.isEmpty()) {
                var details = new TreeMap<>(problem.details());
                details.put("field", field);
                return Problem.of(problem.status(), problem.code(), problem.detail(), details);
            }
        }
        return problem;
    }

    private static @Nullable CommandRefused refused(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CommandRefused refused) {
                return refused;
            }
        }
        return null;
    }

    private static boolean mentionsSize(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getClass().getSimpleName().contains("Size")) {
                return true;
            }
        }
        return false;
    }

    private static String brief(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}
