package io.countersign.governance.ledger;

import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.ConsistencyProof;
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
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Those who cosign checkpoints, each on a host of somebody else's. All are asked at once, each by a
 * thread of its own and one question at a time: one that hangs, or is away, holds up nobody but a
 * quorum that needs it. One that failed is left alone for a while, longer each time.
 */
@Component
public class Witnesses implements DisposableBean {
    private final WitnessPolicy asked;
    private final DataSource database;
    private final Pace pace;
    private final Map<String, Asked> all = new LinkedHashMap<>();
    private final Object lock = new Object();
    private @Nullable Round round;
    private @Nullable LedgerFault fault;

    /**
     * How long for what.
     *
     * @param answer of a witness; a question may take two exchanges
     * @param grace for further cosignatures once there are enough
     * @param firstPause after the first failure; doubled with each further one, and spread by half
     *     so that witnesses and hosts do not keep step
     * @param longestPause between two questions to one that fails
     */
    record Pace(Duration answer, Duration grace, Duration firstPause, Duration longestPause) {
        static final Pace USUAL =
                new Pace(
                        Duration.ofSeconds(5),
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(60));

        /**
         * @param failures in a row, from 1
         * @param spread from 0 to 1
         */
        Duration pause(int failures, double spread) {
            var doubled = firstPause.multipliedBy(1L << Math.min(20, failures - 1));
            var longest = doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
            return Duration.ofNanos((long) (longest.toNanos() * (0.5 + spread / 2)));
        }
    }

    /** A witness; its fields are guarded by the lock. */
    private static final class Asked {
        private final WitnessClient client;
        private View view;
        private boolean busy;
        private int failures;
        private long notBefore = System.nanoTime();

        Asked(WitnessClient client, View view) {
            this.client = client;
            this.view = view;
        }
    }

    /** One checkpoint on its way to the witnesses, until enough have cosigned it. */
    private static final class Round {
        private final Note checkpoint;
        private final int epoch;
        private final long size;
        private final Map<String, NoteSignature> signatures = new LinkedHashMap<>();
        private final Set<String> pending = new HashSet<>();
        private long enoughAt;

        Round(Note checkpoint, int epoch) {
            this.checkpoint = checkpoint;
            this.epoch = epoch;
            this.size = Checkpoint.parse(checkpoint.text()).size();
        }
    }

    /**
     * @throws IllegalStateException where the policy file cannot be used, saying why
     */
    @Autowired
    Witnesses(LedgerSettings settings, DataSource database) {
        this(settings, database, Pace.USUAL);
    }

