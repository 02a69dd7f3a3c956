package io.countersign.governance.model;

import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Text;
import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A measured quality of a model version.
 *
 * @param name such as {@code AUC}
 * @param value a decimal number as it was given, such as {@code 0.870}; never rounded
 * @param dataset what it was measured on, or null
 */
public record ModelMetric(String name, String value, @Nullable DatasetVersionId dataset) {
    private static final Pattern FORM = Pattern.compile("-?[0-9]{1,30}(\\.[0-9]{1,30})?");

    public ModelMetric {
        name = Text.required("metric", name, Text.SHORT);
        if (!FORM.matcher(value).matches()) {
            throw CommandRefused.invalid(
                    "value of metric " + name, value, "write a decimal number, such as 0.87");
        }
    }

    public BigDecimal number() {
        return new BigDecimal(value);
    }
}
