package io.countersign.web.project;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.people.FirstRequesters;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.Projects;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.ProjectId;
import io.countersign.web.api.Api;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/projects")
@Tag(name = "Projects")
class ProjectApi {
    private final Projects projects;
    private final SeenProjects seen;
    private final Commands commands;
    private final FirstRequesters requesters;

    ProjectApi(
            Projects projects, SeenProjects seen, Commands commands, FirstRequesters requesters) {
        this.projects = projects;
        this.seen = seen;
        this.commands = commands;
        this.requesters = requesters;
    }

    /**
     * @param jurisdictions as {@code EU} or {@code US-NYC}
     * @param riskTier low, medium, high or critical, until an intake decides it; then what it is
     */
    record Description(
            @NotNull String name,
            @NotNull String businessProblem,
            @NotNull String intendedPurpose,
            @NotNull String ownerTeam,
            @NotNull List<String> jurisdictions,
            @NotNull RiskTier riskTier) {}

    /**
     * @param id the key that all of its ids will begin with
     */
    record Registration(
            @NotNull ProjectId id,
            @NotNull String name,
            @NotNull String businessProblem,
            @NotNull String intendedPurpose,
            @NotNull String ownerTeam,
            @NotNull List<String> jurisdictions,
            @NotNull RiskTier riskTier) {}

    record Retirement(@NotNull String reason) {}

    record Shown(Projects.Row project, Projects.Counts counts) {}

    /**
     * @param next the value of {@code from} for the next page; null on the last
     */
    record Page(List<Projects.Row> projects, @Nullable String next) {}

    @GetMapping
    Page list(
            @RequestParam @Nullable String from,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            Actor actor,
            At at) {
        var found = projects.list(from, limit + 1, at, actor.visibility());
        return found.size() > limit
                ? new Page(found.subList(0, limit), found.get(limit - 1).id().value())
                : new Page(found, null);
    }

    @GetMapping("/{project}")
    Shown show(@PathVariable ProjectId project, Actor actor, At at) {
        return new Shown(seen.find(project, actor, at), projects.counts(project, at));
    }

    @PostMapping
    ResponseEntity<Api.Accepted> register(
            @Valid @RequestBody Registration body, Actor actor, Context context) {
        return Api.accepted(
                requesters.register(
                        new ProjectCommand.Register(
                                body.id(),
                                body.name(),
                                body.businessProblem(),
                                body.intendedPurpose(),
                                body.ownerTeam(),
                                body.jurisdictions(),
                                body.riskTier()),
                        actor,
                        context),
                "/api/v1/projects/" + body.id());
    }

    @PutMapping("/{project}")
    ResponseEntity<Api.Accepted> amend(
            @PathVariable ProjectId project,
            @Valid @RequestBody Description body,
            Actor actor,
            Context context) {
        return send(
                new ProjectCommand.Amend(
                        project,
                        body.name(),
                        body.businessProblem(),
                        body.intendedPurpose(),
                        body.ownerTeam(),
                        body.jurisdictions(),
                        body.riskTier()),
                actor,
                context);
    }

    @PostMapping("/{project}/retirement")
    ResponseEntity<Api.Accepted> retire(
            @PathVariable ProjectId project,
            @Valid @RequestBody Retirement body,
            Actor actor,
            Context context) {
        return send(new ProjectCommand.Retire(project, body.reason()), actor, context);
    }

    private ResponseEntity<Api.Accepted> send(
            ProjectCommand command, Actor actor, Context context) {
        return Api.accepted(
                commands.send(command, actor, context), "/api/v1/projects/" + command.id());
    }
}
