package io.countersign.web.security;

import io.countersign.governance.shared.UserId;
import io.countersign.web.start.Loopback;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.support.GenericConversionService;
import org.springframework.core.env.Environment;
import org.springframework.core.serializer.support.SerializingConverter;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.session.config.SessionRepositoryCustomizer;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.session.jdbc.config.annotation.web.http.EnableJdbcHttpSession;
import org.springframework.session.web.http.CookieSerializer;
import org.springframework.session.web.http.DefaultCookieSerializer;

/** Sessions live in the database, so that any instance serves any of them. */
@Configuration(proxyBeanMethods = false)
@EnableJdbcHttpSession
public class Sessions {
    /**
     * What a session may hold. Whoever can write to the table must not be able to make the
     * application load anything else.
     */
    private static final ObjectInputFilter KNOWN =
            ObjectInputFilter.Config.createFilter(
                    "maxdepth=20;maxrefs=5000;maxbytes=200000;"
                            + "java.lang.*;java.time.*;java.util.*;java.util.concurrent.*;"
                            + "io.countersign.web.security.*;"
                            + "io.countersign.governance.people.TokenScope;"
                            + "io.countersign.governance.shared.*;"
                            + "org.springframework.security.core.**;"
                            + "org.springframework.security.authentication.*;"
                            + "org.springframework.security.web.**;"
                            + "org.springframework.util.*;"
                            + "org.springframework.web.servlet.FlashMap;!*");

    @Bean
    ConversionService springSessionConversionService() {
        var conversion = new GenericConversionService();
        conversion.addConverter(Object.class, byte[].class, new SerializingConverter());
        conversion.addConverter(byte[].class, Object.class, Sessions::read);
        return conversion;
    }

    @Bean
    SessionRepositoryCustomizer<JdbcIndexedSessionRepository> sessionLength(
            @Value("${server.servlet.session.timeout}") Duration timeout) {
        return sessions -> sessions.setDefaultMaxInactiveInterval(timeout);
    }

    @Bean
    CookieSerializer sessionCookie(Environment environment) {
        var cookie = new DefaultCookieSerializer();
        cookie.setCookieName("countersign");
        cookie.setUseHttpOnlyCookie(true);
        cookie.setSameSite("Strict");
        cookie.setUseSecureCookie(
                environment.getProperty(
                        "server.servlet.session.cookie.secure",
                        Boolean.class,
                        !Loopback.only(environment)));
        return cookie;
    }

    /** Goes on with a session of another id after the password was changed in this one. */
    public static void renew(
            UserId person, Clock clock, HttpServletRequest request, HttpServletResponse response) {
        request.changeSessionId();
        var context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(SignedIn.session(person, clock.instant()).authentication());
        SecurityContextHolder.setContext(context);
        new HttpSessionSecurityContextRepository().saveContext(context, request, response);
    }

    private static Object read(byte[] bytes) {
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            in.setObjectInputFilter(KNOWN);
            return in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("a session holds what it should not", e);
        }
    }
}
