package io.countersign.web.api;

import io.countersign.governance.ledger.Ledger;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * Answers a command with the receipt of its last event where the caller would wait for it: {@code
 * Prefer: wait=<seconds>}. Where no checkpoint comes in time the command stands all the same, and
 * the answer has no receipt and no {@code Preference-Applied}.
 */
@RestControllerAdvice
class Receipts implements ResponseBodyAdvice<Api.Accepted> {
    private final Ledger ledger;

    Receipts(Ledger ledger) {
        this.ledger = ledger;
    }

    static boolean answers(MethodParameter returned) {
        var type = ResolvableType.forMethodParameter(returned);
        return type.resolve() == ResponseEntity.class
                && type.getGeneric(0).resolve() == Api.Accepted.class;
    }

    @Override
    public boolean supports(
            MethodParameter returned, Class<? extends HttpMessageConverter<?>> converter) {
        return answers(returned);
    }

    @Override
    public Api.@Nullable Accepted beforeBodyWrite(
            Api.@Nullable Accepted body,
            MethodParameter returned,
            MediaType type,
            Class<? extends HttpMessageConverter<?>> converter,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        var longest = Prefer.waiting(request.getHeaders());
        if (body == null || body.after() == null || longest == null) {
            return body;
        }
        return ledger.await(body.after(), longest)
                .map(receipt -> {
                    response.getHeaders().set("Preference-Applied", "wait=" + longest.toSeconds());
                    return body.with(
                            new Api.Receipt(
                                    receipt.eventId(),
                                    receipt.position(),
                                    receipt.checkpoint().size(),
                                    receipt.checkpoint().root().base64(),
                                    receipt.checkpoint().note().toString(),
                                    "/api/v1/events/" + receipt.eventId() + "/proof"));
                })
                .orElse(body);
    }
}
