package io.countersign.governance.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.keys.PrivateFiles;
import io.countersign.governance.ledger.tlog.MalformedTlog;
import io.countersign.governance.ledger.tlog.SignerKey;
import io.countersign.governance.ledger.tlog.VerifierKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the signer keeps beside its guard, in a folder only its owner may enter: the key of the log
 * ({@code log.key}), and why it has stopped ({@code halted}), if it has.
 */
final class SignerFolder {
    private final Path folder;

    SignerFolder(Path folder) {
        this.folder = folder;
    }

    Path path() {
        return folder;
    }

    /** Makes a key for a log with this origin, where there is none. */
    SignerKey make(String origin) {
        PrivateFiles.folder(folder);
        var key = SignerKey.generate(origin, VerifierKey.Algorithm.ED25519, new SecureRandom());
        PrivateFiles.writeNew(keyFile(), (key.text() + "\n").getBytes(UTF_8));
        return read(keyFile(), origin);
    }

    /**
     * Makes the key of the next epoch, beside the one in use; the one that is there already stays.
     */
    SignerKey prepare(String origin) {
        var key = SignerKey.generate(origin, VerifierKey.Algorithm.ED25519, new SecureRandom());
        PrivateFiles.writeNew(epochFile(), (key.text() + "\n").getBytes(UTF_8));
        return read(epochFile(), origin);
    }

    /** Whether this log's key is still to take the place of those of the epoch before. */
    boolean isToTurnOver(String origin) {
        return Files.exists(epochFile())
                && SignerKey.parse(new String(PrivateFiles.read(epochFile()), UTF_8).strip())
                        .verifier()
                        .name()
                        .equals(origin);
    }

    /**
     * The key of the next epoch takes the place of all of this one's, of which only the public
     * halves are kept.
     */
    void turnOver(String origin) {
        if (!Files.exists(epochFile())) {
            return;
        }
        var unused = read(epochFile(), origin);
        for (var file : List.of(keyFile(), nextFile())) {
            if (Files.exists(file)) {
                past(
                        SignerKey.parse(new String(PrivateFiles.read(file), UTF_8).strip())
                                .verifier());
            }
        }
        try {
            Files.deleteIfExists(nextFile());
            Files.move(epochFile(), keyFile(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot replace " + keyFile(), e);
        }
    }

    /** {@link #verifiers}, one a line. */
    String publicly(String origin) {
        return verifiers(origin).stream().map(VerifierKey::text).collect(Collectors.joining("\n"));
    }

    /**
     * The keys of the log: the one in use, then the one that is to follow it, if there is one.
     * While there are two, both sign.
     *
     * @throws LedgerFault where it is missing, damaged, or of another log
     */
    List<SignerKey> keys(String origin) {
        if (!Files.exists(keyFile())) {
            throw new LedgerFault(
                    LedgerFault.Kind.GUARD_LOST,
                    "The log's key %s is gone. Bring it back, or follow \"The key is lost\" in docs/ledger.md."
                            .formatted(keyFile()));
        }
        var keys = new ArrayList<SignerKey>();
        keys.add(read(keyFile(), origin));
        if (Files.exists(nextFile())) {
            keys.add(read(nextFile(), origin));
        }
        return keys;
    }

    /**
     * The public halves of {@link #keys}, then of those that signed before them; of an earlier
     * epoch's log the latter alone.
     */
    List<VerifierKey> verifiers(String origin) {
        var past =
                past().stream()
                        .map(VerifierKey::parse)
                        .filter(key -> key.name().equals(origin))
                        .toList();
        if (!past.isEmpty() && Files.exists(keyFile()) && !origin.equals(origin())) {
            return past.stream().distinct().toList();
        }
        return Stream.concat(keys(origin).stream().map(SignerKey::verifier), past.stream())
                .distinct()
                .toList();
    }

    /** Keeps what the signatures of a key can be verified with. */
    private void past(VerifierKey key) {
        var past = new ArrayList<>(past());
        if (!past.contains(key.text())) {
            past.add(key.text());
            PrivateFiles.write(pastFile(), (String.join("\n", past) + "\n").getBytes(UTF_8));
        }
    }

    private List<String> past() {
        return Files.exists(pastFile())
                ? new String(PrivateFiles.read(pastFile()), UTF_8).lines().toList()
                : List.of();
    }

    /** The log's name, as its key in use says. */
    String origin() {
        if (!Files.exists(keyFile())) {
            throw new LedgerFault(
                    LedgerFault.Kind.GUARD_LOST, "There is no key of a log in " + folder + ".");
        }
        return SignerKey.parse(new String(PrivateFiles.read(keyFile()), UTF_8).strip())
                .verifier()
                .name();
    }

    /** Makes the key that is to follow; the one that is there already stays. */
    SignerKey announce(String origin) {
        var key = SignerKey.generate(origin, VerifierKey.Algorithm.ED25519, new SecureRandom());
        PrivateFiles.writeNew(nextFile(), (key.text() + "\n").getBytes(UTF_8));
        return read(nextFile(), origin);
    }

    /**
     * The key that follows takes the place of the one in use, which is kept nowhere.
     *
     * @throws IllegalStateException where none follows
     */
    void retire(String origin) {
        if (!Files.exists(nextFile())) {
            throw new IllegalStateException(
                    "There is no key to follow the one in use. Announce one first.");
        }
        var unused = read(nextFile(), origin);
        past(read(keyFile(), origin).verifier());
        try {
            Files.move(nextFile(), keyFile(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot replace " + keyFile(), e);
        }
    }

    private static SignerKey read(Path file, String origin) {
        try {
            var key = SignerKey.parse(new String(PrivateFiles.read(file), UTF_8).strip());
            if (key.verifier().name().equals(origin)) {
                return key;
            }
            throw new LedgerFault(
                    LedgerFault.Kind.GUARD_DAMAGED,
                    "The key %s is that of the log %s, not of %s."
                            .formatted(file, key.verifier().name(), origin));
        } catch (MalformedTlog e) {
            throw new LedgerFault(
                    LedgerFault.Kind.GUARD_DAMAGED,
                    "The key %s is damaged: %s".formatted(file, e.getMessage()));
        }
    }

    /** Why the signer has stopped; null where it has not. */
    @Nullable LedgerFault halted() {
        if (!Files.exists(haltFile())) {
            return null;
        }
        var lines = new String(PrivateFiles.read(haltFile()), UTF_8).split("\n", 2);
        return new LedgerFault(
                LedgerFault.Kind.ofKey(lines[0]),
                lines.length > 1 ? lines[1].strip() : "The signer has stopped.");
    }

    /** The first reason stays. */
    void halt(LedgerFault fault) {
        PrivateFiles.folder(folder);
        PrivateFiles.writeNew(
                haltFile(), (fault.kind().key() + "\n" + fault.words() + "\n").getBytes(UTF_8));
    }

    /** A person has looked, and it may go on. */
    void resume() {
        try {
            Files.deleteIfExists(haltFile());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + haltFile(), e);
        }
    }

    private Path keyFile() {
        return folder.resolve("log.key");
    }

    private Path nextFile() {
        return folder.resolve("log-next.key");
    }

    private Path epochFile() {
        return folder.resolve("log-epoch.key");
    }

    /** Public keys, one a line. */
    private Path pastFile() {
        return folder.resolve("log-past.vkeys");
    }

    private Path haltFile() {
        return folder.resolve("halted");
    }
}
