package io.countersign.web.security;

import io.countersign.governance.people.SignIn;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.web.problem.Problem;
import io.countersign.web.start.Settings;
import jakarta.servlet.DispatcherType;
import java.time.Clock;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.access.AccessDeniedHandlerImpl;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/**
 * Everything needs a sign-in but what is named here. What a person may do then is decided by the
 * commands and queries themselves.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
class SecurityConfiguration {
    private static final String CONTENT_POLICY =
            "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self';"
                    + " object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action"
                    + " 'self'";

    /** Open to anybody; {@code /link} carries a secret of its own. */
    private static final String[] OPEN_PAGES = {
        "/sign-in", "/link/*", "/app.css", "/icons.svg", "/favicon.svg", "/favicon.ico",
    };

    private static final String OPEN_API = "/api/v1/link";

    /** Hashes and signatures only; a setting opens them to anybody. */
    private static final String[] LEDGER_FILES = {
        "/ledger/checkpoint",
        "/ledger/tile/**",
        "/ledger/{epoch:[0-9]+}/checkpoint",
        "/ledger/{epoch:[0-9]+}/tile/**"
    };

    /** For programs: credentials with each call, or a page's session. */
    @Bean
    @Order(1)
    SecurityFilterChain api(
            HttpSecurity http,
            SignIn signIn,
            RefusedAccess refusedAccess,
            Clock clock,
            Settings settings)
            throws Exception {
        http.securityMatcher(
                        Stream.concat(Stream.of("/api", "/api/**"), Stream.of(LEDGER_FILES))
                                .toArray(String[]::new))
                .authorizeHttpRequests(rules -> {
                    rules.dispatcherTypeMatchers(DispatcherType.ERROR).permitAll();
                    if (settings.ledger().open()) {
                        rules.requestMatchers(HttpMethod.GET, LEDGER_FILES).permitAll();
                        rules.requestMatchers(HttpMethod.HEAD, LEDGER_FILES).permitAll();
                    }
                    rules.requestMatchers(OPEN_API).permitAll().anyRequest().authenticated();
                })
                .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.NEVER))
                .csrf(csrf ->
                        csrf.ignoringRequestMatchers(CredentialsFilter::brings)
                                .ignoringRequestMatchers(OPEN_API))
                .requestCache(cache -> cache.disable())
                .logout(logout -> logout.disable())
                .addFilterBefore(new SessionHolds(signIn), CsrfFilter.class)
                .addFilterBefore(
                        new CredentialsFilter(signIn, refusedAccess, clock),
                        AnonymousAuthenticationFilter.class)
                .exceptionHandling(handling ->
                        handling.authenticationEntryPoint((_, response, _) ->
                                        CredentialsFilter.refuse(
                                                response,
                                                Refusal.forbidden(
                                                        "sign-in.needed",
                                                        "Send your user name and password"
                                                                + " (HTTP Basic), or a token"
                                                                + " (Bearer).")))
                                .accessDeniedHandler((request, response, denied) -> {
                                    var refusal = refusal(denied);
                                    refusedAccess.record(request, refusal);
                                    Problem.of(refusal).write(response);
                                }));
        return headers(http).build();
    }

    /** For people: a session after signing in on a page. */
    @Bean
    @Order(2)
    SecurityFilterChain pages(
            HttpSecurity http, SignIn signIn, RefusedAccess refusedAccess, Clock clock)
            throws Exception {
        http.authorizeHttpRequests(
                        rules -> {
                            rules.dispatcherTypeMatchers(
                                            DispatcherType.ERROR, DispatcherType.FORWARD)
                                    .permitAll();
                            rules.requestMatchers(OPEN_PAGES).permitAll();
                            rules.requestMatchers("/actuator/health", "/actuator/health/*")
                                    .permitAll();
                            rules.anyRequest().authenticated();
                        })
                .authenticationProvider(new ByPassword(signIn, clock))
                .formLogin(form ->
                        form.loginPage("/sign-in")
                                .loginProcessingUrl("/sign-in")
                                .defaultSuccessUrl("/")
                                .failureUrl("/sign-in?error"))
                .logout(logout -> logout.logoutUrl("/sign-out").logoutSuccessUrl("/sign-in?logout"))
                .addFilterBefore(new SessionHolds(signIn), CsrfFilter.class)
                .exceptionHandling(
                        handling -> handling.accessDeniedHandler(recording(refusedAccess)));
        return headers(http).build();
    }

    private static AccessDeniedHandler recording(RefusedAccess refusedAccess) {
        var page = new AccessDeniedHandlerImpl();
        return (request, response, denied) -> {
            refusedAccess.record(request, refusal(denied));
            page.handle(request, response, denied);
        };
    }

    private static Refusal refusal(Exception denied) {
        return denied instanceof CsrfException
                ? Refusal.forbidden(
                        "access.csrf",
                        "The form was open for too long, or the request did not come from a page of"
                                + " this product. Reload the page and send it again; a program"
                                + " sends the header X-CSRF-TOKEN, or credentials of its own.")
                : Refusal.forbidden("access.denied", "This is not for you.");
    }

    private static HttpSecurity headers(HttpSecurity http) throws Exception {
        return http.headers(headers ->
                headers.contentSecurityPolicy(csp -> csp.policyDirectives(CONTENT_POLICY))
                        .frameOptions(HeadersConfigurer.FrameOptionsConfig::deny)
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.SAME_ORIGIN))
                        .permissionsPolicyHeader(permissions ->
                                permissions.policy("camera=(), microphone=(), geolocation=()"))
                        .crossOriginOpenerPolicy(opener ->
                                opener.policy(
                                        org.springframework.security.web.header.writers
                                                .CrossOriginOpenerPolicyHeaderWriter
                                                .CrossOriginOpenerPolicy.SAME_ORIGIN)));
    }

    /** For the sign-in page. Why it was refused stays between the log and us. */
    private record ByPassword(SignIn signIn, Clock clock) implements AuthenticationProvider {
        @Override
        public Authentication authenticate(Authentication typed) throws AuthenticationException {
            var address =
                    typed.getDetails() instanceof WebAuthenticationDetails details
                            ? details.getRemoteAddress()
                            : "";
            try {
                var person =
                        signIn.withPassword(
                                typed.getName(),
                                Objects.toString(typed.getCredentials(), ""),
                                address);
                return SignedIn.session(person, clock.instant()).authentication();
            } catch (CommandRefused refused) {
                throw new BadCredentialsException(refused.refusal().code(), refused);
            }
        }

        @Override
        public boolean supports(Class<?> kind) {
            return kind == UsernamePasswordAuthenticationToken.class;
        }
    }
}
