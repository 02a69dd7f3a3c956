package io.countersign.governance.review;

import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One signature, with what 21 CFR 11.50 asks for: printed name, time and meaning, bound to what was
 * signed.
 *
 * @param onBehalfOf whom the signer stands in for, or null
 * @param role the one it is given in
 * @param freshAt when the signer last gave their password
 * @param manifest digest of what was signed
 */
public record Signature(
        UserId signer,
        @Nullable UserId onBehalfOf,
        Role role,
        Verdict verdict,
        String meaning,
        PersonalText printedName,
        @Nullable PersonalText comment,
        Instant at,
        Instant freshAt,
        Sha256 manifest) {
    /** Given by this person or in their name. */
    public boolean involves(UserId person) {
        return signer.equals(person) || person.equals(onBehalfOf);
    }
}
