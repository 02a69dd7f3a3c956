package io.countersign.governance.bias.engine;

import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;

/** Work under way in a child process. */
public final class Running<T> {
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final Process process;
    private volatile double percent = Double.NaN;

    Running(Process process) {
        this.process = process;
    }

    /**
     * Completes with the answer; exceptionally with {@link
     * io.countersign.governance.shared.CommandRefused}, or as cancelled.
     */
    public CompletableFuture<T> result() {
        return result;
    }

    /** How far the scan is, in percent; empty until known. */
    public OptionalDouble progress() {
        return Double.isNaN(percent) ? OptionalDouble.empty() : OptionalDouble.of(percent);
    }

    /** Kills the child and whatever it started. Does nothing once there is a result. */
    public void cancel() {
        result.cancel(false);
        kill();
    }

    /** Completes with the exit code once the child is gone. */
    CompletableFuture<Integer> ended() {
        return process.onExit().thenApply(Process::exitValue);
    }

    void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    void at(double percent) {
        this.percent = percent;
    }
}
