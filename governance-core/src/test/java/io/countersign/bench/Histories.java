package io.countersign.bench;

import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/**
 * What an organisation with many projects goes through, in the order in which it happened: about a
 * thousand events for each project, of which some hundred are under way at any time. The same seed
 * and size give the same histories, to the last digit.
 */
public final class Histories implements Iterator<Happened> {
    private static final int EVENTS_PER_PROJECT = 850;
    private static final int UNDER_WAY = 100;
    private static final Instant END = Instant.parse("2026-11-20T18:00:00Z");

    private final long seed;
    private final Duration apart;
    private final Instant begin;
    private final Map<SubjectRef, Long> sequences = new HashMap<>();
    private final PriorityQueue<Told> underWay =
            new PriorityQueue<>(
                    Comparator.comparing((Told told) -> told.left.element().at())
                            .thenComparing(told -> told.number));
    private long left;
    private int begun;

    private record Told(int number, ArrayDeque<ProjectStory.Draft> left) {}

    /**
     * @param size how many events
     */
    public Histories(long seed, long size) {
        this.seed = seed;
        this.left = size;
        var projects = (int) Math.ceilDiv(size, EVENTS_PER_PROJECT);
        this.apart = ProjectStory.LASTS.dividedBy(Math.min(UNDER_WAY, 2 + projects));
        this.begin = END.minus(apart.multipliedBy(projects)).minus(ProjectStory.LASTS);
    }

    @Override
    public boolean hasNext() {
        return left > 0;
    }

    @Override
    public Happened next() {
        if (left-- <= 0) {
            throw new NoSuchElementException();
        }
        // Whatever begins later cannot come before what is next among those under way.
        while (underWay.isEmpty()
                || !starts(begun).isAfter(underWay.element().left.element().at())) {
            var number = begun++;
            underWay.add(
                    new Told(
                            number,
                            new ArrayDeque<>(
                                    new ProjectStory(
                                                    seed * 1_000_003 + number,
                                                    project(number),
                                                    starts(number))
                                            .tell())));
        }
        var told = underWay.remove();
        var draft = told.left.remove();
        var sequence = sequences.merge(draft.stream(), 0L, (before, _) -> before + 1);
        if (told.left.isEmpty()) {
            // Nothing happens in this project any more.
            sequences.keySet().removeIf(stream -> belongs(stream, project(told.number)));
        } else {
            underWay.add(told);
        }
        return new Happened(
                draft.id(),
                draft.stream(),
                sequence,
                draft.payload(),
                draft.actor(),
                draft.at(),
                draft.command(),
                draft.correlation(),
                draft.cause());
    }

    /** The key of one of the projects, by number from 0. */
    public static ProjectId project(int number) {
        return new ProjectId("p" + Integer.toString(36 * 36 * 36 + number, 36));
    }

    private Instant starts(int number) {
        return begin.plus(apart.multipliedBy(number));
    }

    private static boolean belongs(SubjectRef stream, ProjectId project) {
        var id = stream.id();
        return id.startsWith(project + ".") || id.contains(":" + project + ".");
    }
}
