package io.countersign.reporting.document;

import java.util.List;

/** One thing under a heading. Every text may come from anybody; renderings make it harmless. */
public sealed interface Block {
    /** Empty lines part paragraphs, single line ends stay. */
    record Paragraph(String text) implements Block {}

    record Definitions(List<Definition> entries) implements Block {
        public Definitions {
            entries = List.copyOf(entries);
        }
    }

    record Definition(String term, Cell value) {
        public static Definition of(String term, String value) {
            return new Definition(term, Cell.of(value));
        }
    }

    /**
     * @param columns what each column is; rows have one cell for each, of its kind or missing
     */
    record Table(String caption, List<Column> columns, List<List<Cell>> rows) implements Block {
        public Table {
            columns = List.copyOf(columns);
            rows = rows.stream().map(List::copyOf).toList();
            for (var row : rows) {
                if (row.size() != columns.size()) {
                    throw new IllegalArgumentException(
                            "a row of '%s' has %d cells for %d columns"
                                    .formatted(caption, row.size(), columns.size()));
                }
                for (int i = 0; i < row.size(); i++) {
                    if (!columns.get(i).kind().holds(row.get(i))) {
                        throw new IllegalArgumentException(
                                "column '%s' of '%s' holds %s, not %s"
                                        .formatted(
                                                columns.get(i).title(),
                                                caption,
                                                columns.get(i).kind(),
                                                row.get(i)));
                    }
                }
            }
        }
    }

    record Column(String title, Kind kind) {
        public static Column text(String title) {
            return new Column(title, Kind.TEXT);
        }

        public static Column whole(String title) {
            return new Column(title, Kind.INTEGER);
        }

        public static Column decimal(String title) {
            return new Column(title, Kind.DECIMAL);
        }

        public static Column date(String title) {
            return new Column(title, Kind.DATE);
        }

        public static Column digest(String title) {
            return new Column(title, Kind.DIGEST);
        }
    }

    /** What the cells of a column are. */
    enum Kind {
        TEXT,
        INTEGER,
        DECIMAL,
        /** A day, or a moment in UTC. */
        DATE,
        /** A SHA-256. */
        DIGEST;

        boolean holds(Cell cell) {
            return switch (cell) {
                case Cell.Missing _ -> true;
                case Cell.Text _ -> this == TEXT;
                case Cell.Whole _ -> this == INTEGER;
                case Cell.Decimal _ -> this == DECIMAL;
                case Cell.Day _, Cell.Moment _ -> this == DATE;
                case Cell.Digest _ -> this == DIGEST;
            };
        }

        boolean isNumber() {
            return this == INTEGER || this == DECIMAL;
        }
    }

    /**
     * @param svg one self-contained {@code <svg>} with width and height or a viewBox, colours as
     *     attributes or in a style element of its own
     * @param alternative what it shows, for those who do not see it
     * @param numbers the same in figures
     */
    record Picture(String svg, String alternative, Table numbers) implements Block {
        public Picture {
            SafeSvg.check(svg);
        }
    }

    record Gates(List<Gate> gates) implements Block {
        public Gates {
            gates = List.copyOf(gates);
        }
    }

    /**
     * @param explanation the number, the limit, the group: what made it so
     */
    record Gate(String name, Outcome outcome, String explanation) {}

    /** What a gate said. Anything but a clear yes keeps it closed. */
    enum Outcome {
        PASSED("passed"),
        FAILED("failed"),
        UNKNOWN("not known"),
        /** Does not hold, and a waiver lets it pass. */
        WAIVED("waived");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** Set apart from the text around it. */
    record Callout(Tone tone, String title, String text) implements Block {}

    /** How loud a callout is. */
    enum Tone {
        NOTE,
        WARNING,
        PROBLEM
    }
}
