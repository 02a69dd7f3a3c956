package io.countersign.web.api;

import io.countersign.governance.bias.AssessmentId;
import io.countersign.governance.dataset.DatasetId;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.deployment.DeploymentId;
import io.countersign.governance.eventstore.StreamTags;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.place.PlaceId;
import io.countersign.governance.review.Review;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * The {@code ETag} of whatever commands can be about: it names the state that the answer shows, and
 * a command with it as {@code If-Match} is refused where that has changed.
 */
@RestControllerAdvice
class EntityTags implements ResponseBodyAdvice<Object> {
    private static final String POSITION = "Countersign-Position";

    /** What stood in the address for the names in the pattern. */
    record Variables(Map<String, String> values) {
        String get(String name) {
            return Objects.requireNonNull(values.get(name));
        }
    }

    /** By the address of the resource: the stream that it shows and its commands are about. */
    static final Map<String, Function<Variables, SubjectRef>> RESOURCES =
            Map.ofEntries(
                    Map.entry(
                            "/api/v1/projects/{project}",
                            path -> new SubjectRef(SubjectKind.PROJECT, path.get("project"))),
                    Map.entry(
                            "/api/v1/datasets/{dataset}",
                            path -> new DatasetId(path.get("dataset")).ref()),
                    Map.entry(
                            "/api/v1/datasets/{dataset}/versions/{version}",
                            path ->
                                    new DatasetVersionId(
                                                    path.get("dataset") + "@" + path.get("version"))
                                            .ref()),
                    Map.entry(
                            "/api/v1/models/{model}", path -> new ModelId(path.get("model")).ref()),
                    Map.entry(
                            "/api/v1/models/{model}/versions/{version}",
                            path -> modelVersion(path).ref()),
                    Map.entry(
                            "/api/v1/models/{model}/versions/{version}/assessments/{id}",
                            path ->
                                    new AssessmentId(modelVersion(path) + "/" + path.get("id"))
                                            .ref()),
                    Map.entry(
                            "/api/v1/reviews/{subject}",
                            path -> Review.stream(SubjectRef.parse(path.get("subject")))),
                    Map.entry(
                            "/api/v1/deployments/{id}",
                            path -> new DeploymentId(path.get("id")).ref()),
                    Map.entry("/api/v1/risks/{risk}", path -> new RiskId(path.get("risk")).ref()),
                    Map.entry(
                            "/api/v1/places/{place}", path -> new PlaceId(path.get("place")).ref()),
                    Map.entry(
                            "/api/v1/people/{person}",
                            path -> new SubjectRef(SubjectKind.PERSON, path.get("person"))));

    private final StreamTags tags;

    EntityTags(StreamTags tags) {
        this.tags = tags;
    }

    private static ModelVersionId modelVersion(Variables path) {
        return new ModelVersionId(path.get("model") + "@" + path.get("version"));
    }

    @Override
    public boolean supports(
            MethodParameter returned, Class<? extends HttpMessageConverter<?>> converter) {
        return returned.hasMethodAnnotation(GetMapping.class);
    }

    @Override
    public @Nullable Object beforeBodyWrite(
            @Nullable Object body,
            MethodParameter returned,
            MediaType type,
            Class<? extends HttpMessageConverter<?>> converter,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        if (request instanceof ServletServerHttpRequest asked
                && response instanceof ServletServerHttpResponse answer) {
            var servlet = asked.getServletRequest();
            var pattern = servlet.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
            var stream = RESOURCES.get(String.valueOf(pattern));
            var position = answer.getServletResponse().getHeader(POSITION);
            if (stream != null && position != null) {
                @SuppressWarnings("unchecked") // as Spring documents it
                var path =
                        new Variables(
                                (Map<String, String>)
                                        servlet.getAttribute(
                                                HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE));
                try {
                    tags.at(stream.apply(path), Long.parseLong(position))
                            .ifPresent(tag -> response.getHeaders().set(HttpHeaders.ETAG, tag));
                } catch (CommandRefused notAnId) {
                    // whatever was shown has no stream by this name
                }
            }
        }
        return body;
    }
}
