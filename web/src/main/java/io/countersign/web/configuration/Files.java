package io.countersign.web.configuration;

import io.countersign.governance.configuration.AdoptedFiles;
import io.countersign.governance.configuration.AdoptedFiles.Adopted;
import io.countersign.governance.configuration.ConfigurationCommand;
import io.countersign.governance.configuration.ConfigurationFiles;
import io.countersign.governance.configuration.ConfigurationFiles.OnDisk;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.eventstore.Commands.Sent;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Each file in force beside the one on disk, for pages and programs alike. */
@Component
class Files {
    private final ConfigurationFiles files;
    private final AdoptedFiles adopted;
    private final Commands commands;
    private final Sight sight;

    Files(ConfigurationFiles files, AdoptedFiles adopted, Commands commands, Sight sight) {
        this.sight = sight;
        this.files = files;
        this.adopted = adopted;
        this.commands = commands;
    }

    /**
     * @param inForce at the position asked for, or null before the first adoption
     * @param onDisk now, or null where the file is there no more
     * @param problem why the file on disk cannot be adopted, or null where it can
     */
    public record Compared(
            String file,
            @Nullable Adopted inForce,
            @Nullable OnDisk onDisk,
            @Nullable String problem) {
        /** Whether the file on disk is another than the newest adopted. */
        public boolean changed() {
            return onDisk != null && onDisk.changed();
        }
    }

    /**
     * @throws CommandRefused {@code access.not-seen} where no role of theirs sees it
     */
    void requireReader(Actor actor) {
        sight.require(actor, Area.CONFIGURATION);
    }

    static boolean adopts(Actor actor) {
        var held = actor.rolesForAll();
        return held.contains(Role.ADMINISTRATOR) || held.contains(Role.COMPLIANCE_OFFICER);
    }

    List<Compared> list(At at) {
        var onDisk = files.list().stream().collect(Collectors.toMap(OnDisk::file, file -> file));
        var all = new TreeMap<String, Compared>();
        adopted.names("").forEach(name -> all.put(name, compared(name, null, at)));
        onDisk.forEach((name, file) -> all.put(name, compared(name, file, at)));
        return List.copyOf(all.values());
    }

    /**
     * @throws CommandRefused {@code configuration.unknown}
     */
    Compared find(String file, At at) {
        var onDisk = files.find(file).orElse(null);
        if (onDisk == null && adopted.newest(file).isEmpty()) {
            throw new CommandRefused(
                    Refusal.notFound(
                            "configuration.unknown",
                            "There is no configuration file '" + file + "'."));
        }
        return compared(file, onDisk, at);
    }

    List<Adopted> versions(String file, At at) {
        return adopted.versions(file).stream()
                .filter(version -> !at.past() || !version.adoptedAt().isAfter(at.time()))
                .toList();
    }

    /**
     * @throws CommandRefused {@code configuration.version-unknown}
     */
    Adopted version(String file, int version) {
        return adopted.version(file, version)
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.notFound(
                                        "configuration.version-unknown",
                                        "Version "
                                                + version
                                                + " of '"
                                                + file
                                                + "' was never adopted.")));
    }

    @Nullable Adopted before(Adopted version) {
        return adopted.version(version.file(), version.version() - 1).orElse(null);
    }

    /**
     * Puts the file as it lies on disk in force.
     *
     * @param sha256 of the content that was looked at: nobody adopts what they have not seen
     * @throws CommandRefused {@code configuration.changed-meanwhile}
     */
    Sent adopt(String file, String sha256, String reason, Actor actor, Context context) {
        var onDisk =
                files.find(file)
                        .orElseThrow(() ->
                                new CommandRefused(
                                        Refusal.notFound(
                                                "configuration.unknown",
                                                "There is no file '" + file + "' on disk.")));
        if (!onDisk.sha256().hex().equals(sha256.strip())) {
            throw new CommandRefused(
                    Refusal.conflict(
                            "configuration.changed-meanwhile",
                            "The file '"
                                    + file
                                    + "' on disk is not the one that was shown: its SHA-256 is "
                                    + onDisk.sha256().hex()
                                    + ". Look at it again, then adopt it."));
        }
        return commands.send(
                new ConfigurationCommand.Adopt(file, onDisk.content(), reason), actor, context);
    }

    private Compared compared(String name, @Nullable OnDisk file, At at) {
        var problem = file == null || !file.changed() ? null : files.problem(file);
        return new Compared(
                name,
                (at.past() ? adopted.at(name, at) : adopted.newest(name)).orElse(null),
                file,
                problem == null
                        ? null
                        : "Line "
                                + problem.line()
                                + ", column "
                                + problem.column()
                                + ": "
                                + problem.reason());
    }
}
