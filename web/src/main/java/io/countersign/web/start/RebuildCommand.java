package io.countersign.web.start;

import io.countersign.governance.readmodel.Rebuild;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code countersign rebuild}, beside a running application or without one. */
@Command(
        name = "rebuild",
        description = {
            "Make all read models anew from the events, and put them in place of those in use.",
            "The application may go on meanwhile. Ctrl-C leaves everything as it was.",
            "Settings follow as --name=value, for example --countersign.home=/srv/countersign."
        },
        mixinStandardHelpOptions = true)
public final class RebuildCommand implements Callable<Integer> {
    private static final int BATCH = 2_000;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Unmatched private List<String> settings = new ArrayList<>();

    @Override
    public Integer call() {
        var read = Tools.settings(spec.commandLine(), settings);
        return Tools.interruptibly(
                interrupted -> rebuild(read, spec.commandLine().getOut(), interrupted));
    }

    private static int rebuild(Settings settings, PrintWriter out, BooleanSupplier interrupted) {
        var keys = Tools.keys(settings);
        try (var database = Tools.database(settings)) {
            var ended =
                    Rebuild.run(
                            database.access(),
                            keys,
                            BATCH,
                            progress -> print(out, progress),
                            interrupted);
            out.printf(
                    "Rebuilt all read models from %,d events in %s; they are in use now.%n",
                    ended.done(), Tools.words(ended.elapsed()));
            return CommandLine.ExitCode.OK;
        } catch (CancellationException cancelled) {
            out.println(cancelled.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private static void print(PrintWriter out, Rebuild.Progress progress) {
        if (progress.done() == 0) {
            out.printf("%,d events to replay%n", progress.total());
            out.flush();
            return;
        }
        out.printf(
                "%,d of %,d events, %,d/s, %s left%n",
                progress.done(),
                progress.total(),
                progress.eventsPerSecond(),
                Tools.words(progress.remaining()));
        out.flush();
    }
}
