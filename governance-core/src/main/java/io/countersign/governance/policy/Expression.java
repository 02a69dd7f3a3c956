package io.countersign.governance.policy;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import io.countersign.governance.shared.SubjectKind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** One compiled CEL expression over {@link FactModel}. Safe to share between threads. */
final class Expression {
    /** Of all comprehensions in one evaluation together. */
    private static final int MAX_ITERATIONS = 20_000;

    private static final Cel CONDITIONS = over(SimpleType.BOOL);
    private static final Cel TEXTS = over(SimpleType.STRING);
    private static final Cel LISTS = over(ListType.create(SimpleType.STRING));
    private static final Map<String, Object> NO_FACTS = noFacts();

    private final CelRuntime.Program program;

    /** Fact paths it reads, longest form, such as {@code model.trainingDatasets}. */
    private final Set<String> reads = new TreeSet<>();

    /** Those of them it cannot do without: not only asked about with {@code has}. */
    private final Set<String> needs = new TreeSet<>();

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

    private Expression(Cel cel, String source, SubjectKind kind) throws Wrong {
        try {
            var ast = cel.compile(source).getAst();
            collect(ast, kind);
            program = cel.createProgram(ast);
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

    /** An expression that is true or false. */
    static Expression condition(String source, SubjectKind kind) throws Wrong {
        return new Expression(CONDITIONS, source, kind);
    }

    /** An expression that is a text. */
    static Expression text(String source, SubjectKind kind) throws Wrong {
        return new Expression(TEXTS, source, kind);
    }

    /** The fact paths it reads. */
    Set<String> reads() {
        return java.util.Collections.unmodifiableSet(reads);
    }

    /** An expression that is a list of texts. */
    static Expression texts(String source, SubjectKind kind) throws Wrong {
        return new Expression(LISTS, source, kind);
    }

    /** The values of what it reads, by path. */
    Map<String, Object> inputs(Facts facts) {
        var inputs = new TreeMap<String, Object>();
        for (var path : reads) {
            facts.at(path)
                    .ifPresentOrElse(
                            value -> inputs.put(path, value), () -> nearest(facts, path, inputs));
        }
        return inputs;
    }

    /**
     * @throws CelEvaluationException where a fact is missing or of another type
     */
    Object evaluate(Facts facts) throws CelEvaluationException {
        var variables = new HashMap<>(NO_FACTS);
        variables.putAll(facts.tree());
        return program.eval(variables);
    }

    /** Why it could not be evaluated, for people. */
    String failure(Facts facts, CelEvaluationException e) {
        var missing = needs.stream().filter(path -> facts.at(path).isEmpty()).toList();
        return missing.isEmpty()
                ? "this could not be decided: " + e.getMessage()
                : "this could not be decided, since "
                        + (missing.size() == 1 ? "a fact is" : "facts are")
                        + " missing: "
                        + String.join(", ", missing);
    }

    /**
     * Of a missing path, what is there above it: {@code has(a.b.c)} is false where {@code a.b} is
     * there without {@code c}, and an error without it, and a replay must tell these apart.
     */
    private static void nearest(Facts facts, String path, Map<String, Object> inputs) {
        for (var up = path; up.contains("."); ) {
            up = up.substring(0, up.lastIndexOf('.'));
            var value = facts.at(up);
            if (value.isPresent()) {
                inputs.putIfAbsent(up, value.get() instanceof Map ? Map.of() : value.get());
                return;
            }
        }
    }

    private void collect(CelAbstractSyntaxTree ast, SubjectKind kind) throws Wrong {
        var variables = FactModel.variables();
        var nodes = CelNavigableAst.fromAst(ast).getRoot().allNodes().toList();
        for (var node : nodes) {
            var top = node;
            if (!(top.expr().getKind() == CelExpr.ExprKind.Kind.IDENT
                    && variables.contains(top.expr().ident().name()))) {
                continue;
            }
            var path = new ArrayDeque<String>();
            path.add(top.expr().ident().name());
            var tested = false;
            while (top.parent().isPresent()
                    && top.parent().get().expr().getKind() == CelExpr.ExprKind.Kind.SELECT) {
                top = top.parent().get();
                path.add(top.expr().select().field());
                tested = top.expr().select().testOnly();
            }
            var dotted = String.join(".", path);
            if (!FactModel.knows(kind, dotted)) {
                var at = ast.getSource().getPositionsMap().get(node.expr().id());
                var location = ast.getSource().getOffsetLocation(at == null ? 0 : at).orElse(null);
                throw new Wrong(
                        location == null ? 1 : location.getLine(),
                        location == null ? 0 : location.getColumn(),
                        "there is no fact '"
                                + dotted
                                + "' for a "
                                + kind.key()
                                + "; docs/policy-facts.md lists them");
            }
            reads.add(dotted);
            if (!tested) {
                needs.add(dotted);
            }
        }
    }

    private static Cel over(CelType result) {
        var builder =
                CelFactory.standardCelBuilder()
                        .setOptions(
                                CelOptions.current()
                                        .comprehensionMaxIterations(MAX_ITERATIONS)
                                        .maxExpressionCodePointSize(4_000)
                                        .enableHeterogeneousNumericComparisons(true)
                                        .build())
                        .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                        .addCompilerLibraries(CelExtensions.strings())
                        .addRuntimeLibraries(CelExtensions.strings())
                        .addFunctionDeclarations(
                                CelFunctionDecl.newFunctionDeclaration(
                                        "figure",
                                        CelOverloadDecl.newGlobalOverload(
                                                "figure_value", SimpleType.STRING, SimpleType.DYN),
                                        CelOverloadDecl.newGlobalOverload(
                                                "figure_value_limit",
                                                SimpleType.STRING,
                                                SimpleType.DYN,
                                                SimpleType.DYN)))
                        .addFunctionBindings(
                                CelFunctionBinding.from(
                                        "figure_value", Number.class, Expression::figure),
                                CelFunctionBinding.from(
                                        "figure_value_limit",
                                        Number.class,
                                        Number.class,
                                        Expression::figure))
                        .setResultType(result);
        FactModel.variables()
                .forEach(name ->
                        builder.addVar(
                                name,
                                name.equals("now")
                                        ? SimpleType.STRING
                                        : MapType.create(SimpleType.STRING, SimpleType.DYN)));
        return builder.build();
    }

    /** Every variable, empty: what was not supplied reads as a missing fact. */
    private static Map<String, Object> noFacts() {
        var empty = new HashMap<String, Object>();
        FactModel.variables().stream()
                .filter(name -> !name.equals("now"))
                .forEach(name -> empty.put(name, Map.of()));
        return Collections.unmodifiableMap(empty);
    }

    private static String figure(Number value) {
        return rounded(value.doubleValue(), Math.max(2, decimals(value.doubleValue())));
    }

    private static String figure(Number value, Number limit) {
        var exact = value.doubleValue();
        var bound = limit.doubleValue();
        var digits = 2;
        while (exact != bound
                && digits < 12
                && Double.parseDouble(rounded(exact, digits)) == bound) {
            digits++;
        }
        return rounded(exact, digits);
    }

    private static int decimals(double value) {
        return Double.isFinite(value)
                ? Math.min(12, BigDecimal.valueOf(value).stripTrailingZeros().scale())
                : 0;
    }

    private static String rounded(double value, int digits) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_UP).toPlainString()
                : "undefined";
    }
}
