package io.countersign.web.ledger;

import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.reporting.verify.Trust;
import io.countersign.reporting.verify.Verification;
import io.countersign.reporting.verify.Verifier;
import io.countersign.web.start.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;

/**
 * What {@code countersign verify} says of a bundle or a receipt that somebody brings. It is a
 * convenience: a server that checks its own proofs proves nothing to those who do not trust it.
 */
@Component
class OfferedEvidence {
    private static final int AT_ONCE = 2;

    private final Ledger ledger;
    private final long most;
    private final Semaphore verifying = new Semaphore(AT_ONCE);

    OfferedEvidence(Ledger ledger, Settings settings) {
        this.ledger = ledger;
        this.most = settings.upload().max().toBytes();
    }

    /** Whose key and witnesses it is held against. */
    enum Against {
        /** This log's, as with {@code --policy}. */
        LOG,
        /** Those that the bundle brings along, as without options. */
        BUNDLE;

        static Against of(String key) {
            return switch (key) {
                case "log" -> LOG;
                case "bundle" -> BUNDLE;
                default ->
                        throw CommandRefused.invalid(
                                "against",
                                key,
                                "give log, for this log's keys and witnesses, or bundle, for those that the bundle brings along");
            };
        }
    }

    /**
     * Reads it to its end, into a file for as long as it takes.
     *
     * @throws CommandRefused {@code ledger.evidence-missing}, {@code evidence.too-large}, {@code
     *     ledger.no-checkpoint}, and for a receipt held against what a bundle brings along
     */
    Verification verify(InputStream evidence, Against against) throws IOException {
        verifying.acquireUninterruptibly();
        try {
            var file = Files.createTempFile("evidence", "");
            try {
                var size = copy(evidence, file);
                if (size == 0) {
                    throw refused(
                            "ledger.evidence-missing",
                            "Choose an evidence bundle (.zip) or a receipt (.tlog-proof); this is empty.");
                }
                var proof = Verifier.isProof(file);
                if (proof && against == Against.BUNDLE) {
                    throw CommandRefused.invalid(
                            "against",
                            "bundle",
                            "a receipt brings no key along: hold it against this log's");
                }
                var found = Verifier.verify(file, trust(against));
                return found.verified() || against == Against.BUNDLE
                        ? found
                        : earlier(file).orElse(found);
            } finally {
                Files.delete(file);
            }
        } finally {
            verifying.release();
        }
    }

    /** Evidence of an epoch that has ended is held against the keys of that epoch. */
    private Optional<Verification> earlier(Path file) {
        return ledger.epochs().reversed().stream()
                .skip(1)
                .map(epoch -> ledger.policy(epoch.number()))
                .flatMap(Optional::stream)
                .map(policy -> Verifier.verify(file, Trust.of(policy)))
                .filter(Verification::verified)
                .findFirst();
    }

    private Trust trust(Against against) {
        return against == Against.BUNDLE
                ? Trust.NOTHING
                : Trust.of(
                        ledger.policy()
                                .orElseThrow(() ->
                                        new CommandRefused(
                                                Refusal.conflict(
                                                                "ledger.no-checkpoint",
                                                                "This log has not begun: nothing can be of it.")
                                                        .with("field", "file"))));
    }

    private long copy(InputStream evidence, Path file) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            var buffer = new byte[1 << 16];
            var size = 0L;
            for (int read = evidence.read(buffer); read >= 0; read = evidence.read(buffer)) {
                size += read;
                if (size > most) {
                    throw refused(
                            "evidence.too-large",
                            "This server verifies files of at most %d bytes. Verify it offline, with countersign verify."
                                    .formatted(most));
                }
                out.write(buffer, 0, read);
            }
            return size;
        }
    }

    private static CommandRefused refused(String code, String message) {
        return new CommandRefused(Refusal.invalid(code, message).with("field", "file"));
    }
}
