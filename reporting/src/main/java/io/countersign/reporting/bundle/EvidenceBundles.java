package io.countersign.reporting.bundle;

import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.LedgerFault;
import io.countersign.governance.ledger.entry.LedgerRow;
import io.countersign.governance.ledger.heads.StreamHeads;
import io.countersign.governance.ledger.tlog.WitnessPolicy;
import io.countersign.governance.report.ReportId;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.SubjectRef;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Evidence bundles of what the ledger holds. What somebody may see is for the caller to decide: a
 * bundle holds the events it is asked for. Not a byte goes out before the whole bundle is made, so
 * a refusal or a fault can still be answered as one.
 */
@Component
public class EvidenceBundles {
    /** Withholds nothing. */
    public static final Predicate<LedgerRow> EVERYTHING = _ -> false;

    /** Lets everything through. */
    public static final Gate OPEN = _ -> {};

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PAGE = 500;
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,99}");

    private final Ledger ledger;
    private final StreamHeads heads;

    EvidenceBundles(Ledger ledger, StreamHeads heads) {
        this.ledger = ledger;
        this.heads = heads;
    }

    /**
     * Asked about all events of a bundle, some at a time, before any of it is written. The record
     * of stream heads is not asked about: it is the product's own and names no stream.
     */
    @FunctionalInterface
    public interface Gate {
        /**
         * @param positions in the ledger, ascending
         * @throws CommandRefused where the bundle is not to be
         */
        void check(List<Long> positions);
    }

    /**
     * What a bundle holds.
     *
     * @param newest position of its newest event
     * @param checkpoint that covers it
     * @param complete streams whose whole history is there
     */
    public record Written(
            long events, long newest, Ledger.Published checkpoint, List<String> complete) {}

    /**
     * All events of these streams, and the proof that there are no others. Where no record of
     * stream heads covers them yet, one is made. The same streams give the same bytes until one of
     * them goes on. Streams without events are left out, of which nothing is then proven.
     *
     * @param streams of one subject, such as a model version and its review
     * @param withhold events whose payload is left out, and provably so; not the record of heads
     * @param gate refuses the whole bundle: a part of a history is not given out as one
     * @param out gets the zip file; stays open
     * @throws CommandRefused {@code ledger.no-events}, {@code ledger.not-published}, {@code
     *     bundle.too-large}
     * @throws LedgerFault where rows are not what the log committed to
     */
    public Written subject(
            Collection<SubjectRef> streams,
            Predicate<LedgerRow> withhold,
            Gate gate,
            OutputStream out) {
        var recorded = heads.covering(streams, PATIENCE);
        var complete = heads.heads(recorded, streams);
        var named = complete.stream().map(head -> SubjectRef.parse(head.stream())).toList();
        var positions =
                LongStream.concat(
                                Arrays.stream(heads.positions(named, recorded.size())),
                                LongStream.of(recorded.position()))
                        .sorted()
                        .distinct();
        return write(
                positions.iterator(),
                row -> !row.eventId().equals(recorded.eventId()) && withhold.test(row),
                asked ->
                        gate.check(
                                asked.stream()
                                        .filter(position -> position != recorded.position())
                                        .toList()),
                new Selection.Subject(named),
                recorded,
                complete,
                Map.of(),
                out);
    }

    /**
     * Chosen events. That they are all that were asked for cannot be proven, and the bundle says
     * so.
     *
     * @param positions in the ledger, ascending; read as they are needed
     * @param description of the choice, such as the parts of a filter
     * @throws CommandRefused {@code bundle.empty}, {@code ledger.no-event}, {@code
     *     ledger.not-published}, {@code bundle.too-large}
     * @throws IllegalArgumentException for positions that do not ascend
     */
    public Written selection(
            PrimitiveIterator.OfLong positions,
            Map<String, String> description,
            Predicate<LedgerRow> withhold,
            Gate gate,
            OutputStream out) {
        return write(
                positions,
                withhold,
                gate,
                new Selection.Filter(Map.copyOf(description)),
                null,
                List.of(),
                Map.of(),
                out);
    }

    /**
     * An issued report with the events it rests on.
     *
     * @param issuedPosition of the event that issued it; it is added to the others
     * @param positions of further events, in any order
     * @param files by name; exactly one ends in {@code .json}: the report's canonical data
     * @param leftOut which events it rests on are not among them, in a few words; null where all
     *     are
     * @throws CommandRefused as above
     * @throws IllegalArgumentException for files other than these
     */
    public Written report(
            ReportId id,
            long issuedPosition,
            LongStream positions,
            Map<String, byte[]> files,
            @Nullable String leftOut,
            Gate gate,
            OutputStream out) {
        if (files.keySet().stream().filter(name -> name.endsWith(".json")).count() != 1
                || !files.keySet().stream().allMatch(name -> FILE.matcher(name).matches())) {
            throw new IllegalArgumentException("not the files of a report: " + files.keySet());
        }
        return write(
                LongStream.concat(positions, LongStream.of(issuedPosition))
                        .sorted()
                        .distinct()
                        .iterator(),
                EVERYTHING,
                gate,
                new Selection.Report(id, leftOut),
                null,
                List.of(),
                files,
                out);
    }

    private Written write(
            PrimitiveIterator.OfLong positions,
            Predicate<LedgerRow> withhold,
            Gate gate,
            Selection selection,
            StreamHeads.@Nullable OnRecord recorded,
            List<StreamHeads.Head> complete,
            Map<String, byte[]> files,
            OutputStream out) {
        var log = ledger.newest().orElseThrow(EvidenceBundles::notPublished);
        try (var writer = new BundleWriter(log.logId().bytes())) {
            var written = new Positions();
            while (positions.hasNext()) {
                var page = page(positions, written);
                gate.check(page.stream().map(Ledger.Placed::position).toList());
                for (var placed : page) {
                    writer.event(placed, withhold.test(placed.row()));
                }
            }
            if (written.size() == 0) {
                throw new CommandRefused(
                        Refusal.notFound(
                                "bundle.empty", "No event was chosen. Choose at least one."));
            }
            var newest = written.get(written.size() - 1);
            var checkpoint =
                    ledger.firstCovering(newest).orElseThrow(EvidenceBundles::notPublished);
            for (var from = 0; from < written.size(); from += PAGE) {
                var page = written.list(from, Math.min(from + PAGE, written.size()));
                var events = ledger.events(page);
                var inclusions = ledger.inclusions(checkpoint, page);
                for (var i = 0; i < page.size(); i++) {
                    writer.proof(events.get(i).entry(), inclusions.get(i));
                }
            }
            writer.write(
                    new BundleWriter.Rest(
                            selection,
                            checkpoint,
                            fitting(checkpoint),
                            ledger.predecessor().orElse(null),
                            recorded,
                            complete,
                            files),
                    out);
            return new Written(
                    writer.count(),
                    newest,
                    checkpoint,
                    complete.stream().map(StreamHeads.Head::stream).toList());
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle cannot be written", e);
        }
    }

    /** The next events, all of them in a published checkpoint. */
    private List<Ledger.Placed> page(PrimitiveIterator.OfLong positions, Positions written) {
        var page = new ArrayList<Long>(PAGE);
        while (page.size() < PAGE && positions.hasNext()) {
            var next = positions.nextLong();
            written.add(next);
            page.add(next);
        }
        var found = ledger.events(page);
        if (found.size() != page.size()) {
            var there = found.stream().map(Ledger.Placed::position).toList();
            var missing = page.stream().filter(p -> !there.contains(p)).findFirst().orElseThrow();
            throw new CommandRefused(
                    Refusal.notFound(
                                    "ledger.no-event",
                                    "There is no event at ledger position " + missing + ".")
                            .with("position", missing));
        }
        if (ledger.firstCovering(page.getLast()).isEmpty()) {
            if (ledger.await(found.getLast().row().eventId(), PATIENCE).isEmpty()) {
                throw notPublished();
            }
            return ledger.events(page);
        }
        return found;
    }

    /**
     * The policy of today where the checkpoint meets it; else the same without a quorum, since the
     * checkpoint was published under another one.
     */
    private WitnessPolicy fitting(Ledger.Published checkpoint) {
        var policy = ledger.policy().orElseThrow(EvidenceBundles::notPublished);
        return policy.isMetBy(policy.cosignatures(checkpoint.note()).keySet())
                ? policy
                : new WitnessPolicy(
                        policy.logs(), policy.witnesses(), policy.groups(), WitnessPolicy.NONE);
    }

    private static CommandRefused notPublished() {
        return new CommandRefused(
                Refusal.conflict(
                        "ledger.not-published",
                        "The ledger has not published a checkpoint with these events yet. Try again in a moment; if it stays so, look at the ledger's state."));
    }

    /** Many, at eight bytes each. */
    private static final class Positions {
        private long[] all = new long[PAGE];
        private int size;

        void add(long position) {
            if (size > 0 && position <= all[size - 1]) {
                throw new IllegalArgumentException(
                        "position %d after %d: positions ascend"
                                .formatted(position, all[size - 1]));
            }
            if (size == all.length) {
                all = Arrays.copyOf(all, Math.multiplyExact(size, 2));
            }
            all[size++] = position;
        }

        int size() {
            return size;
        }

        long get(int index) {
            return all[index];
        }

        List<Long> list(int from, int to) {
            return Arrays.stream(all, from, to).boxed().toList();
        }
    }
}
