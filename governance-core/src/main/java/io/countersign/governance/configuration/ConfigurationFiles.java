package io.countersign.governance.configuration;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The configuration files as they lie on disk: the shipped defaults, overridden file by file by a
 * folder of the operator's. Lying there changes nothing; adopting does.
 */
public final class ConfigurationFiles {
    private static final String SHIPPED = "countersign-config/";

    private final @Nullable Path folder;
    private final ConfigurationChecks checks;
    private final AdoptedFiles adopted;

    /**
     * @param folder the operator's own, or null for the defaults alone
     */
    public ConfigurationFiles(
            @Nullable Path folder, ConfigurationChecks checks, AdoptedFiles adopted) {
        this.folder = folder;
        this.checks = checks;
        this.adopted = adopted;
    }

    /**
     * A file beside what is in force of it.
     *
     * @param content as on disk
     */
    public record OnDisk(
            String file, String content, Sha256 sha256, AdoptedFiles.@Nullable Adopted inForce) {
        /** Whether adopting it would change anything. */
        public boolean changed() {
            return inForce == null || !inForce.sha256().equals(sha256);
        }
    }

    /** Every file that something reads, by name. */
    public List<OnDisk> list() {
        var found = new TreeMap<String, byte[]>();
        try {
            var shipped =
                    new PathMatchingResourcePatternResolver()
                            .getResources("classpath*:" + SHIPPED + "**/*.yml");
            for (var resource : shipped) {
                var url = resource.getURL().toString();
                var name = url.substring(url.lastIndexOf(SHIPPED) + SHIPPED.length());
                try (InputStream in = resource.getInputStream()) {
                    found.put(name, in.readAllBytes());
                }
            }
            if (folder != null && Files.isDirectory(folder)) {
                try (var files = Files.walk(folder, 4)) {
                    for (var file : files.filter(f -> f.toString().endsWith(".yml")).toList()) {
                        var name = folder.relativize(file).toString().replace('\\', '/');
                        found.put(name, Files.readAllBytes(file));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The configuration files cannot be read", e);
        }
        return found.entrySet().stream()
                .filter(file -> checks.known(file.getKey()))
                .map(file ->
                        new OnDisk(
                                file.getKey(),
                                new String(file.getValue(), StandardCharsets.UTF_8),
                                Sha256.of(file.getValue()),
                                adopted.newest(file.getKey()).orElse(null)))
                .toList();
    }

    public Optional<OnDisk> find(String file) {
        return list().stream().filter(f -> f.file().equals(file)).findFirst();
    }

    /** Why the file as on disk cannot be adopted, or null where it can. */
    public @Nullable ConfigurationProblem problem(OnDisk file) {
        try {
            checks.check(file.file(), file.content());
            return null;
        } catch (ConfigurationProblem problem) {
            return problem;
        }
    }

    /**
     * Reads every file, and adopts those of which no version was ever adopted, as happens at the
     * first start. A file changed since is left for somebody to adopt.
     *
     * @throws ConfigurationProblem for the first file that cannot be used
     */
    public void adoptNew(Commands commands) {
        var files = list();
        for (var file : files) {
            checks.check(file.file(), file.content());
        }
        for (var file : files) {
            if (file.inForce() == null) {
                commands.send(
                        new ConfigurationCommand.Adopt(
                                file.file(),
                                file.content(),
                                "In force from the first start with this file"),
                        Actor.system());
            }
        }
    }
}
