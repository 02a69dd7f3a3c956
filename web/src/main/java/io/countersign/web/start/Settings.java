package io.countersign.web.start;

import io.countersign.governance.database.DatabaseAccess;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The settings {@code countersign.*}.
 *
 * @param home folder for keys, evidence files and the embedded database
 * @param configuration folder whose files override the shipped policies, roles and scales
 * @param importFolder folder that prediction logs are read from instead of being uploaded, one
 *     folder in it for each project; {@code import} in the home folder unless set
 */
@Validated
@ConfigurationProperties("countersign")
public record Settings(
        @NotNull @DefaultValue("./data") Path home,
        @Nullable Path configuration,
        @Nullable Path importFolder,
        @Valid @DefaultValue Database database,
        @Valid @DefaultValue Upload upload,
        @Valid @DefaultValue Ledger ledger) {
    public Settings {
        importFolder = importFolder == null ? home.resolve("import") : importFolder;
    }

    @Override
    public Path importFolder() {
        return Objects.requireNonNull(importFolder);
    }

    /**
     * The database; see {@link DatabaseAccess#external}.
     *
     * @param url of JDBC; without one the embedded database is used
     * @param connections the most open at once
     */
    public record Database(
            @Nullable String url,
            @Nullable String username,
            @Nullable String password,
            @Nullable String ownerUsername,
            @Nullable String ownerPassword,
            @Min(4) @Max(500) @DefaultValue("16") int connections) {
        /** Without the passwords. */
        @Override
        public String toString() {
            return "Database[" + url + "]";
        }
    }

    /**
     * @param max the largest request with files
     */
    public record Upload(@NotNull @DefaultValue("50MB") DataSize max) {}

    /**
     * The verifiable log.
     *
     * @param origin its name when it begins; by custom the address it is served at, without scheme
     * @param signs whether this host signs; of several hosts on one database, one does
     * @param witnesses a tlog-policy file with the witnesses to ask and the quorum
     * @param open whether checkpoints, tiles and entries are served to those not signed in
     * @param bundleEvents the most events an evidence bundle of a filter may have
     */
    public record Ledger(
            @Nullable String origin,
            @DefaultValue("true") boolean signs,
            @Nullable Path witnesses,
            @DefaultValue("false") boolean open,
            @Min(1) @Max(10_000_000) @DefaultValue("100000") int bundleEvents) {}
}
