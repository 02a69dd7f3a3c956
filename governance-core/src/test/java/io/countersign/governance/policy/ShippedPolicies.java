package io.countersign.governance.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The policies as shipped, and facts with which each of their gates is open. */
public final class ShippedPolicies {
    private ShippedPolicies() {}

    public static byte[] bytes(String file) {
        try (var in =
                Optional.ofNullable(
                                ShippedPolicies.class.getResourceAsStream(
                                        "/countersign-config/" + file))
                        .orElseThrow()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Policy policy(String name) {
        return PolicyFile.parse(name + ".yml", bytes("policies/" + name + ".yml"));
    }

    public static Map<String, Object> dataset() {
        return Map.of(
                "project", Map.of("id", "credit", "riskTier", "high", "jurisdictions", List.of()),
                "dataset",
                        Map.of(
                                "id",
                                "credit.applications",
                                "version",
                                "1.0",
                                "datasheetComplete",
                                true,
                                "datasheetMissing",
                                List.of(),
                                "licence",
                                "CC-BY-4.0",
                                "legalBasis",
                                "contract",
                                "lineageApproved",
                                true,
                                "sources",
                                List.of()));
    }

    public static Map<String, Object> model() {
        return Map.of(
                "model",
                Map.of(
                        "id",
                        "credit.scorer",
                        "version",
                        "1.0",
                        "modelCardComplete",
                        true,
                        "modelCardMissing",
                        List.of(),
                        "trainingDatasets",
                        List.of(Map.of("id", "credit.applications@1.0", "approved", true))),
                "assessment",
                Map.of(
                        "present",
                        true,
                        "id",
                        "a-1",
                        "modelVersionMatches",
                        true,
                        "verdict",
                        "pass",
                        "failures",
                        List.of()),
                "risks",
                Map.of("open", 0, "openCritical", 0, "criticalIds", List.of()));
    }

    public static Map<String, Object> deployment(boolean production) {
        var digest = "a".repeat(64);
        return Map.of(
                "deployment", Map.of("digest", digest, "production", production),
                "environment", Map.of("key", "some", "production", production),
                "model",
                        Map.of(
                                "id", "credit.scorer",
                                "version", "1.0",
                                "signedOff", true,
                                "expired", false,
                                "revoked", false,
                                "stale", false,
                                "signedDigest", digest,
                                "dataApproved", true,
                                "unapprovedDatasets", List.of()),
                "risks", Map.of("openCritical", 0, "criticalIds", List.of()));
    }
}
