package io.countersign.governance.bias.engine;

import io.countersign.governance.bias.engine.ColumnMapping.Classes;
import io.countersign.governance.bias.engine.ColumnMapping.Label;
import io.countersign.governance.bias.engine.ColumnMapping.Prediction;
import io.countersign.governance.bias.engine.ColumnMapping.Unlisted;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * An invented credit-scoring log: same seed, rows and bias give the same bytes anywhere, since all
 * of it is integer arithmetic. A few people have no sex on record, a handful another one than the
 * two, and some repayments are not known yet, as in life.
 */
public final class SyntheticPredictions {
    private static final List<String> AGES = List.of("18-29", "30-44", "45-59", "60+");
    private static final List<String> REGIONS = List.of("north", "south", "east", "west");

    /** How the scorer treats women. */
    public enum Bias {
        /** 40 of 100 women are approved and 60 of 100 men: an impact ratio of about 2/3. */
        BIASED,
        /** 58 of 100 women and 60 of 100 men, in every age band and region. */
        MITIGATED
    }

    /** Shares are met exactly in each group, so that no verdict hangs on the luck of a seed. */
    private final Map<String, Integer> carried = new HashMap<>();

    private final SplittableRandom random;

    private SyntheticPredictions(long seed) {
        random = new SplittableRandom(seed);
    }

    /** How the log is to be read: approval is favourable, repayment what came true. */
    public static ColumnMapping mapping() {
        return new ColumnMapping(
                new Prediction(
                        "decision", new Classes(List.of("approved"), List.of("declined")), true),
                new Label("repaid", List.of("yes"), List.of("no")),
                List.of("sex", "age_band", "region"),
                List.of(),
                Unlisted.REFUSE);
    }

    /**
     * Writes header and rows as CSV; the stream stays open.
     *
     * @param rows 5,000 or more for the verdicts that the two kinds promise
     */
    public static void write(OutputStream out, long seed, int rows, Bias bias) throws IOException {
        var log = new SyntheticPredictions(seed);
        var text = new StringBuilder("applicant_id,sex,age_band,region,score,decision,repaid\n");
        for (var i = 1; i <= rows; i++) {
            text.append(log.row(i, bias));
            if (text.length() > 1 << 15 || i == rows) {
                out.write(text.toString().getBytes(StandardCharsets.UTF_8));
                text.setLength(0);
            }
        }
        out.flush();
    }

    private String row(int number, Bias bias) {
        var draw = random.nextInt(1_000);
        var sex = draw < 3 ? "other" : draw < 13 ? "" : draw < 470 ? "female" : "male";
        var age = AGES.get(random.nextInt(AGES.size()));
        var region = REGIONS.get(random.nextInt(REGIONS.size()));
        // too few of the others for a share of each age band and region
        var few = sex.isEmpty() || sex.equals("other");
        var who = few ? sex : sex + age + region;
        var woman = sex.equals("female");
        var approved = share(who, woman ? (bias == Bias.BIASED ? 40 : 58) : 60);
        // about 74 of 100 repay, in every group: the biased scorer declines women who would have
        var repays = share(who + approved, approved ? 90 : woman && bias == Bias.BIASED ? 63 : 50);
        var score = approved ? 600 + random.nextInt(251) : 300 + random.nextInt(300);
        var repaid = random.nextInt(50) == 0 ? "" : repays ? "yes" : "no";
        return String.format(
                Locale.ROOT,
                "A%06d,%s,%s,%s,%d,%s,%s\n",
                number,
                sex,
                age,
                region,
                score,
                approved ? "approved" : "declined",
                repaid);
    }

    /** True for {@code percent} of 100 calls with this key, evenly spread. */
    private boolean share(String key, int percent) {
        var sum = carried.getOrDefault(key, 50) + percent;
        carried.put(key, sum % 100);
        return sum >= 100;
    }
}
