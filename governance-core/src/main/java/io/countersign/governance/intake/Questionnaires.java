package io.countersign.governance.intake;

import io.countersign.governance.configuration.AdoptedFiles;
import io.countersign.governance.configuration.ConfigurationCheck;
import io.countersign.governance.project.IntakeResult;
import io.countersign.governance.project.IntakeResult.QuestionnaireRef;
import io.countersign.governance.project.TierRules;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.UserId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * The adopted questionnaires. There is one file, so that there is never a doubt which one a project
 * answers.
 */
@Component
public class Questionnaires implements TierRules, ConfigurationCheck {
    public static final String FILE = "intake/project.yml";

    private final AdoptedFiles files;

    /** Few and small: one for each version ever adopted. */
    private final Map<QuestionnaireRef, Questionnaire> parsed = new ConcurrentHashMap<>();

    Questionnaires(AdoptedFiles files) {
        this.files = files;
    }

    @Override
    public IntakeResult decide(int version, Map<String, List<String>> answers, UserId by) {
        var inForce = parsed(files.inForce(FILE));
        if (inForce.ref().version() != version) {
            throw new CommandRefused(
                    Refusal.conflict(
                                    "intake.questionnaire-moved",
                                    "Version "
                                            + inForce.ref().version()
                                            + " of the questionnaire is in force, and these answers"
                                            + " are to version "
                                            + version
                                            + ". Look at the questions again; your answers are"
                                            + " kept.")
                            .with("version", inForce.ref().version()));
        }
        return IntakeDecision.decide(inForce, answers, by);
    }

    /**
     * What was in force at a position.
     *
     * @throws CommandRefused {@code configuration.not-adopted}
     */
    public Questionnaire at(At at) {
        return parsed(
                files.at(FILE, at)
                        .or(() -> files.newest(FILE))
                        .orElseThrow(() ->
                                new CommandRefused(
                                        Refusal.conflict(
                                                "configuration.not-adopted",
                                                "No version of '"
                                                        + FILE
                                                        + "' has been adopted. An administrator"
                                                        + " adopts it under Configuration."))));
    }

    /** The edition some answers were given to; empty where the file was renamed since. */
    public Optional<Questionnaire> edition(QuestionnaireRef ref) {
        return files.version(FILE, ref.version())
                .filter(adopted -> adopted.sha256().equals(ref.digest()))
                .map(this::parsed);
    }

    private Questionnaire parsed(AdoptedFiles.Adopted file) {
        return parsed.computeIfAbsent(
                new QuestionnaireRef("", file.version(), file.sha256()),
                _ ->
                        QuestionnaireFile.parse(
                                file.file(),
                                file.version(),
                                file.content().getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public boolean reads(String file) {
        return file.equals(FILE);
    }

    @Override
    public void check(String file, byte[] content) {
        QuestionnaireFile.parse(file, 1, content);
    }
}
