package io.countersign.web.api;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.Actor;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Arrays;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The OpenAPI document at {@code /api/docs}. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
    static {
        SpringDocUtils.getConfig()
                .addRequestWrapperToIgnore(
                        Actor.class, ReadPosition.At.class, Commands.Context.class);
    }

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(
                        new Info()
                                .title("Countersign")
                                .version("v1")
                                .description(
                                        """
                                        Errors are problem details (RFC 9457) with a stable `code`. Commands answer with the
                                        ids of their events; a GET with `?after=<event id>` waits until it shows what they did.
                                        Every answer names its ledger position in the header `Countersign-Position`.
                                        Signing takes the signer's own user name and password, never a token.
                                        With `Prefer: wait=<seconds>` (RFC 7240, at most 30) a command's answer waits until a
                                        signed checkpoint of the ledger covers its events, and then has the receipt.
                                        What commands can be about has an `ETag`, which names its state: with it as `If-Match`
                                        a command is refused (412, `subject.moved`, with the new `ETag`) where that has changed
                                        in the meantime. The state is that of the resource at the address with the `ETag`:
                                        a review has one of its own, apart from that of its subject.
                                        """)
                                .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
                .components(
                        new Components()
                                .addSecuritySchemes(
                                        "password", http("basic", "One's own name and password"))
                                .addSecuritySchemes(
                                        "token",
                                        http("bearer", "A token with the scopes read or request"))
                                .addSecuritySchemes(
                                        "session",
                                        new SecurityScheme()
                                                .type(SecurityScheme.Type.APIKEY)
                                                .in(SecurityScheme.In.COOKIE)
                                                .name("countersign")
                                                .description(
                                                        "A session begun at /sign-in; writing"
                                                                + " needs X-CSRF-TOKEN from"
                                                                + " /api/v1/me")))
                .security(
                        List.of(
                                new SecurityRequirement().addList("password"),
                                new SecurityRequirement().addList("token"),
                                new SecurityRequirement().addList("session")));
    }

    /** What {@code RequestArguments} reads from every request. */
    @Bean
    OperationCustomizer commonParameters() {
        return (operation, method) -> {
            for (var parameter : Arrays.asList(method.getMethodParameters())) {
                var type = parameter.getParameterType();
                if (type == ReadPosition.At.class) {
                    operation.addParametersItem(
                            optional(
                                    "query",
                                    "at",
                                    "A ledger position, a time or a day; the newest without"));
                    operation.addParametersItem(
                            optional(
                                    "query",
                                    "after",
                                    "An event's id: wait, at most 2 s, until it shows"));
                } else if (type == Commands.Context.class) {
                    operation.addParametersItem(
                            optional(
                                    "header",
                                    "Idempotency-Key",
                                    "The same key again is answered as before, and not carried"
                                            + " out twice"));
                    operation.addParametersItem(
                            optional(
                                    "header",
                                    "If-Match",
                                    "The ETag of what the command is about: where its state has"
                                            + " changed, it is refused (412)"));
                    operation
                            .getResponses()
                            .addApiResponse(
                                    "412",
                                    new ApiResponse()
                                            .description(
                                                    "It is in another state than If-Match says"
                                                            + " (subject.moved); the ETag is its"
                                                            + " state now"));
                    if (Receipts.answers(method.getReturnType())) {
                        operation.addParametersItem(
                                optional(
                                        "header",
                                        "Prefer",
                                        "wait=<seconds>: wait for the ledger, and answer with the"
                                                + " receipt"));
                    }
                }
            }
            return operation;
        };
    }

    /** The header that {@link EntityTags} adds. */
    @Bean
    OpenApiCustomizer tagsOfResources() {
        return api ->
                EntityTags.RESOURCES
                        .keySet()
                        .forEach(address -> {
                            var path = api.getPaths().get(address);
                            var shown =
                                    path == null || path.getGet() == null
                                            ? null
                                            : path.getGet().getResponses().get("200");
                            if (shown != null) {
                                shown.addHeaderObject(
                                        "ETag",
                                        new Header()
                                                .description("Names its state, for If-Match")
                                                .schema(new StringSchema()));
                            }
                        });
    }

    private static Parameter optional(String in, String name, String description) {
        return new Parameter()
                .in(in)
                .name(name)
                .required(false)
                .description(description)
                .schema(new StringSchema());
    }

    private static SecurityScheme http(String scheme, String description) {
        return new SecurityScheme()
                .type(SecurityScheme.Type.HTTP)
                .scheme(scheme)
                .description(description);
    }
}
