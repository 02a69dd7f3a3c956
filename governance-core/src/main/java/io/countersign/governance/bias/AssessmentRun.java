package io.countersign.governance.bias;

import io.countersign.governance.bias.engine.AssessmentResult;
import io.countersign.governance.bias.engine.AssessmentSpec;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Sha256;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Carries a started assessment out: evidence file, engine, outcome. Running it again after a crash
 * is harmless, since an assessment that has ended is left alone.
 *
 * @param states the assessment as its events have left it
 * @param evidence where the file with this digest lies; may refuse
 * @param engine runs the specification elsewhere; its future fails with {@link CommandRefused} for
 *     what is wrong with the file, and is cancelled where somebody stopped it
 * @param send sends a command as the product
 */
public record AssessmentRun(
        Function<AssessmentId, AssessmentState> states,
        Function<Sha256, Path> evidence,
        Function<AssessmentSpec, CompletableFuture<AssessmentResult>> engine,
        Consumer<AssessmentCommand> send) {
    /**
     * Waits for the engine, then records how it ended.
     *
     * @throws RuntimeException where neither result nor reason could be had; then it may be tried
     *     again
     */
    public void run(AssessmentId id) {
        var state = states.apply(id);
        var started = state.started();
        if (started == null || state.status() != AssessmentStatus.RUNNING) {
            return;
        }
        AssessmentCommand outcome;
        try {
            var spec =
                    new AssessmentSpec(
                            evidence.apply(started.file()).toAbsolutePath().toString(),
                            started.file(),
                            started.mapping(),
                            started.rules().rules(),
                            started.method());
            outcome = new AssessmentCommand.Complete(id, engine.apply(spec).join());
        } catch (CommandRefused refused) {
            outcome = new AssessmentCommand.Fail(id, refused.refusal());
        } catch (CancellationException _) {
            return;
        } catch (CompletionException failed) {
            if (!(failed.getCause() instanceof CommandRefused refused)) {
                throw failed;
            }
            outcome = new AssessmentCommand.Fail(id, refused.refusal());
        }
        try {
            send.accept(outcome);
        } catch (CommandRefused refused) {
            // cancelled, or ended by another instance, while the engine ran
            if (!refused.refusal().code().equals("assessment.ended")) {
                throw refused;
            }
        }
    }
}
