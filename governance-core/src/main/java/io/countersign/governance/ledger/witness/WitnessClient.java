package io.countersign.governance.ledger.witness;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.ledger.tlog.AddCheckpoint;
import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.ConsistencyProof;
import io.countersign.governance.ledger.tlog.Cosignature;
import io.countersign.governance.ledger.tlog.MalformedTlog;
import io.countersign.governance.ledger.tlog.Note;
import io.countersign.governance.ledger.tlog.NoteSignature;
import io.countersign.governance.ledger.tlog.Unverified;
import io.countersign.governance.ledger.tlog.VerifierKey;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import java.util.regex.Pattern;

/**
 * Asks one witness to cosign checkpoints: c2sp.org/tlog-witness, add-checkpoint. Remembers which
 * size the witness cosigned last; where it is mistaken, the witness says so and is asked again.
 * Safe for threads, but checkpoints of one log are to be sent in their order.
 */
public final class WitnessClient implements AutoCloseable {
    private static final int MAX_ANSWER_BYTES = 65_536;
    private static final Pattern SIZE = Pattern.compile("(0|[1-9][0-9]{0,17})\n");

    private final HttpClient http;
    private final URI addCheckpoint;
    private final VerifierKey witness;
    private final Duration timeout;
    private volatile long oldSize; // 0 asks the witness

    /**
     * @param submissionPrefix of the witness, without {@code /add-checkpoint}
     * @param timeout for one whole exchange, of which there are at most two
     */
    public WitnessClient(URI submissionPrefix, VerifierKey witness, Duration timeout) {
        if (witness.algorithm() != VerifierKey.Algorithm.COSIGNATURE) {
            throw new IllegalArgumentException(witness.name() + " is not a cosigner's key");
        }
        var prefix = submissionPrefix.toString();
        this.addCheckpoint =
                URI.create((prefix.endsWith("/") ? prefix : prefix + "/") + "add-checkpoint");
        this.witness = witness;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder().connectTimeout(timeout).build();
    }

    /** The key its cosignatures are verified with. */
    public VerifierKey witness() {
        return witness;
    }

    /**
     * Asks for a cosignature.
     *
     * @param note a checkpoint, signed by its log
     * @param proofs makes the consistency proof from a size to the checkpoint's
     * @throws MalformedTlog where the note is no checkpoint
     */
    public WitnessAnswer submit(Note note, LongFunction<ConsistencyProof> proofs)
            throws InterruptedException {
        long size = Checkpoint.parse(note.text()).size();
        long old = Math.min(oldSize, size);
        for (int attempt = 0; attempt < 2; attempt++) {
            HttpResponse<byte[]> response;
            try {
                response = post(new AddCheckpoint(old, proofs.apply(old).path(), note).bytes());
            } catch (TimeoutException e) {
                return new WitnessAnswer.Unavailable(
                        "%s did not answer within %s".formatted(witness.name(), timeout));
            } catch (ExecutionException e) {
                var cause = e.getCause() == null ? e : e.getCause();
                return new WitnessAnswer.Unavailable(
                        "%s cannot be reached: %s".formatted(witness.name(), cause));
            }
            var latest = latest(response);
            if (latest.isEmpty()) {
                return judge(response, note, size);
            }
            old = latest.getAsLong();
            if (old > size) {
                return new WitnessAnswer.Ahead(old);
            }
            oldSize = old;
        }
        return new WitnessAnswer.Unavailable(
                "%s keeps saying it cosigned another size, last %d".formatted(witness.name(), old));
    }

    private HttpResponse<byte[]> post(byte[] body)
            throws InterruptedException, ExecutionException, TimeoutException {
        var request =
                HttpRequest.newBuilder(addCheckpoint)
                        .timeout(timeout)
                        .header("Content-Type", "text/plain; charset=utf-8")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        var answer =
                http.sendAsync(
                        request,
                        BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
        try {
            // The request's own timeout ends with the headers.
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | TimeoutException e) {
            answer.cancel(true);
            throw e;
        }
    }

    /** The size a 409 names. */
    private static OptionalLong latest(HttpResponse<byte[]> response) {
        if (response.statusCode() != 409) {
            return OptionalLong.empty();
        }
        var size = SIZE.matcher(new String(response.body(), US_ASCII));
        return size.matches()
                ? OptionalLong.of(Long.parseLong(size.group(1)))
                : OptionalLong.empty();
    }

    private WitnessAnswer judge(HttpResponse<byte[]> response, Note note, long size) {
        int status = response.statusCode();
        return switch (status) {
            case 200 -> cosigned(response.body(), note, size);
            // Older witnesses answer a root of their own at our size with 409 and no size.
            case 409, 422 ->
                    new WitnessAnswer.Fork(
                            ("%s has cosigned another tree than the one of size %d continues"
                                            + " (status %d)")
                                    .formatted(witness.name(), size, status));
            case 400, 401, 403, 404, 405, 413 ->
                    new WitnessAnswer.Misconfigured(
                            "%s refuses the log or the request (status %d)"
                                    .formatted(witness.name(), status));
            default ->
                    new WitnessAnswer.Unavailable(
                            "%s answers with status %d".formatted(witness.name(), status));
        };
    }

    private WitnessAnswer cosigned(byte[] body, Note note, long size) {
        try {
            for (var line : lines(body)) {
                var signature = NoteSignature.parse(line);
                if (witness.made(signature)) { // others are to be ignored
                    var cosignature = Cosignature.verify(witness, note.text(), signature);
                    if (cosignature.at().getEpochSecond() == 0) {
                        throw new Unverified("The cosignature has no time");
                    }
                    oldSize = size;
                    return new WitnessAnswer.Cosigned(signature, cosignature);
                }
            }
        } catch (MalformedTlog | Unverified e) {
            return new WitnessAnswer.Misconfigured(
                    "%s answers, but not with its cosignature: %s"
                            .formatted(witness.name(), e.getMessage()));
        }
        return new WitnessAnswer.Misconfigured(
                "%s answers, but not with a cosignature by the key %s"
                        .formatted(witness.name(), witness.text()));
    }

    private static Iterable<String> lines(byte[] body) {
        var lines = new ArrayList<String>();
        var text = new String(body, UTF_8); // a character that is none fails the signature
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            lines.add(text.substring(start, end + 1));
            start = end + 1;
        }
        if (start < text.length()) {
            throw new MalformedTlog("its last line does not end in a line feed");
        }
        return lines;
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
