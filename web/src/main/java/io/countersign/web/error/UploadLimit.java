package io.countersign.web.error;

import io.countersign.web.problem.Problem;
import io.countersign.web.security.Paths;
import io.countersign.web.start.Settings;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses a request that says it is too large before anything reads it. Otherwise its CSRF token
 * could not be read either, and the answer would be about that.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 20)
class UploadLimit extends OncePerRequestFilter {
    private final Settings settings;

    UploadLimit(Settings settings) {
        this.settings = settings;
    }

    static Problem problem(Settings settings) {
        return Problem.of(
                413,
                "upload.too-large",
                "This is larger than the "
                        + words(settings.upload().max())
                        + " the server takes, and nothing was stored. A prediction log of any size"
                        + " is assessed from the server's import folder (give its name as importFile"
                        + " instead of the file; GET .../assessments/import-files lists what is"
                        + " there), or on the command line (countersign assess FILE). For any other"
                        + " file, send a smaller one, or ask an administrator to raise"
                        + " countersign.upload.max.",
                Map.of("largestBytes", settings.upload().max().toBytes()));
    }

    /** In megabytes where it is a whole number of them. */
    private static String words(DataSize size) {
        return DataSize.ofMegabytes(size.toMegabytes()).equals(size)
                ? size.toMegabytes() + " MB"
                : "%,d bytes".formatted(size.toBytes());
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getContentLengthLong() <= settings.upload().max().toBytes()) {
            chain.doFilter(request, response);
        } else if (Paths.isApi(request)) {
            problem(settings).write(response);
        } else {
            response.sendError(413);
        }
    }
}
