package io.countersign.web.configuration;

import io.countersign.governance.configuration.AdoptedFiles.Adopted;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import io.countersign.web.api.Api;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

@RestController
@RequestMapping("/api/v1/configuration")
@Tag(name = "Configuration", description = "Policies, rules, roles and scales in force")
class ConfigurationApi {
    private final Files files;

    ConfigurationApi(Files files) {
        this.files = files;
    }

    /**
     * @param changed whether the file on disk is another; it is not in force until adopted
     * @param sha256OnDisk to adopt it with, or null where it is not on disk
     * @param problem why the file on disk cannot be adopted
     */
    record Listed(
            String file,
            @Nullable Version inForce,
            boolean changed,
            @Nullable Sha256 sha256OnDisk,
            @Nullable String problem) {
        static Listed of(Files.Compared file) {
            return new Listed(
                    file.file(),
                    file.inForce() == null ? null : Version.of(file.inForce()),
                    file.changed(),
                    file.onDisk() == null ? null : file.onDisk().sha256(),
                    file.problem());
        }
    }

    record Version(int version, Sha256 sha256, String reason, UserId adoptedBy, Instant adoptedAt) {
        static Version of(Adopted adopted) {
            return new Version(
                    adopted.version(),
                    adopted.sha256(),
                    adopted.reason(),
                    adopted.adoptedBy(),
                    adopted.adoptedAt());
        }
    }

    /**
     * @param content in force, as it was adopted
     * @param onDisk the content on disk where it is another
     * @param versions newest first
     */
    record One(
            Listed file,
            @Nullable String content,
            @Nullable String onDisk,
            List<Version> versions) {}

    /**
     * @param sha256 of the file on disk as it was looked at
     */
    record Adoption(@NotNull String file, @NotNull String sha256, @NotNull String reason) {}

    @GetMapping
    @Operation(summary = "Every file, what is in force of it, and whether it changed on disk")
    List<Listed> list(Actor actor, At at) {
        files.requireReader(actor);
        return files.list(at).stream().map(Listed::of).toList();
    }

    @GetMapping("/file")
    @Operation(summary = "One file with its content and its versions")
    One show(@RequestParam String name, Actor actor, At at) {
        files.requireReader(actor);
        var file = files.find(name, at);
        return new One(
                Listed.of(file),
                file.inForce() == null ? null : file.inForce().content(),
                file.changed() && file.onDisk() != null ? file.onDisk().content() : null,
                files.versions(name, at).stream().map(Version::of).toList());
    }

    @PostMapping("/adoption")
    @Operation(summary = "Puts a file as it lies on disk in force")
    ResponseEntity<Api.Accepted> adopt(
            @Valid @RequestBody Adoption body, Actor actor, Context context) {
        return Api.accepted(
                files.adopt(body.file(), body.sha256(), body.reason(), actor, context),
                UriComponentsBuilder.fromPath("/api/v1/configuration/file")
                        .queryParam("name", body.file())
                        .build()
                        .toUriString());
    }
}
