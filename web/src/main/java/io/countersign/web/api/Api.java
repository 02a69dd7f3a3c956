package io.countersign.web.api;

import com.fasterxml.jackson.annotation.JsonInclude;
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
     * @param receipt where {@code Prefer: wait} asked for it and a checkpoint came in time
     */
    public record Accepted(
            List<String> events,
            @Nullable String after,
            String location,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Receipt receipt) {
        public static Accepted of(Sent sent, String location) {
            return new Accepted(sent.eventIds(), sent.lastEventId(), location, null);
        }

        Accepted with(Receipt given) {
            return new Accepted(events, after, location, given);
        }
    }

    /**
     * That the last event is in the ledger.
     *
     * @param position of the event
     * @param size of the first published checkpoint with it
     * @param root of that checkpoint, base64
     * @param checkpoint as signed and cosigned
     * @param proof path of the tlog-proof
     */
    public record Receipt(
            String event, long position, long size, String root, String checkpoint, String proof) {}

    /**
     * 201 where something happened, 200 where it already was so.
     *
     * @param location path of what the command was about, such as {@code /api/v1/projects/credit}
     */
    public static ResponseEntity<Accepted> accepted(Sent sent, String location) {
        return answer(sent.lastEventId(), location, Accepted.of(sent, location));
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
