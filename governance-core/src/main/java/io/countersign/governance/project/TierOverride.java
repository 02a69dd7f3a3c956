package io.countersign.governance.project;

import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A wish to have another tier than the rules decided.
 *
 * @param number counted from 1 within the project
 * @param from the tier when it was asked for
 * @param onBehalfOf whom the requester stands in for, or null
 * @param digest of what a second person signs
 */
public record TierOverride(
        int number,
        RiskTier from,
        RiskTier tier,
        PersonalText reason,
        UserId requester,
        @Nullable UserId onBehalfOf,
        Sha256 digest) {
    /**
     * The digest of what is signed: which project goes from which tier to which, on which intake.
     * The reason is bound by the request's own place in the ledger; its words can be erased, and a
     * digest of them could be guessed at.
     */
    static Sha256 digest(
            ProjectId project, int number, RiskTier from, RiskTier tier, IntakeResult intake) {
        return Sha256.of(
                String.join(
                        "\n",
                        "countersign tier override",
                        project.value(),
                        Integer.toString(number),
                        from.key(),
                        tier.key(),
                        intake.questionnaire().digest().hex(),
                        intake.tier().key(),
                        ""));
    }

    /** Whether this person asked for it, or had it asked for. */
    boolean askedBy(UserId person) {
        return requester.equals(person) || person.equals(onBehalfOf);
    }

    /**
     * The second signature, with what 21 CFR 11.50 asks for.
     *
     * @param onBehalfOf whom the signer stands in for, or null
     * @param meaning in words
     * @param freshAt when the signer last gave their password
     * @param digest of what was signed
     */
    public record Signature(
            UserId signer,
            @Nullable UserId onBehalfOf,
            Role role,
            String meaning,
            PersonalText printedName,
            @Nullable PersonalText comment,
            Instant at,
            Instant freshAt,
            Sha256 digest) {}
}