    Witnesses(LedgerSettings settings, DataSource database, Pace pace) {
        this.asked = read(settings.witnesses());
        this.database = database;
        this.pace = pace;
        for (var witness : asked.witnesses()) {
            var url = witness.url();
            var address = url == null ? null : address(url);
            if (url != null && address != null) {
                all.put(
                        witness.name(),
                        new Asked(
                                new WitnessClient(address, witness.key(), pace.answer()),
                                new View(witness.name(), url, null, null, null)));
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
        synchronized (lock) {
            return all.values().stream().map(each -> each.view).toList();
        }
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
     * Asks for cosignatures of the newest signed checkpoint, and waits for them. One that was asked
     * for earlier goes first until enough have cosigned it or no answer to it is awaited any more,
     * so that slow witnesses are not asked for a newer one each time.
     *
     * @param longest to wait; the questions go on meanwhile and afterwards
     * @return a checkpoint with its cosignatures, this one or an earlier one of the same epoch;
     *     null while the quorum is not met
     * @throws LedgerFault where a witness knows another history
     */
    @Nullable Note cosign(Note newest, int epoch, Duration longest) {
        var until = System.nanoTime() + longest.toNanos();
        synchronized (lock) {
            refuse();
            if (all.isEmpty()) {
                return asked.isMetBy(List.of()) ? newest : null;
            }
            var current = round(newest, epoch);
            ask(current);
            while (true) {
                refuse();
                var now = System.nanoTime();
                var enough = asked.isMetBy(List.copyOf(current.signatures.keySet()));
                if (enough && current.enoughAt == 0) {
                    current.enoughAt = now;
                }
                var graceEnds = current.enoughAt + pace.grace().toNanos();
                if (enough && (current.pending.isEmpty() || now - graceEnds >= 0)) {
                    round = null;
                    return current.checkpoint.with(List.copyOf(current.signatures.values()));
                }
                var left = (enough ? Math.min(graceEnds - now, until - now) : until - now);
                if (current.pending.isEmpty() || left <= 0) {
                    return null;
                }
                pause(left);
            }
        }
    }

    /**
     * Asks all of them about a checkpoint, without waiting: whether they are there, and know of no
     * other history, is seen at the start and not only when the log grows.
     */
    void greet(Note signed, int epoch) {
        synchronized (lock) {
            ask(round(signed, epoch));
        }
    }

    /**
     * @throws LedgerFault where a witness has said since that it knows another history
     */
    void refuse() {
        synchronized (lock) {
            var found = fault;
            if (found != null) {
                fault = null;
                throw found;
            }
        }
    }

    private Round round(Note newest, int epoch) {
        var current = round;
        var offered = new Round(newest, epoch);
        if (current == null
                || current.epoch != epoch
                || (current.size < offered.size
                        && current.pending.isEmpty()
                        && !asked.isMetBy(List.copyOf(current.signatures.keySet())))) {
            round = offered;
            return offered;
        }
        return current;
    }

    /** Whoever has not cosigned it, is not at something else, and did not fail just now. */
    private void ask(Round current) {
        var now = System.nanoTime();
        all.forEach((name, witness) -> {
            if (!witness.busy
                    && now - witness.notBefore >= 0
                    && !current.signatures.containsKey(name)) {
                witness.busy = true;
                current.pending.add(name);
                Thread.ofVirtual()
                        .name("witness-" + name)
                        .start(() -> question(name, witness, current));
            }
        });
    }

    private void question(String name, Asked witness, Round about) {
        WitnessAnswer answer;
        try {
            answer =
                    witness.client.submit(
                            about.checkpoint, old -> consistency(about.epoch, old, about.size));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer = new WitnessAnswer.Unavailable(name + " was not waited for");
        } catch (RuntimeException e) {
            answer = new WitnessAnswer.Unavailable("%s cannot be asked: %s".formatted(name, e));
        }
        synchronized (lock) {
            answered(name, witness, about, answer);
            lock.notifyAll();
        }
    }

    private ConsistencyProof consistency(int epoch, long from, long to) {
        try (var connection = database.getConnection()) {
            return new TileTree(to, new LedgerTables(connection).tiles(epoch)).consistency(from);
        } catch (SQLException e) {
            throw new IllegalStateException("the tree cannot be read", e);
        }
    }

    private void answered(String name, Asked witness, Round about, WitnessAnswer answer) {
        witness.busy = false;
        about.pending.remove(name);
        var before = witness.view;
        switch (answer) {
            case WitnessAnswer.Cosigned cosigned -> {
                about.signatures.put(name, cosigned.signature());
                witness.failures = 0;
                witness.view =
                        new View(name, before.url(), cosigned.cosignature().at(), about.size, null);
            }
            case WitnessAnswer.Fork fork -> forked("The witness " + fork.message() + ".");
            case WitnessAnswer.Ahead ahead ->
                    forked(
                            "The witness %s has cosigned %d events of this log, and this host has signed %d. Does another host sign for it?"
                                    .formatted(name, ahead.size(), about.size));
            case WitnessAnswer.Misconfigured wrong -> failed(witness, wrong.message());
            case WitnessAnswer.Unavailable away -> failed(witness, away.message());
        }
    }

    /** The first reason stays. */
    private void forked(String words) {
        if (fault == null) {
            fault = new LedgerFault(LedgerFault.Kind.FORKED, words);
        }
    }

    private void failed(Asked witness, String message) {
        witness.failures++;
        witness.notBefore =
                System.nanoTime()
                        + pace.pause(witness.failures, ThreadLocalRandom.current().nextDouble())
                                .toNanos();
        var before = witness.view;
        witness.view =
                new View(
                        before.name(),
                        before.url(),
                        before.lastCosigned(),
                        before.lastSize(),
                        "The witness " + message + ".");
    }

    private void pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(lock, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for witnesses", e);
        }
    }

    @Override
    public void destroy() {
        all.values().forEach(each -> each.client.close());
    }
}
