package io.countersign.governance.review;

import io.countersign.governance.policy.SeparationRule;
import io.countersign.governance.shared.UserId;

/** What somebody has to do with a subject; policy says whether it keeps them from signing. */
public record Stake(UserId person, SeparationRule as) {}
