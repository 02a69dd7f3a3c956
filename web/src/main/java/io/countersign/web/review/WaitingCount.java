package io.countersign.web.review;

import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.review.Reviews;
import io.countersign.web.security.Actors;
import io.countersign.web.security.Paths;
import jakarta.servlet.http.HttpServletRequest;
import java.util.stream.Stream;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** The number beside "Reviews" in the menu: what waits for this person's signature, up to 99. */
@ControllerAdvice
class WaitingCount {
    private static final int MOST = 99;

    private final Actors actors;
    private final Reviews reviews;
    private final ReadPosition positions;

    WaitingCount(Actors actors, Reviews reviews, ReadPosition positions) {
        this.actors = actors;
        this.reviews = reviews;
        this.positions = positions;
    }

    @ModelAttribute
    void waiting(HttpServletRequest request, Model model) {
        if (Paths.isApi(request) || !request.getMethod().equals("GET")) {
            return;
        }
        var actor = actors.of(request);
        if (actor.grants().isEmpty() && actor.standsInFor().isEmpty()) {
            return;
        }
        var now = positions.now();
        var waiting =
                Stream.concat(Stream.of(actor), actor.standsInFor().stream().map(actor::standingIn))
                        .mapToInt(acting -> reviews.awaiting(acting, MOST, now).size())
                        .sum();
        model.addAttribute("waiting", Math.min(waiting, MOST));
    }
}
