package io.countersign.web.review;

import io.countersign.governance.shared.CommandRefused;
import io.countersign.web.page.Typed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The rows for conditions and remarks beside a signature: {@code condition1-text} and so on, of
 * which those left blank are no condition.
 */
final class TermsForm {
    /** How many rows of each there are. */
    static final int ROWS = 3;

    private static final Pattern FIELD = Pattern.compile("(condition|remark)s\\[(\\d+)]\\.(\\w+)");

    private final Typed typed;
    private final List<Integer> conditions;
    private final List<Integer> remarks;

    TermsForm(Map<String, String> fields) {
        typed = new Typed(fields);
        conditions = filled("condition", "text", "evidence", "owner", "dueAt", "confirmer");
        remarks = filled("remark", "text", "grade");
    }

    boolean blank() {
        return conditions.isEmpty() && remarks.isEmpty();
    }

    List<Signing.Terms> conditions() {
        return conditions.stream()
                .map(row ->
                        new Signing.Terms(
                                at("condition", row, "text"),
                                at("condition", row, "evidence"),
                                at("condition", row, "owner"),
                                at("condition", row, "dueAt"),
                                at("condition", row, "confirmer")))
                .toList();
    }

    List<Signing.Said> remarks() {
        return remarks.stream()
                .map(row -> new Signing.Said(at("remark", row, "grade"), at("remark", row, "text")))
                .toList();
    }

    /** The refusal beside the field of the row it is about. */
    CommandRefused beside(CommandRefused refused) {
        var refusal = refused.refusal();
        var field = FIELD.matcher(String.valueOf(refusal.details().get("field")));
        if (!field.matches()) {
            return refused;
        }
        var rows = field.group(1).equals("condition") ? conditions : remarks;
        var row = rows.get(Integer.parseInt(field.group(2)));
        var named =
                new CommandRefused(
                        refusal.with("field", field.group(1) + row + "-" + field.group(3)));
        return refused.isRecorded() ? named.asRecorded() : named;
    }

    private String at(String kind, int row, String field) {
        return typed.text(kind + row + "-" + field);
    }

    private List<Integer> filled(String kind, String... fields) {
        var rows = new ArrayList<Integer>();
        for (int row = 1; row <= ROWS; row++) {
            var number = row;
            if (Stream.of(fields).anyMatch(field -> !at(kind, number, field).isEmpty())) {
                rows.add(row);
            }
        }
        return rows;
    }
}
