package io.countersign.web.page;

import io.countersign.governance.people.Names;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import io.countersign.web.security.Actors;
import io.countersign.web.security.Paths;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.Map;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** What the frame of every page shows: who is signed in, and which menus they have. */
@ControllerAdvice
public class Layout {
    private final Actors actors;
    private final Names names;
    private final Sight sight;
    private final boolean demonstration;

    Layout(Actors actors, Names names, Environment environment, Sight sight) {
        this.sight = sight;
        this.actors = actors;
        this.names = names;
        this.demonstration = environment.acceptsProfiles(Profiles.of("demo"));
    }

    /** See {@code templates/layout.html}. */
    @ModelAttribute
    void frame(HttpServletRequest request, org.springframework.ui.Model model) {
        if (!Paths.isApi(request)) {
            model.addAllAttributes(attributes(request));
        }
    }

    /** The same for a page that no controller's method answers. */
    public Map<String, Object> attributes(HttpServletRequest request) {
        var attributes = new HashMap<String, Object>();
        attributes.put("demonstration", demonstration);
        var actor = actors.of(request);
        if (!actor.id().equals(UserId.ANONYMOUS)) {
            attributes.put("me", names.of(actor.id()));
            attributes.put("sees", sight.areas(actor));
            attributes.put(
                    "administrator",
                    actor.grants().stream().anyMatch(g -> g.role().equals(Role.ADMINISTRATOR)));
            attributes.put("overseer", actor.grants().stream().anyMatch(Layout::oversees));
        }
        return attributes;
    }

    private static boolean oversees(Actor.Grant grant) {
        return grant.role().equals(Role.AUDITOR) || grant.role().equals(Role.COMPLIANCE_OFFICER);
    }
}
