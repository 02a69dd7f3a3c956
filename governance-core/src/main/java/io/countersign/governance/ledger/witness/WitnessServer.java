package io.countersign.governance.ledger.witness;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.countersign.governance.ledger.witness.Witness.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A witness over HTTP: {@code POST /add-checkpoint} and {@code GET /<hash>/checkpoint}. It has no
 * TLS; where others than this machine are to reach it, a proxy that has goes in front.
 */
public final class WitnessServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WitnessServer.class);
    private static final Pattern MONITORING = Pattern.compile("/([0-9a-f]{64})/checkpoint");
    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final Witness witness;

    /**
     * Starts it.
     *
     * @param address to listen at; port 0 takes a free one
     * @throws UncheckedIOException where that is taken
     */
    public WitnessServer(Witness witness, InetSocketAddress address) {
        this.witness = witness;
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new UncheckedIOException("the witness cannot listen at " + address, e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(requests);
        server.start();
    }

    /** At this machine's own address only. */
    public static WitnessServer onLoopback(Witness witness, int port) {
        return new WitnessServer(
                witness, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** Submission and monitoring prefix. */
    public URI uri() {
        var address = server.getAddress();
        var host = address.getAddress().getHostAddress();
        return URI.create(
                "http://%s:%d"
                        .formatted(
                                host.contains(":") ? "[" + host + "]" : host, address.getPort()));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = answer(exchange);
            } catch (RuntimeException e) {
                LOG.error("The witness could not answer {}", exchange.getRequestURI(), e);
                answer = text(500, "The witness cannot keep its state; see its log");
            }
            var body = answer.body().getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getRawPath();
        var method = exchange.getRequestMethod();
        if (path.equals("/add-checkpoint")) {
            if (!method.equals("POST")) {
                exchange.getResponseHeaders().set("Allow", "POST");
                return text(405, "Checkpoints are sent with POST");
            }
            var body = exchange.getRequestBody().readNBytes(Witness.MAX_BODY_BYTES + 1);
            return body.length > Witness.MAX_BODY_BYTES
                    ? text(413, "A request has at most %d bytes".formatted(Witness.MAX_BODY_BYTES))
                    : witness.addCheckpoint(body);
        }
        var monitoring = MONITORING.matcher(path);
        if (!monitoring.matches()) {
            return text(404, "There is /add-checkpoint and /<sha256 of origin>/checkpoint");
        }
        if (!method.equals("GET")) {
            exchange.getResponseHeaders().set("Allow", "GET");
            return text(405, "Checkpoints are read with GET");
        }
        return witness.latest(monitoring.group(1));
    }

    private static Answer text(int status, String message) {
        return new Answer(status, TEXT, message + "\n");
    }

    /** Stops at once; the witness itself stays open. */
    @Override
    public void close() {
        server.stop(0);
        requests.close();
    }
}
