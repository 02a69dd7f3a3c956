package io.countersign.web.start;

import io.countersign.governance.configuration.ConfigurationProblem;
import io.countersign.governance.database.DatabaseUnavailable;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/** Says in a few words why the application did not start, where an operator can do something. */
final class StartFailure implements FailureAnalyzer {
    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case ConfigurationProblem problem -> {
                    return new FailureAnalysis(
                            "The configuration file "
                                    + problem.file()
                                    + " cannot be used. Line "
                                    + problem.line()
                                    + ", column "
                                    + problem.column()
                                    + ": "
                                    + problem.reason(),
                            "Mend that line, or take the file away to use the shipped one.",
                            problem);
                }
                case DatabaseUnavailable unavailable -> {
                    return new FailureAnalysis(
                            String.valueOf(unavailable.getMessage()),
                            "See docs/operations.md for the settings of the database.",
                            unavailable);
                }
                case CannotStart cannot -> {
                    return new FailureAnalysis(
                            String.valueOf(cannot.getMessage()), cannot.action(), cannot);
                }
                default -> {}
            }
        }
        return null;
    }
}
