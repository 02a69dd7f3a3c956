package io.countersign.web.page;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * What happened, in words for people, for each event's stored name; templates ask the bean
 * {@code @eventWords}. Pages that need to be exact show the stored name beside it.
 */
@Component("eventWords")
public class EventWords {
    private static final Map<String, String> WORDS =
            Map.ofEntries(
                    Map.entry("audit.exported", "Exported audit trail"),
                    Map.entry("bias.assessment-cancelled", "Called off bias assessment"),
                    Map.entry("bias.assessment-completed", "Completed bias assessment"),
                    Map.entry("bias.assessment-failed", "Could not assess the prediction log"),
                    Map.entry("bias.assessment-started", "Started bias assessment"),
                    Map.entry("configuration.adopted", "Adopted configuration file"),
                    Map.entry("dataset.datasheet-written", "Wrote datasheet"),
                    Map.entry("dataset.registered", "Registered dataset"),
                    Map.entry("dataset.source-recorded", "Recorded a source dataset"),
                    Map.entry("dataset.version-registered", "Registered dataset version"),
                    Map.entry("dataset.version-retired", "Retired dataset version"),
                    Map.entry("deployment.activated", "Activated deployment"),
                    Map.entry("deployment.gate-changed", "The gate's answer changed"),
                    Map.entry("deployment.requested", "Requested deployment"),
                    Map.entry("deployment.resumed", "Resumed deployment"),
                    Map.entry("deployment.retired", "Retired deployment"),
                    Map.entry("deployment.rolled-back", "Rolled the deployment back"),
                    Map.entry("deployment.suspended", "Suspended deployment"),
                    Map.entry("environment.registered", "Registered environment"),
                    Map.entry("evidence.attached", "Attached a file as evidence"),
                    Map.entry("evidence.deleted", "Deleted the content of an evidence file"),
                    Map.entry("ledger.epoch-begun", "Began a new epoch of the ledger"),
                    Map.entry("ledger.guard-adopted", "Made the guard of the ledger again"),
                    Map.entry("ledger.key-announced", "Announced a new key of the ledger"),
                    Map.entry("ledger.loss-accepted", "Accepted the loss of events"),
                    Map.entry("ledger.key-retired", "Retired a key of the ledger"),
                    Map.entry(
                            "ledger.stream-heads-recorded",
                            "Recorded how far every stream had come"),
                    Map.entry("model.card-written", "Wrote model card"),
                    Map.entry("model.registered", "Registered model"),
                    Map.entry("model.version-registered", "Registered model version"),
                    Map.entry("model.version-retired", "Retired model version"),
                    Map.entry("person.activated", "Chose a password for the first time"),
                    Map.entry("person.deactivated", "Deactivated account"),
                    Map.entry("person.delegation-ended", "Ended a delegation"),
                    Map.entry("person.erased", "Erased the person's data"),
                    Map.entry("person.invited", "Invited somebody"),
                    Map.entry("person.link-issued", "Made a one-time link"),
                    Map.entry("person.locked", "Locked the account after failed sign-ins"),
                    Map.entry("person.password-changed", "Changed password"),
                    Map.entry("person.reactivated", "Reactivated account"),
                    Map.entry("person.role-delegated", "Delegated roles"),
                    Map.entry("person.role-granted", "Granted role"),
                    Map.entry("person.role-revoked", "Took a role back"),
                    Map.entry("person.sign-in-failed", "Failed to sign in"),
                    Map.entry("person.token-issued", "Made an API token"),
                    Map.entry("person.token-revoked", "Revoked an API token"),
                    Map.entry("place.registered", "Registered place"),
                    Map.entry("place.retired", "Retired place"),
                    Map.entry("project.amended", "Amended project"),
                    Map.entry("waiver.requested", "Asked for a waiver"),
                    Map.entry("project.intake-answered", "Answered the intake"),
                    Map.entry("project.registered", "Registered project"),
                    Map.entry("project.retired", "Retired project"),
                    Map.entry("project.tier-overridden", "Overrode the risk tier"),
                    Map.entry("project.tier-override-ended", "A later intake ended an override"),
                    Map.entry("project.tier-override-refused", "Refused another risk tier"),
                    Map.entry("project.tier-override-requested", "Asked for another risk tier"),
                    Map.entry("refusal.recorded", "Was refused"),
                    Map.entry("report.downloaded", "Downloaded report"),
                    Map.entry("report.issued", "Issued report"),
                    Map.entry("report.verified", "Made a report again to verify it"),
                    Map.entry("review.approved", "Approved"),
                    Map.entry("review.became-stale", "Approval became stale"),
                    Map.entry("review.condition-confirmed", "Confirmed a condition"),
                    Map.entry("review.condition-fulfilled", "Said a condition is fulfilled"),
                    Map.entry("review.condition-missed", "Condition was missed"),
                    Map.entry("review.condition-not-confirmed", "Did not confirm a condition"),
                    Map.entry("review.condition-set", "Set a condition"),
                    Map.entry(
                            "review.could-not-be-reconsidered",
                            "Whether the approval still stands could not be found out"),
                    Map.entry("review.expired", "Expired"),
                    Map.entry("review.reconsidered", "Found that the approval still stands"),
                    Map.entry("review.rejected", "Rejected"),
                    Map.entry("review.remarked", "Remarked"),
                    Map.entry("review.requested", "Asked for approval"),
                    Map.entry("review.returned", "Returned for changes"),
                    Map.entry("review.revoked", "Revoked approval"),
                    Map.entry("review.signatures-voided", "Signatures given before became void"),
                    Map.entry("review.signed", "Signed"),
                    Map.entry("review.superseded", "A later approval took its place"),
                    Map.entry("review.withdrawn", "Withdrew the request"),
                    Map.entry("risk.closed", "Closed risk"),
                    Map.entry("risk.inherent-rated", "Rated the risk before treatment"),
                    Map.entry("risk.owner-assigned", "Gave the risk an owner"),
                    Map.entry("risk.raised", "Raised risk"),
                    Map.entry("risk.recurred", "Found the risk again"),
                    Map.entry("risk.reopened", "Reopened risk"),
                    Map.entry("risk.residual-rated", "Rated the risk after treatment"),
                    Map.entry("risk.review-scheduled", "Set the risk's next review"),
                    Map.entry("risk.treatment-planned", "Planned the risk's treatment"));

    /** The same, for templates. */
    public String of(String name) {
        return wordsOf(name);
    }

    /** An event of another version of the product keeps its name, made readable. */
    public static String wordsOf(String name) {
        var words = WORDS.get(name);
        if (words != null) {
            return words;
        }
        var readable = name.replaceFirst("\\.", ": ").replace('-', ' ');
        return readable.substring(0, 1).toUpperCase(Locale.ROOT) + readable.substring(1);
    }

    /** The stored names that have words of their own. */
    static Set<String> known() {
        return WORDS.keySet();
    }
}
