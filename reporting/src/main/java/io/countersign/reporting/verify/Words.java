package io.countersign.reporting.verify;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Puts what was read into sentences, without letting it play tricks on a terminal or a page. */
final class Words {
    private static final int MOST = 120;

    private Words() {}

    /** Short, printable, in quotes. */
    static String quoted(String text) {
        var quoted = new StringBuilder("'");
        text.codePoints()
                .limit(MOST)
                .forEach(c -> {
                    if (Character.isISOControl(c)
                            || Character.getType(c) == Character.SURROGATE
                            || Character.getType(c) == Character.FORMAT
                            || Character.getType(c) == Character.LINE_SEPARATOR
                            || Character.getType(c) == Character.PARAGRAPH_SEPARATOR) {
                        quoted.append("\\u%04X".formatted(c));
                    } else {
                        quoted.appendCodePoint(c);
                    }
                });
        if (text.codePointCount(0, text.length()) > MOST) {
            quoted.append('…');
        }
        return quoted.append('\'').toString();
    }

    static String count(long count, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
    }

    /** Of a time in microseconds since 1970, to the second. */
    static String time(long micros) {
        return Instant.EPOCH
                .plus(micros, ChronoUnit.MICROS)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }
}
