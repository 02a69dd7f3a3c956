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
import java.security.SecureRandom;
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
        return key(origin);
    }

    /**
     * The key of the log.
     *
     * @throws LedgerFault where it is missing, damaged, or of another log
     */
    SignerKey key(String origin) {
        if (!Files.exists(keyFile())) {
            throw new LedgerFault(
                    LedgerFault.Kind.GUARD_LOST,
                    "The log's key %s is gone. Bring it back, or follow \"The key is lost\" in docs/ledger.md."
                            .formatted(keyFile()));
        }
        try {
            var key = SignerKey.parse(new String(PrivateFiles.read(keyFile()), UTF_8).strip());
            if (key.verifier().name().equals(origin)) {
                return key;
            }
            throw new LedgerFault(
                    LedgerFault.Kind.GUARD_DAMAGED,
                    "The key %s is that of the log %s, not of %s."
                            .formatted(keyFile(), key.verifier().name(), origin));
        } catch (MalformedTlog e) {
            throw new LedgerFault(
                    LedgerFault.Kind.GUARD_DAMAGED,
                    "The key %s is damaged: %s".formatted(keyFile(), e.getMessage()));
        }
    }

    boolean hasKey() {
        return Files.exists(keyFile());
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

    private Path haltFile() {
        return folder.resolve("halted");
    }
}
