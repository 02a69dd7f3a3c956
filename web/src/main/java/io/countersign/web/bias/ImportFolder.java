package io.countersign.web.bias;

import io.countersign.governance.keys.PrivateFiles;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.web.start.CannotStart;
import io.countersign.web.start.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.springframework.stereotype.Component;

/**
 * Prediction logs that an operator, or a job on this host, has put where the server can read them,
 * since they are too large to be sent: {@code <import folder>/<project>/<file>}. A file is for the
 * project whose folder it lies in, and for no other. Links are not followed, so that nothing
 * outside can be read through here.
 */
@Component
class ImportFolder {
    /** The most that is listed. */
    static final int LISTED = 200;

    /** A folder with more than that is not searched to its end. */
    private static final int LOOKED_AT = 10_000;

    private static final int LONGEST_NAME = 200;

    private final Path folder;

    ImportFolder(Settings settings) {
        try {
            folder = PrivateFiles.folder(settings.importFolder());
        } catch (IllegalStateException e) {
            throw new CannotStart(
                    String.valueOf(e.getMessage()),
                    "The import folder (countersign.import-folder) is for its owner only.",
                    e);
        }
    }

    /**
     * A file that may be named.
     *
     * @param size in bytes
     */
    record Offered(String name, long size, Instant modified) {}

    /**
     * @param more whether there are others that are not listed
     */
    record Listing(List<Offered> files, boolean more) {}

    /** The newest first, at most {@link #LISTED}; none where the project has no folder here. */
    Listing list(ProjectId project) {
        var of = folder.resolve(project.value());
        if (!Files.isDirectory(of, LinkOption.NOFOLLOW_LINKS)) {
            return new Listing(List.of(), false);
        }
        var found = new ArrayList<Offered>();
        var seen = 0;
        try (var entries = Files.newDirectoryStream(of)) {
            for (var entry : entries) {
                if (seen++ == LOOKED_AT) {
                    break;
                }
                var name = entry.getFileName().toString();
                if (isName(name) && isLog(name)) {
                    var file =
                            Files.readAttributes(
                                    entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                    if (file.isRegularFile()) {
                        found.add(
                                new Offered(
                                        name, file.size(), file.lastModifiedTime().toInstant()));
                    }
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw unreadable(of.getFileName().toString(), e);
        }
        found.sort(Comparator.comparing(Offered::modified).reversed().thenComparing(Offered::name));
        return new Listing(
                List.copyOf(found.subList(0, Math.min(LISTED, found.size()))),
                found.size() > LISTED || seen > LOOKED_AT);
    }

    /**
     * Opens a file of the project's.
     *
     * @param name as listed: of a file, not a path
     * @throws CommandRefused {@code import.name-invalid}, {@code import.unknown}, {@code
     *     import.not-a-file} or {@code import.unreadable}
     */
    InputStream open(ProjectId project, String name) {
        if (!isName(name)) {
            throw refused(
                    Refusal.invalid(
                            "import.name-invalid",
                            "'%s' is not the name of a file in the import folder. Give the name alone, without any folder."
                                    .formatted(brief(name))));
        }
        var of = folder.resolve(project.value());
        var file = of.resolve(name);
        try {
            if (!Files.isDirectory(of, LinkOption.NOFOLLOW_LINKS)) {
                throw unknown(project, name);
            }
            var attributes =
                    Files.readAttributes(
                            file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()) {
                throw refused(
                        Refusal.invalid(
                                "import.not-a-file",
                                "'%s' in the import folder is %s, which is not followed. Put the file itself there."
                                        .formatted(
                                                name,
                                                attributes.isSymbolicLink()
                                                        ? "a link"
                                                        : "not a file")));
            }
            // again here, since the file may have been exchanged for a link in between
            return Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException _) {
            throw unknown(project, name);
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    /** One step of a path, and nothing that means another folder. */
    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= LONGEST_NAME
                && !name.startsWith(".")
                && name.chars().noneMatch(c -> c == '/' || c == '\\' || c < ' ' || c == 0x7f);
    }

    private static boolean isLog(String name) {
        return name.toLowerCase(Locale.ROOT).matches(".+\\.(csv|txt)");
    }

    private static CommandRefused unknown(ProjectId project, String name) {
        return refused(
                Refusal.notFound(
                        "import.unknown",
                        "There is no file '%s' in the folder '%s' of the server's import folder. Ask its operator to put it there, or choose one that is listed."
                                .formatted(brief(name), project.value())));
    }

    private static CommandRefused unreadable(String name, Exception e) {
        return refused(
                Refusal.conflict(
                        "import.unreadable",
                        "'%s' in the server's import folder cannot be read (%s). Ask its operator to let the server read it."
                                .formatted(name, e.getClass().getSimpleName())));
    }

    private static CommandRefused refused(Refusal refusal) {
        return new CommandRefused(refusal.with("field", "importFile"));
    }

    private static String brief(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}
