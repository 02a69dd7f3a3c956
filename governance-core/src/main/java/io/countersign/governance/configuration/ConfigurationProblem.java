package io.countersign.governance.configuration;

/** A configuration file that cannot be used. */
public class ConfigurationProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final int line;
    private final int column;
    private final String reason;

    /**
     * @param line and column from 1
     * @param reason for people
     */
    public ConfigurationProblem(String file, int line, int column, String reason) {
        super(file + ", line " + line + ", column " + column + ": " + reason);
        this.file = file;
        this.line = line;
        this.column = column;
        this.reason = reason;
    }

    public String file() {
        return file;
    }

    public int line() {
        return line;
    }

    public int column() {
        return column;
    }

    public String reason() {
        return reason;
    }
}
