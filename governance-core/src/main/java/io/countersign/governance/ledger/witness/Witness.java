package io.countersign.governance.ledger.witness;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.ledger.tlog.AddCheckpoint;
import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.ConsistencyProof;
import io.countersign.governance.ledger.tlog.Cosignature;
import io.countersign.governance.ledger.tlog.MalformedTlog;
import io.countersign.governance.ledger.tlog.Note;
import io.countersign.governance.ledger.tlog.SignerKey;
import io.countersign.governance.ledger.tlog.Unverified;
import io.countersign.governance.ledger.tlog.VerifierKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Cosigns checkpoints of the logs it knows, each only where it continues the one it cosigned last:
 * c2sp.org/tlog-witness. Safe for threads; one process at a time has its folder.
 */
public final class Witness implements AutoCloseable {
    /** More than any checkpoint with its proof needs. */
    public static final int MAX_BODY_BYTES = 262_144;

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String SIZE = "text/x.tlog.size";

    /** What to answer over HTTP. */
    public record Answer(int status, String contentType, String body) {}

    private record Log(String origin, List<VerifierKey> keys, CosignedHistory history) {}

    private final SignerKey key;
    private final Clock clock;
    private final FileChannel lock;
    private final Map<String, Log> byOrigin = new TreeMap<>();
    private final Map<String, Log> byHash = new TreeMap<>();

    /**
     * @param key to cosign with
     * @param logs keys of the logs to witness; a key's name is its log's origin, and a log may have
     *     several
     * @param folder for one file a log; made where it is missing. Who loses it must give up the key
     * @throws IllegalStateException where another process has the folder, or a file is damaged
     */
    public Witness(SignerKey key, Collection<VerifierKey> logs, Path folder, Clock clock) {
        if (key.verifier().algorithm() != VerifierKey.Algorithm.COSIGNATURE) {
            throw new IllegalArgumentException(key.verifier().name() + " is not a cosigner's key");
        }
        this.key = key;
        this.clock = clock;
        this.lock = lock(folder);
        try {
            var keys = new TreeMap<String, List<VerifierKey>>();
            for (var log : logs) {
                if (log.algorithm() != VerifierKey.Algorithm.ED25519) {
                    throw new IllegalArgumentException(log.name() + " is not a log's key");
                }
                if (log.hasKeyOf(key.verifier())) {
                    throw new IllegalArgumentException(
                            log.name() + " has the witness's own key; no key has two roles");
                }
                keys.computeIfAbsent(log.name(), _ -> new ArrayList<>()).add(log);
            }
            keys.forEach((origin, trusted) -> {
                var hash = hash(origin);
                var history = new CosignedHistory(folder.resolve(hash + ".cosigned"), origin);
                var log = new Log(origin, List.copyOf(trusted), history);
                byOrigin.put(origin, log);
                byHash.put(hash, log);
            });
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * {@code POST <submission prefix>/add-checkpoint}.
     *
     * @throws IllegalStateException where the state cannot be kept; nothing was cosigned then
     */
    public Answer addCheckpoint(byte[] body) {
        AddCheckpoint request;
        Checkpoint checkpoint;
        try {
            request = AddCheckpoint.parse(body);
            checkpoint = Checkpoint.parse(request.checkpoint().text());
        } catch (MalformedTlog e) {
            return text(400, e.getMessage());
        }
        var log = byOrigin.get(checkpoint.origin());
        if (log == null) {
            return text(404, "This witness does not know that log");
        }
        try {
            Checkpoint.open(request.checkpoint(), log.keys);
        } catch (Unverified e) {
            return text(403, e.getMessage());
        }
        if (!checkpoint.extensions().isEmpty()) {
            // A cosignature would vouch for lines that nobody here understands.
            return text(400, "This witness does not cosign extension lines");
        }
        if (request.oldSize() > checkpoint.size()) {
            return text(400, "The old size is above the size of the checkpoint");
        }
        synchronized (log) { // compare and set
            return cosign(log, request, checkpoint);
        }
    }

    private Answer cosign(Log log, AddCheckpoint request, Checkpoint checkpoint) {
        var history = log.history;
        if (request.oldSize() != history.size()) {
            return new Answer(409, SIZE, history.size() + "\n");
        }
        var proof = new ConsistencyProof(request.oldSize(), checkpoint.size(), request.proof());
        if (!proof.proves(history.root(), checkpoint.root())) {
            return text(
                    422,
                    "The proof does not show that the tree of size %d continues that of size %d"
                            .formatted(checkpoint.size(), history.size()));
        }
        var submitted = request.checkpoint();
        var cosignature = Cosignature.sign(key, submitted.text(), clock.instant());
        if (checkpoint.size() > history.size() || history.latest() == null) {
            var signatures =
                    new ArrayList<>(
                            submitted.signatures().stream()
                                    .filter(line ->
                                            log.keys.stream().anyMatch(own -> own.made(line)))
                                    .toList());
            signatures.add(cosignature);
            history.append(checkpoint, new Note(submitted.text(), signatures));
        }
        return new Answer(200, TEXT, cosignature.line());
    }

    /**
     * {@code GET <monitoring prefix>/<hash>/checkpoint}: the latest checkpoint of a log that was
     * cosigned, with the log's signature and the witness's.
     *
     * @param originHash SHA-256 of the log's origin in lower-case hexadecimal
     */
    public Answer latest(String originHash) {
        var log = byHash.get(originHash);
        if (log == null) {
            return text(404, "This witness does not know that log");
        }
        synchronized (log) {
            var latest = log.history.latest();
            return latest == null
                    ? text(404, "This witness has cosigned no checkpoint of that log yet")
                    : new Answer(200, TEXT, latest.toString());
        }
    }

    /** The key its cosignatures are verified with. */
    public VerifierKey verifier() {
        return key.verifier();
    }

    /** SHA-256 of an origin in hexadecimal, as monitoring paths have it. */
    public static String hash(String origin) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(origin.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private static Answer text(int status, String message) {
        return new Answer(status, TEXT, message + "\n");
    }

    private static FileChannel lock(Path folder) {
        try {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            var channel =
                    FileChannel.open(
                            folder.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (tryLock(channel)) {
                return channel;
            }
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the witness's folder " + folder, e);
        }
        throw new IllegalStateException(
                "another witness is running on the folder %s; stop it, or give this one its own"
                        .formatted(folder));
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null; // held until the channel is closed
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() {
        byOrigin.values()
                .forEach(log -> {
                    synchronized (log) {
                        log.history.close();
                    }
                });
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the witness's lock", e);
        }
    }
}
