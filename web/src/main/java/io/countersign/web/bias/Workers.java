package io.countersign.web.bias;

import io.countersign.governance.bias.engine.AssessmentProcess;
import io.countersign.web.Countersign;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The child processes that read prediction logs. */
final class Workers {
    private static final String COMMAND = "assess-worker";

    private Workers() {}

    /** From the jar this runs from, else from the same class path. */
    static AssessmentProcess within(Duration limit) {
        var path = System.getProperty("java.class.path");
        return path.endsWith(".jar") && !path.contains(File.pathSeparator)
                ? new AssessmentProcess(ofJar(Path.of(path)), limit)
                : AssessmentProcess.ofThisClassPath(limit, Countersign.class.getName(), COMMAND);
    }

    static List<String> ofJar(Path jar) {
        return Stream.concat(
                        AssessmentProcess.java().stream(),
                        Stream.of("-jar", jar.toAbsolutePath().toString(), COMMAND))
                .toList();
    }
}
