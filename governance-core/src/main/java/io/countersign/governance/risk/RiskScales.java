package io.countersign.governance.risk;

import io.countersign.governance.configuration.AdoptedFiles;
import io.countersign.governance.configuration.ConfigurationCheck;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The adopted risk scales. */
@Component
public class RiskScales implements ConfigurationCheck {
    private final AdoptedFiles files;

    /** Few and small: one for each version ever adopted. */
    private final Map<Sha256, RiskScale> parsed = new ConcurrentHashMap<>();

    RiskScales(AdoptedFiles files) {
        this.files = files;
    }

    /** A scale and its number among those adopted. */
    public record Adopted(int version, RiskScale scale) {}

    /** For a decision inside a command. */
    public Adopted inForce() {
        return adopted(files.inForce(RiskScale.FILE));
    }

    /** What was in force at a position. */
    public Adopted at(At at) {
        return adopted(files.at(RiskScale.FILE, at).orElseGet(() -> files.inForce(RiskScale.FILE)));
    }

    private Adopted adopted(AdoptedFiles.Adopted file) {
        return new Adopted(
                file.version(),
                parsed.computeIfAbsent(
                        file.sha256(),
                        _ ->
                                RiskScale.parse(
                                        file.file(),
                                        file.content().getBytes(StandardCharsets.UTF_8))));
    }

    @Override
    public boolean reads(String file) {
        return file.equals(RiskScale.FILE);
    }

    @Override
    public void check(String file, byte[] content) {
        RiskScale.parse(file, content);
    }
}
