package io.countersign.governance.bias;

import io.countersign.governance.bias.engine.RuleSet;
import io.countersign.governance.configuration.AdoptedFiles;
import io.countersign.governance.configuration.ConfigurationCheck;
import io.countersign.governance.configuration.ConfigurationProblem;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Slug;
import java.nio.charset.StandardCharsets;
import org.springframework.stereotype.Component;

/** The rule sets in {@code bias/*.yml}, as adopted. */
@Component
class AdoptedRuleSets implements RuleSets, ConfigurationCheck {
    private final AdoptedFiles files;

    AdoptedRuleSets(AdoptedFiles files) {
        this.files = files;
    }

    @Override
    public PinnedRules pinned(String name) {
        if (!name.matches(Slug.PATTERN)) {
            throw CommandRefused.invalid("rules", name, Slug.RULE);
        }
        var file = "bias/" + name + ".yml";
        if (files.newest(file).isEmpty()) {
            throw new CommandRefused(
                    Refusal.notFound(
                                    "bias.rules-unknown",
                                    "There is no rule set '"
                                            + name
                                            + "'. Choose one of those"
                                            + " adopted.")
                            .with("field", "rules"));
        }
        var adopted = files.inForce(file);
        return new PinnedRules(adopted.sha256(), RuleSet.parse(file, adopted.content()));
    }

    @Override
    public boolean reads(String file) {
        return file.matches("bias/[a-z0-9-]+\\.yml");
    }

    @Override
    public void check(String file, byte[] content) {
        try {
            var unused = RuleSet.parse(file, new String(content, StandardCharsets.UTF_8));
        } catch (CommandRefused refused) {
            var line = refused.refusal().details().get("line") instanceof Integer at ? at : 1;
            throw new ConfigurationProblem(file, line, 1, refused.refusal().message());
        }
    }
}
