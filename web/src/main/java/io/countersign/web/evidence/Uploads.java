package io.countersign.web.evidence;

import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.evidence.EvidenceIntake;
import io.countersign.governance.evidence.EvidenceIntake.Taken;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.web.page.Typed;
import io.countersign.web.start.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;

/** Uploaded files, on their way to the intake. */
@Component
class Uploads {
    private final EvidenceIntake intake;
    private final Settings settings;

    Uploads(EvidenceIntake intake, Settings settings) {
        this.intake = intake;
        this.settings = settings;
    }

    /** Takes the fields {@code subject}, {@code note} and {@code keepUntil} with the file. */
    Taken take(MultipartFile file, Map<String, String> fields, Actor actor, Context context) {
        var typed = new Typed(fields);
        var upload =
                new EvidenceIntake.Upload(
                        typed.value("subject", SubjectRef::parse),
                        Objects.requireNonNullElse(file.getOriginalFilename(), ""),
                        Objects.requireNonNullElse(file.getContentType(), ""),
                        typed.text("note"),
                        typed.day("keepUntil"));
        try (var content = file.getInputStream()) {
            return intake.take(upload, content, settings.upload().max().toBytes(), actor, context);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
