package io.countersign.governance.intake;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelBuilder;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A CEL expression, true or false, over the answers to some questions: {@code answers.<question>}
 * is a bool, a text, a list of texts or a whole number. It is checked against the questionnaire
 * when it is read: a question or an answer that is not there does not compile. Safe to share
 * between threads.
 */
final class Condition {
    private static final String ANSWERS = "answers";
    private static final int MAX_ITERATIONS = 1_000;

    private final String source;
    private final Set<String> reads;
    private final CelRuntime.Program program;

    /** Where in an expression something is wrong: line from 1, column from 0. */
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;
        final int line;
        final int column;

        Wrong(int line, int column, String reason) {
            super(reason);
            this.line = line;
            this.column = column;
        }
    }

    /**
     * @param questions those it may read, by id
     */
    Condition(String source, Map<String, Question> questions) throws Wrong {
        this.source = source;
        try {
            var cel = over(questions.values());
            var parsed = cel.parse(source).getAst();
            this.reads = new Check(parsed, questions).reads();
            this.program = cel.createProgram(cel.check(parsed).getAst());
        } catch (CelValidationException e) {
            var first = e.getErrors().getFirst();
            throw new Wrong(
                    first.getSourceLocation().getLine(),
                    first.getSourceLocation().getColumn(),
                    "this is not valid CEL: " + first.getMessage());
        } catch (CelEvaluationException e) {
            throw new Wrong(1, 0, String.valueOf(e.getMessage()));
        }
    }

    String source() {
        return source;
    }

    /** The questions it reads. */
    Set<String> reads() {
        return reads;
    }

    /**
     * Whether it holds; empty where that cannot be decided, since it reads a question that has no
     * answer and does not follow without it.
     *
     * @param answers by question: {@link Boolean}, {@link String}, {@link List} of them or {@link
     *     Long}
     */
    Optional<Boolean> holds(Map<String, Object> answers) {
        var variables = new HashMap<String, Object>();
        answers.forEach((question, answer) -> variables.put(ANSWERS + "." + question, answer));
        try {
            return program.eval(variables) instanceof Boolean answer
                    ? Optional.of(answer)
                    : Optional.empty();
        } catch (CelEvaluationException _) {
            return Optional.empty();
        }
    }

    private static Cel over(Collection<Question> questions) {
        CelBuilder builder =
                CelFactory.standardCelBuilder()
                        .setOptions(
                                CelOptions.current()
                                        .comprehensionMaxIterations(MAX_ITERATIONS)
                                        .maxExpressionCodePointSize(2_000)
                                        .build())
                        .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                        .setResultType(SimpleType.BOOL);
        questions.stream()
                .filter(question -> question.kind() != Question.Kind.TEXT)
                .forEach(question -> builder.addVar(ANSWERS + "." + question.id(), type(question)));
        return builder.build();
    }

    private static CelType type(Question question) {
        return switch (question.kind()) {
            case YES_NO -> SimpleType.BOOL;
            case ONE_OF, TEXT -> SimpleType.STRING;
            case MANY_OF -> ListType.create(SimpleType.STRING);
            case NUMBER -> SimpleType.INT;
        };
    }

    /** Looks at an expression before it is compiled, for words people understand. */
    private static final class Check {
        private final CelAbstractSyntaxTree ast;
        private final Map<String, Question> questions;
        private final Set<String> reads = new TreeSet<>();

        Check(CelAbstractSyntaxTree ast, Map<String, Question> questions) throws Wrong {
            this.ast = ast;
            this.questions = questions;
            var nodes = CelNavigableAst.fromAst(ast).getRoot().allNodes().toList();
            for (var node : nodes) {
                if (node.getKind() == CelExpr.ExprKind.Kind.IDENT
                        && node.expr().ident().name().equals(ANSWERS)) {
                    reads.add(question(node));
                }
            }
            if (reads.isEmpty()) {
                throw new Wrong(
                        1, 0, "this reads no answer; write answers.<question>, such as answers.x");
            }
            for (var node : nodes) {
                if (node.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                        && node.expr().constant().getKind() == CelConstant.Kind.STRING_VALUE) {
                    requireAnswer(node);
                }
            }
        }

        Set<String> reads() {
            return reads;
        }

        private String question(CelNavigableExpr node) throws Wrong {
            var above = node.parent().map(CelNavigableExpr::expr).orElse(null);
            if (above == null
                    || above.getKind() != CelExpr.ExprKind.Kind.SELECT
                    || above.select().testOnly()) {
                throw wrong(node, "write answers.<question>, such as answers.useOnPeople");
            }
            var id = above.select().field();
            var question = questions.get(id);
            if (question == null) {
                throw wrong(
                        node,
                        "there is no question '"
                                + id
                                + "' that this can read; there are: "
                                + (questions.isEmpty()
                                        ? "none before it"
                                        : String.join(", ", new TreeSet<>(questions.keySet()))));
            }
            if (question.kind() == Question.Kind.TEXT) {
                throw wrong(
                        node,
                        "'"
                                + id
                                + "' is answered in words, which can be erased, so that no rule"
                                + " may rest on them");
            }
            if (!question.required()) {
                throw wrong(
                        node,
                        "the question '"
                                + id
                                + "' may be left open, so that nothing can rest on it; make it"
                                + " required");
            }
            return id;
        }

        /** A text can only be the id of an answer, of the question it is compared with if known. */
        private void requireAnswer(CelNavigableExpr text) throws Wrong {
            var word = text.expr().constant().stringValue();
            var against = new HashSet<String>();
            for (var up = text.parent(); up.isPresent() && against.isEmpty(); ) {
                var call = up.get();
                call.descendants()
                        .filter(node -> node.getKind() == CelExpr.ExprKind.Kind.SELECT)
                        .map(node -> node.expr().select())
                        .filter(select ->
                                select.operand().getKind() == CelExpr.ExprKind.Kind.IDENT
                                        && select.operand().ident().name().equals(ANSWERS))
                        .forEach(select -> against.add(select.field()));
                up = call.parent();
            }
            var known =
                    against.stream()
                            .flatMap(id -> options(id).stream())
                            .map(Question.Option::id)
                            .toList();
            if (!known.contains(word)) {
                throw wrong(
                        text,
                        "'"
                                + word
                                + "' is no answer to "
                                + String.join(" or ", new TreeSet<>(against))
                                + "; there are: "
                                + (known.isEmpty() ? "none to choose" : String.join(", ", known)));
            }
        }

        private List<Question.Option> options(String id) {
            var question = questions.get(id);
            return question == null || question.kind() == Question.Kind.YES_NO
                    ? List.of()
                    : question.options();
        }

        private Wrong wrong(CelNavigableExpr node, String reason) {
            var at = ast.getSource().getPositionsMap().get(node.expr().id());
            var location = ast.getSource().getOffsetLocation(at == null ? 0 : at).orElse(null);
            return new Wrong(
                    location == null ? 1 : location.getLine(),
                    location == null ? 0 : location.getColumn(),
                    reason);
        }
    }
}
