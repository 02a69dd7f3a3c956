package io.countersign.web.configuration;

import io.countersign.governance.configuration.AdoptedFiles.Adopted;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.people.Names;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.UserId;
import io.countersign.web.page.Forms;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** Which configuration files are in force, what changed on disk, and adopting it. */
@Controller
class ConfigurationPages {
    private static final int AROUND = 3;

    private final Files files;
    private final Names names;
    private final ReadPosition positions;
    private final Forms forms;

    ConfigurationPages(Files files, Names names, ReadPosition positions, Forms forms) {
        this.files = files;
        this.names = names;
        this.positions = positions;
        this.forms = forms;
    }

    @GetMapping("/configuration")
    String list(Actor actor, At at, Model model) {
        files.requireReader(actor);
        var found = files.list(at);
        model.addAttribute("files", found);
        model.addAttribute(
                "names",
                names(
                        found.stream()
                                .map(Files.Compared::inForce)
                                .filter(Objects::nonNull)
                                .map(Adopted::adoptedBy)
                                .toList()));
        return "configuration/list";
    }

    @GetMapping("/configuration/file")
    String show(
            @RequestParam String name,
            @RequestParam @Nullable Integer version,
            Actor actor,
            At at,
            Model model) {
        return shown(name, version, actor, at, model);
    }

    @PostMapping("/configuration/file")
    String adopt(
            @RequestParam String name,
            @RequestParam Map<String, String> typed,
            Actor actor,
            Context context,
            Model model) {
        try {
            return Forms.then(
                    files.adopt(
                            name,
                            typed.getOrDefault("sha256", ""),
                            typed.getOrDefault("reason", ""),
                            actor,
                            context),
                    UriComponentsBuilder.fromPath("/configuration/file")
                            .queryParam("name", name)
                            .build()
                            .toUriString());
        } catch (CommandRefused refused) {
            shown(name, null, actor, positions.now(), model);
            return forms.again(refused, typed, model, "configuration/file");
        }
    }

    private String shown(String name, @Nullable Integer version, Actor actor, At at, Model model) {
        files.requireReader(actor);
        var file = files.find(name, at);
        var versions = files.versions(name, at);
        var inForce = file.inForce();
        var onDisk = file.onDisk();
        var looked = version == null ? inForce : files.version(name, version);
        model.addAttribute("file", file);
        model.addAttribute("versions", versions);
        model.addAttribute("looked", looked);
        model.addAttribute("names", names(versions.stream().map(Adopted::adoptedBy).toList()));
        model.addAttribute("adopts", !at.past() && file.changed() && Files.adopts(actor));
        if (!at.past() && onDisk != null && file.changed()) {
            model.addAttribute(
                    "diskDiff",
                    LineDiff.brief(
                            LineDiff.of(inForce == null ? "" : inForce.content(), onDisk.content()),
                            AROUND));
        }
        if (looked != null) {
            var before = files.before(looked);
            if (before != null) {
                model.addAttribute(
                        "versionDiff",
                        LineDiff.brief(LineDiff.of(before.content(), looked.content()), AROUND));
            }
        }
        return "configuration/file";
    }

    private Map<String, String> names(Collection<UserId> ids) {
        return names.of(ids).entrySet().stream()
                .collect(Collectors.toMap(e -> e.getKey().value(), Map.Entry::getValue));
    }
}
