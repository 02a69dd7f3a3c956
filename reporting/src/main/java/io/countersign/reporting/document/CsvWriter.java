package io.countersign.reporting.document;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * CSV after RFC 4180: UTF-8, CRLF, quotes where needed; one row at a time, so that a million take
 * no more memory than one. A text that a spreadsheet would take for a formula gets an apostrophe in
 * front; a plain number stays one. Not safe for several threads.
 */
public final class CsvWriter implements AutoCloseable {
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?");
    private final Writer out;
    private final int width;

    /** Writes the header at once. */
    public CsvWriter(OutputStream out, List<String> header) {
        this.out = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        this.width = header.size();
        row(header);
    }

    /**
     * @throws IllegalArgumentException where the row has not as many fields as the header
     * @throws UncheckedIOException where the reader has gone away
     */
    public void row(List<String> fields) {
        if (fields.size() != width) {
            throw new IllegalArgumentException(
                    "a row has %d fields, the header %d".formatted(fields.size(), width));
        }
        try {
            for (int i = 0; i < width; i++) {
                if (i > 0) {
                    out.write(',');
                }
                out.write(field(fields.get(i)));
            }
            out.write("\r\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Flushes; the stream stays open, it belongs to whoever gave it. */
    @Override
    public void close() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String field(String text) {
        var guarded =
                !text.isEmpty()
                                && "=+-@\t\r\n＝＋－＠".indexOf(text.charAt(0)) >= 0
                                && !NUMBER.matcher(text).matches()
                        ? "'" + text
                        : text;
        for (int i = 0; i < guarded.length(); i++) {
            if (",\"\r\n\t".indexOf(guarded.charAt(i)) >= 0) {
                return '"' + guarded.replace("\"", "\"\"") + '"';
            }
        }
        // a lone empty field would be an empty line, which many readers skip
        return guarded.isEmpty() && width == 1 ? "\"\"" : guarded;
    }
}
