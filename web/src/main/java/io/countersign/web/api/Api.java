package io.countersign.web.api;

import io.countersign.governance.eventstore.Commands.Sent;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.util.UriComponentsBuilder;

/** How the API answers commands. */
public final class Api {
    private Api() {}

    /**
     * What a command did.
     *
     * @param events their ids, in order; empty where nothing changed
     * @param after the last of them: a GET with {@code ?after=} shows what they did
     * @param location where to GET it
     */
    public record Accepted(List<String> events, @Nullable String after, String location) {}

    /**
     * 201 where something happened, 200 where it already was so.
     *
     * @param location path of what the command was about, such as {@code /api/v1/projects/credit}
     */
    public static ResponseEntity<Accepted> accepted(Sent sent, String location) {
        return answer(
                sent.lastEventId(),
                location,
                new Accepted(sent.eventIds(), sent.lastEventId(), location));
    }

    /** The same with a body of its own. */
    public static <T> ResponseEntity<T> answer(@Nullable String event, String location, T body) {
        return ResponseEntity.status(event == null ? HttpStatus.OK : HttpStatus.CREATED)
                .location(uri(location))
                .body(body);
    }

    private static URI uri(String location) {
        return UriComponentsBuilder.fromUriString(location).build().encode().toUri();
    }
}
