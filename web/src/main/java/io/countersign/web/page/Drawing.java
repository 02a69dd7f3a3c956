package io.countersign.web.page;

import io.countersign.reporting.picture.Palette;
import java.util.function.BiFunction;

/**
 * A picture for {@code fragments :: picture}, which shows the one that fits where it stands.
 *
 * @param wide SVG
 * @param narrow the same drawn for a phone
 */
public record Drawing(String wide, String narrow) {
    /**
     * @param id unique on the page
     * @param draw as {@code funnel::svg}
     */
    public static Drawing of(String id, BiFunction<String, Palette, String> draw) {
        return new Drawing(draw.apply(id, Palette.PAGE), draw.apply(id + "-narrow", Palette.PHONE));
    }
}
