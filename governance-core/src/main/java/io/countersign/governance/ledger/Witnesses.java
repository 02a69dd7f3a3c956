package io.countersign.governance.ledger;

import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.MalformedTlog;
import io.countersign.governance.ledger.tlog.Note;
import io.countersign.governance.ledger.tlog.NoteSignature;
import io.countersign.governance.ledger.tlog.TileTree;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.governance.ledger.tlog.WitnessPolicy;
import io.countersign.governance.ledger.witness.WitnessAnswer;
import io.countersign.governance.ledger.witness.WitnessClient;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Those who cosign checkpoints, each on a host of somebody else's. */
@Component
public class Witnesses implements DisposableBean {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final WitnessPolicy asked;
    private final Map<String, WitnessClient> clients = new LinkedHashMap<>();
    private final Map<String, View> seen = new ConcurrentHashMap<>();

    /**
     * @throws IllegalStateException where the policy file cannot be used, saying why
     */
    Witnesses(LedgerSettings settings) {
        this.asked = read(settings.witnesses());
        for (var witness : asked.witnesses()) {
            var url = witness.url();
            var address = url == null ? null : address(url);
            if (url != null && address != null) {
                clients.put(witness.name(), new WitnessClient(address, witness.key(), PATIENCE));
                seen.put(witness.name(), new View(witness.name(), url, null, null, null));
            }
        }
    }

    private static WitnessPolicy read(@Nullable Path file) {
        if (file == null) {
            return new WitnessPolicy(List.of(), List.of(), List.of(), WitnessPolicy.NONE);
        }
        try {
            var policy = WitnessPolicy.parse(Files.readAllBytes(file));
            for (var witness : policy.witnesses()) {
                if (witness.url() != null && address(witness.url()) == null) {
                    throw new MalformedTlog(
                            "the URL of the witness %s, %s, is not one beginning with https:// or http://"
                                    .formatted(witness.name(), witness.url()));
                }
            }
            return policy;
        } catch (NoSuchFileException e) {
            throw unusable(file, "there is no such file", e);
        } catch (IOException | MalformedTlog e) {
            throw unusable(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static IllegalStateException unusable(Path file, String why, Exception cause) {
        return new IllegalStateException(
                "countersign.ledger.witnesses names the policy file %s, which cannot be used: %s"
                        .formatted(file, why),
                cause);
    }

    /** Null where it is none that can be asked over HTTP. */
    private static @Nullable URI address(String url) {
        try {
            var address = new URI(url);
            var scheme = address.getScheme();
            return address.getHost() != null
                            && ("https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme))
                    ? address
                    : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /**
     * A witness as this host knows it.
     *
     * @param lastCosigned its time of the last cosignature it gave here; null before the first
     * @param lastSize the size it cosigned then
     * @param alarm what is wrong with it, in a sentence; null where nothing is
     */
    public record View(
            String name,
            String url,
            @Nullable Instant lastCosigned,
            @Nullable Long lastSize,
            @Nullable String alarm) {}

    List<View> views() {
        return clients.keySet().stream().map(seen::get).toList();
    }

    /** What a checkpoint of a log with these keys must have. */
    WitnessPolicy policy(List<VerifierKey> log) {
        return new WitnessPolicy(
                log.stream().map(key -> new WitnessPolicy.Log(key, null)).toList(),
                asked.witnesses(),
                asked.groups(),
                asked.quorum());
    }

    /**
     * The checkpoint with as many cosignatures as there were answers in time.
     *
     * @param connection to read the tree with
     * @return null while the quorum is not met
     * @throws LedgerFault where a witness knows another history
     */
    @Nullable Note cosign(Note checkpoint, Connection connection, int epoch) {
        if (clients.isEmpty()) {
            return asked.isMetBy(List.of()) ? checkpoint : null;
        }
        var size = Checkpoint.parse(checkpoint.text()).size();
        var tree = new TileTree(size, new LedgerTables(connection).tiles(epoch));
        var signatures = new ArrayList<NoteSignature>();
        var names = new ArrayList<String>();
        for (var answer : answers(checkpoint, tree).entrySet()) {
            var name = answer.getKey();
            var before = java.util.Objects.requireNonNull(seen.get(name));
            switch (answer.getValue()) {
                case WitnessAnswer.Cosigned cosigned -> {
                    signatures.add(cosigned.signature());
                    names.add(name);
                    seen.put(
                            name,
                            new View(name, before.url(), cosigned.cosignature().at(), size, null));
                }
                case WitnessAnswer.Fork fork ->
                        throw new LedgerFault(
                                LedgerFault.Kind.FORKED, "The witness " + fork.message() + ".");
                case WitnessAnswer.Ahead ahead ->
                        throw new LedgerFault(
                                LedgerFault.Kind.FORKED,
                                "The witness %s has cosigned %d events of this log, and this host is about to publish %d. Does another host sign for it?"
                                        .formatted(name, ahead.size(), size));
                case WitnessAnswer.Misconfigured wrong -> alarm(before, wrong.message());
                case WitnessAnswer.Unavailable away -> alarm(before, away.message());
            }
        }
        return asked.isMetBy(names) ? checkpoint.with(signatures) : null;
    }

    private void alarm(View before, String message) {
        seen.put(
                before.name(),
                new View(
                        before.name(),
                        before.url(),
                        before.lastCosigned(),
                        before.lastSize(),
                        "The witness " + message + "."));
    }

    /** All are asked at once; the tree is read by one at a time. */
    private Map<String, WitnessAnswer> answers(Note checkpoint, TileTree tree) {
        var answers = new LinkedHashMap<String, WitnessAnswer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new LinkedHashMap<String, Future<WitnessAnswer>>();
            clients.forEach((name, client) -> {
                Callable<WitnessAnswer> question =
                        () ->
                                client.submit(
                                        checkpoint,
                                        old -> {
                                            synchronized (tree) {
                                                return tree.consistency(old);
                                            }
                                        });
                running.put(name, threads.submit(question));
            });
            for (var one : running.entrySet()) {
                answers.put(one.getKey(), one.getValue().get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking the witnesses: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the witnesses", e);
        }
        return answers;
    }

    @Override
    public void destroy() {
        clients.values().forEach(WitnessClient::close);
    }
}
