package io.countersign.web.page;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.thymeleaf.context.IExpressionContext;
import org.thymeleaf.linkbuilder.ILinkBuilder;
import org.thymeleaf.linkbuilder.StandardLinkBuilder;
import org.thymeleaf.spring6.SpringTemplateEngine;

/**
 * Makes the links of all pages. A parameter without a value is left out:
 * {@code @{/risks(at=${at})}} is {@code /risks} where no past is asked for, not {@code /risks?at=}.
 */
@Component
class PageLinks implements ILinkBuilder {
    private final ILinkBuilder links = new StandardLinkBuilder();

    PageLinks(SpringTemplateEngine engine) {
        engine.setLinkBuilder(this);
    }

    @Override
    public String getName() {
        return "links";
    }

    @Override
    public Integer getOrder() {
        return 1;
    }

    @Override
    public @Nullable String buildLink(
            IExpressionContext context,
            @Nullable String base,
            @Nullable Map<String, Object> parameters) {
        if (parameters == null || parameters.values().stream().noneMatch(PageLinks::missing)) {
            return links.buildLink(context, base, parameters);
        }
        var given = new LinkedHashMap<>(parameters);
        given.values().removeIf(PageLinks::missing);
        return links.buildLink(context, base, given);
    }

    /** Thymeleaf passes null as an empty text. */
    private static boolean missing(@Nullable Object value) {
        return value == null || value instanceof CharSequence text && text.isEmpty();
    }
}
