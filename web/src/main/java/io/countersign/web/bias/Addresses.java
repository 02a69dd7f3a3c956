package io.countersign.web.bias;

import io.countersign.governance.bias.AssessmentId;
import io.countersign.governance.model.ModelVersionId;

/** Where things are, on pages; in the API after {@code /api/v1}. */
final class Addresses {
    private Addresses() {}

    static String page(ModelVersionId version) {
        return "/models/" + version.model() + "/versions/" + version.version();
    }

    static String page(AssessmentId id) {
        return page(id.modelVersion())
                + "/assessments/"
                + id.value().substring(id.value().indexOf('/') + 1);
    }
}
