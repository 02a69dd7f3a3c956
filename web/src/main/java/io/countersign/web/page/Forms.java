package io.countersign.web.page;

import io.countersign.governance.eventstore.Commands.Sent;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.web.problem.Problem;
import io.countersign.web.security.RefusedAccess;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;
import org.springframework.web.util.UriComponentsBuilder;

/** How a page goes on after a form was sent. */
@Component
public class Forms {
    private final RefusedAccess refusedAccess;
    private final HttpServletRequest request;
    private final HttpServletResponse response;

    /**
     * @param request and response: whichever are being answered
     */
    Forms(RefusedAccess refusedAccess, HttpServletRequest request, HttpServletResponse response) {
        this.refusedAccess = refusedAccess;
        this.request = request;
        this.response = response;
    }

    /**
     * Shows a page with its form again, with what was typed, and what is wrong beside the field it
     * is about, or on top. Fill the model as for the page itself first.
     *
     * @param typed the fields as they were sent; passwords are left out
     * @return {@code view}
     */
    public String again(CommandRefused refused, Map<String, ?> typed, Model model, String view) {
        refusedAccess.record(request, refused);
        var refusal = refused.refusal();
        var field = refusal.details().get("field") instanceof String name ? name : "";
        response.setStatus(Problem.status(refusal));
        model.addAttribute("errors", Map.of(field, refusal.message()));
        var form = new java.util.HashMap<String, Object>(typed);
        form.replaceAll((name, value) -> {
            var all = request.getParameterValues(name);
            return all == null || all.length < 2 ? value : String.join(",", all);
        });
        form.keySet()
                .removeIf(name -> name.toLowerCase(java.util.Locale.ROOT).contains("password"));
        model.addAttribute("form", form);
        return view;
    }

    /** Redirects to a page, which then shows what the command did. */
    public static String then(Sent sent, String path) {
        return then(sent.lastEventId(), path);
    }

    /**
     * @param event null where nothing happened
     */
    public static String then(@org.jspecify.annotations.Nullable String event, String path) {
        return "redirect:"
                + (event == null
                        ? path
                        : UriComponentsBuilder.fromUriString(path)
                                .queryParam("after", event)
                                .build()
                                .toUriString());
    }
}
