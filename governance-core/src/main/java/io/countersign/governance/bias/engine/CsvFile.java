package io.countersign.governance.bias.engine;

import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a CSV file (RFC 4180, UTF-8 with or without a byte order mark), found in one pass
 * over its bytes that keeps only the header: digest, columns, and the number of rows that whatever
 * reads it afterwards must also arrive at. Blank lines are not rows.
 *
 * @param columns unique, in the file's order
 * @param rows without the header
 */
record CsvFile(Path path, Sha256 content, List<String> columns, long rows) {
    static final int COLUMNS = 2_000;
    private static final int HEADER_BYTES = 1_000_000;

    /**
     * @throws CommandRefused {@code bias.} {@code no-file}, {@code empty-file}, {@code not-csv},
     *     {@code not-utf-8}, {@code no-header}, {@code too-many-columns}, {@code
     *     duplicate-columns}, {@code ragged-rows}, {@code no-rows}
     */
    static CsvFile read(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw refused("no-file", "There is no file '" + path.getFileName() + "' to read.");
        }
        var pass = new Pass();
        var digest = Sha256.newDigest();
        try (var in = Files.newInputStream(path)) {
            var buffer = new byte[1 << 16];
            for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
                pass.take(buffer, n);
            }
        }
        pass.end();
        return new CsvFile(
                path,
                new Sha256(HexFormat.of().formatHex(digest.digest())),
                pass.columns(),
                pass.rows);
    }

    static CommandRefused refused(String code, String message) {
        return new CommandRefused(Refusal.invalid("bias." + code, message).with("field", "file"));
    }

    /** Where a byte stands. */
    private enum At {
        CELL_START,
        PLAIN,
        QUOTED,
        /** Behind a quote inside a quoted cell: its end, or half of a doubled quote. */
        QUOTE
    }

    /** A state machine over bytes; all that matters to it is ASCII. */
    private static final class Pass {
        private final ByteArrayOutputStream cell = new ByteArrayOutputStream();
        private final List<String> header = new ArrayList<>();
        private @Nullable List<String> columns;
        private At at = At.CELL_START;
        private long position;
        private long line = 1;
        private long recordLine = 1;
        private int cells = 1;
        private boolean anything;
        private boolean afterReturn;
        private int continuation;
        private long ragged;
        private long firstRagged;
        private int firstRaggedCells;
        private long rows;

        void take(byte[] buffer, int length) {
            for (var i = 0; i < length; i++) {
                var b = buffer[i];
                if (position++ < 3 && b == "\u00EF\u00BB\u00BF".charAt((int) position - 1) - 256) {
                    continue;
                }
                if (b < 0 || continuation > 0) {
                    encoding(b);
                } else if (b == 0) {
                    throw refused(
                            "not-csv",
                            "The file is not CSV text: line "
                                    + line
                                    + " holds a zero byte. Export the log as comma-separated"
                                    + " UTF-8 text.");
                }
                next(b);
            }
        }

        private void next(byte b) {
            var lineFeedOfPair = b == '\n' && afterReturn;
            afterReturn = b == '\r';
            if ((b == '\n' && !lineFeedOfPair) || b == '\r') {
                line++;
            }
            switch (at) {
                case QUOTED -> {
                    if (b == '"') {
                        at = At.QUOTE;
                    } else {
                        keep(b);
                    }
                }
                case QUOTE -> {
                    if (b == '"') {
                        keep(b);
                        at = At.QUOTED;
                    } else if (!separator(b, lineFeedOfPair) && b != ' ') {
                        throw refused(
                                "not-csv",
                                "The file is not CSV: on line "
                                        + recordLine
                                        + " a closing quote is followed by other text. A quote"
                                        + " inside a quoted cell is written twice.");
                    }
                }
                case CELL_START -> {
                    if (b == '"') {
                        at = At.QUOTED;
                        anything = true;
                    } else if (!separator(b, lineFeedOfPair)) {
                        keep(b);
                        at = b == ' ' ? At.CELL_START : At.PLAIN;
                    }
                }
                case PLAIN -> {
                    if (!separator(b, lineFeedOfPair)) {
                        keep(b);
                    }
                }
            }
        }

        private boolean separator(byte b, boolean lineFeedOfPair) {
            if (b == ',') {
                endCell();
                cells++;
                anything = true;
                return true;
            }
            if (lineFeedOfPair) {
                recordLine = line;
                return true;
            }
            if (b == '\n' || b == '\r') {
                endRecord();
                return true;
            }
            return false;
        }

        private void keep(byte b) {
            anything = true;
            if (columns == null) {
                cell.write(b);
                if (position > HEADER_BYTES) {
                    throw refused(
                            "not-csv",
                            "The first line, the column names, goes on for more than "
                                    + HEADER_BYTES
                                    + " bytes. Export the log as comma-separated text with one"
                                    + " row per line.");
                }
            }
        }

        private void endCell() {
            at = At.CELL_START;
            if (columns == null) {
                header.add(cell.toString(StandardCharsets.UTF_8));
                cell.reset();
                if (header.size() > COLUMNS) {
                    throw refused(
                            "too-many-columns",
                            "The file has more than "
                                    + COLUMNS
                                    + " columns. Keep the prediction, the label and the sensitive"
                                    + " attributes.");
                }
            }
        }

        private void endRecord() {
            if (columns == null) {
                if (!anything) {
                    throw refused(
                            "no-header", "The first line is blank; it must hold the column names.");
                }
                endCell();
                columns = checked(header);
            } else if (anything || columns.size() == 1) {
                rows++;
                if (cells != columns.size()) {
                    if (ragged++ == 0) {
                        firstRagged = recordLine;
                        firstRaggedCells = cells;
                    }
                }
            }
            at = At.CELL_START;
            cells = 1;
            anything = false;
            recordLine = line;
        }

        void end() {
            if (continuation > 0) {
                encoding((byte) 0);
            }
            if (at == At.QUOTED) {
                throw refused(
                        "not-csv",
                        "The file is not CSV: a quoted cell that begins in the row of line "
                                + recordLine
                                + " is never closed.");
            }
            if (anything) {
                endRecord();
            }
            if (columns == null) {
                throw refused(
                        "empty-file", "The file is empty; it must hold column names and rows.");
            }
            if (ragged > 0) {
                throw new CommandRefused(
                        refused(
                                        "ragged-rows",
                                        "%d of %d rows do not have %d cells as the header has; the first is line %d, with %d. Nothing was read."
                                                .formatted(
                                                        ragged,
                                                        rows,
                                                        columns.size(),
                                                        firstRagged,
                                                        firstRaggedCells))
                                .refusal()
                                .with("rows", ragged)
                                .with("line", firstRagged));
            }
            if (rows == 0) {
                throw refused(
                        "no-rows",
                        "The file holds column names and no rows; there is nothing to assess.");
            }
        }

        List<String> columns() {
            return columns == null ? List.of() : columns;
        }

        /** Enough of UTF-8 to tell it from others; what it lets through, DuckDB refuses. */
        private void encoding(byte b) {
            if (continuation > 0) {
                if ((b & 0xC0) == 0x80) {
                    continuation--;
                    return;
                }
            } else if ((b & 0xE0) == 0xC0) {
                continuation = 1;
                return;
            } else if ((b & 0xF0) == 0xE0) {
                continuation = 2;
                return;
            } else if ((b & 0xF8) == 0xF0) {
                continuation = 3;
                return;
            }
            throw new CommandRefused(
                    refused(
                                    "not-utf-8",
                                    "The file is not UTF-8 text: line "
                                            + line
                                            + " holds bytes of another encoding. Save it as UTF-8.")
                            .refusal()
                            .with("line", line));
        }

        private static List<String> checked(List<String> header) {
            var seen = new HashSet<String>();
            var twice = header.stream().filter(name -> !seen.add(name)).distinct().toList();
            if (!twice.isEmpty()) {
                throw new CommandRefused(
                        refused(
                                        "duplicate-columns",
                                        "The column name '"
                                                + String.join("', '", twice)
                                                + "' stands more than once in the first line."
                                                + " Rename the columns so that each name is"
                                                + " unique.")
                                .refusal()
                                .with("columns", twice));
            }
            for (var name : header) {
                if (name.isBlank() || name.chars().anyMatch(c -> c < ' ')) {
                    throw refused(
                            "no-header",
                            "Column "
                                    + (header.indexOf(name) + 1)
                                    + " has no usable name. The first line must name every column,"
                                    + " without line breaks or control characters.");
                }
            }
            return List.copyOf(header);
        }
    }
}
