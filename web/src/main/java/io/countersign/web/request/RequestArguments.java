package io.countersign.web.request;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.CommandRefused;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * What any controller's method may ask for:
 *
 * <ul>
 *   <li>{@link ReadPosition.At}: the ledger position to read at, from {@code ?at=} (a position, a
 *       time or a day), else the newest. The answer's header {@code Countersign-Position} and the
 *       page's footer name it;
 *   <li>{@link Commands.Context}: with the caller's {@code Idempotency-Key} and {@code If-Match}.
 * </ul>
 *
 * A GET with {@code ?after=<event id>} waits, at most {@link #LONGEST}, until the read models have
 * that event.
 */
@Component
class RequestArguments implements WebMvcConfigurer, HandlerInterceptor {
    static final String POSITION = "Countersign-Position";
    static final Duration LONGEST = Duration.ofSeconds(2);

    private static final String ENTITY_TAG = "(?:W/)?\"[!#-~]{0,100}\"";
    private static final Pattern TAG = Pattern.compile("\\*|" + ENTITY_TAG);
    private static final Pattern TAGS =
            Pattern.compile("\\*|" + ENTITY_TAG + "(?:\\s*,\\s*" + ENTITY_TAG + "){0,19}");

    private final ReadPosition positions;

    RequestArguments(ReadPosition positions) {
        this.positions = positions;
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new Argument<>(ReadPosition.At.class, this::at));
        resolvers.add(new Argument<>(Commands.Context.class, (request, _) -> context(request)));
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler) {
        var after = request.getParameter("after");
        if (request.getMethod().equals("GET") && after != null && after.length() <= 64) {
            positions.await(after, LONGEST);
        }
        return true;
    }

    private ReadPosition.At at(NativeWebRequest request, @Nullable ModelAndViewContainer model) {
        var asked = request.getParameter("at");
        var at =
                asked == null || asked.isBlank() ? positions.now() : positions.parse(asked.strip());
        Objects.requireNonNull(request.getNativeResponse(HttpServletResponse.class))
                .setHeader(POSITION, Long.toString(at.position()));
        if (model != null) {
            model.addAttribute("position", at.position());
            model.addAttribute("positionTime", at.time());
            model.addAttribute("past", at.past());
            model.addAttribute("at", at.past() ? Objects.requireNonNull(asked).strip() : null);
            if (at.past()) {
                model.addAttribute("nowHref", now(request));
            }
        }
        return at;
    }

    /** The same page at the present. */
    private static String now(NativeWebRequest request) {
        var servlet = Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class));
        return UriComponentsBuilder.fromPath(
                        servlet.getRequestURI().substring(servlet.getContextPath().length()))
                .query(servlet.getQueryString())
                .replaceQueryParam("at")
                .replaceQueryParam("after")
                .build()
                .toUriString();
    }

    private static Commands.Context context(NativeWebRequest request) {
        var key = request.getHeader("Idempotency-Key");
        if (key != null && !key.matches("[!-~]{1,200}")) {
            throw CommandRefused.invalid(
                    "Idempotency-Key", key, "use 1 to 200 visible ASCII characters");
        }
        return Commands.Context.key(key).ifMatch(ifMatch(request));
    }

    /**
     * Entity tags (RFC 9110, section 13.1.1); a weak one matches nothing, as the standard has it.
     */
    private static @Nullable List<String> ifMatch(NativeWebRequest request) {
        var given = request.getHeaderValues("If-Match");
        if (given == null) {
            return null;
        }
        var text = String.join(",", given).strip();
        if (!TAGS.matcher(text).matches()) {
            throw CommandRefused.invalid(
                    "If-Match", text, "send the ETag of a GET as it was, such as \"3\", or *");
        }
        return TAG.matcher(text).results().map(MatchResult::group).toList();
    }

    private interface Reading<T> {
        T read(NativeWebRequest request, @Nullable ModelAndViewContainer model);
    }

    private record Argument<T>(Class<T> type, Reading<T> reading)
            implements HandlerMethodArgumentResolver {
        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == type;
        }

        @Override
        public @Nullable Object resolveArgument(
                MethodParameter parameter,
                @Nullable ModelAndViewContainer model,
                NativeWebRequest request,
                @Nullable WebDataBinderFactory binders) {
            return reading.read(request, model);
        }
    }
}
