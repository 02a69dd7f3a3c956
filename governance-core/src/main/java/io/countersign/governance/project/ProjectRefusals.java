package io.countersign.governance.project;

import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import java.time.Duration;

/** Why a risk tier stays as it is. */
final class ProjectRefusals {
    private ProjectRefusals() {}

    static CommandRefused tierDerived(RiskTier given, ProjectState state) {
        return new CommandRefused(
                Refusal.conflict(
                                "project.tier-derived",
                                "The risk tier '"
                                        + state.riskTier().key()
                                        + "' follows from the intake and is not set to '"
                                        + given.key()
                                        + "' by hand. Answer the intake again, or ask for an"
                                        + " override.")
                        .with("field", "riskTier")
                        .with("riskTier", state.riskTier().key()));
    }

    static CommandRefused intakeMissing(ProjectState state) {
        return new CommandRefused(
                Refusal.conflict(
                        "project.intake-missing",
                        "The risk tier '"
                                + state.riskTier().key()
                                + "' was declared by hand, so there is nothing to override."
                                + " Answer the intake first."));
    }

    static CommandRefused prohibited(IntakeResult intake) {
        return new CommandRefused(
                Refusal.conflict(
                                "project.prohibited",
                                "The intake found a prohibited practice ("
                                        + intake.decidedBy()
                                        + "); that is not overridden. If an answer is wrong, answer"
                                        + " the intake again.")
                        .with("field", "riskTier"));
    }

    static CommandRefused overrideOpen(TierOverride asked) {
        return new CommandRefused(
                Refusal.conflict(
                                "project.override-open",
                                "Override "
                                        + asked.number()
                                        + ", to '"
                                        + asked.tier().key()
                                        + "', waits for its second signature. A compliance officer"
                                        + " signs or refuses it first.")
                        .with("number", asked.number()));
    }

    static CommandRefused sameTier(RiskTier tier) {
        return new CommandRefused(
                Refusal.conflict(
                                "project.tier-same",
                                "The risk tier is '" + tier.key() + "' already. Choose another.")
                        .with("field", "riskTier"));
    }

    static CommandRefused noOverrideOpen() {
        return new CommandRefused(
                Refusal.conflict(
                        "project.no-override-open",
                        "No override waits for a signature: none was asked for, or it was decided"
                                + " or ended by a new intake."));
    }

    static CommandRefused overrideMoved(TierOverride asked) {
        return new CommandRefused(
                Refusal.conflict(
                                "project.override-moved",
                                "What waits for a signature is another override than the one shown:"
                                        + " number "
                                        + asked.number()
                                        + ", to '"
                                        + asked.tier().key()
                                        + "'. Look at it again before you sign.")
                        .with("digest", asked.digest().hex()));
    }

    static CommandRefused ownOverride() {
        return new CommandRefused(
                Refusal.forbidden(
                        "project.own-override",
                        "Whoever asked for an override does not sign it, in person or through"
                                + " somebody. Another compliance officer has to."));
    }

    static CommandRefused channelCannotSign(Channel channel) {
        return new CommandRefused(
                channel == Channel.TOKEN
                        ? Refusal.forbidden(
                                "review.token-cannot-sign",
                                "A token can request but never decide; sign in with your own"
                                        + " password.")
                        : Refusal.forbidden(
                                "review.channel-cannot-sign",
                                "Only a person on a page or with their own credentials in the API"
                                        + " can decide."));
    }

    static CommandRefused notFresh(Duration within) {
        return new CommandRefused(
                Refusal.forbidden(
                                "review.not-fresh",
                                "Signing needs your password again: it was last given more than "
                                        + within.toMinutes()
                                        + " minutes ago.")
                        .with("field", "password"));
    }
}
