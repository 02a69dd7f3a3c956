package io.countersign.governance.bias.engine;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * An exact number of two integers, or the reason why there is none. Rounded for display only.
 *
 * @param numerator may be negative in a difference
 * @param denominator greater than 0, or 0 exactly when undefined
 * @param undefined the reason, in words; null when the number is defined
 */
public record Fraction(long numerator, long denominator, @Nullable String undefined) {
    public Fraction {
        if (denominator < 0 || (denominator == 0) != (undefined != null)) {
            throw new IllegalArgumentException(
                    numerator + "/" + denominator + " with reason " + undefined);
        }
    }

    /** The rate as counted, not reduced: {@code 90/205}; undefined, with the reason, over 0. */
    public static Fraction rate(long numerator, long denominator, String ifZero) {
        return denominator == 0 ? undefined(ifZero) : new Fraction(numerator, denominator, null);
    }

    public static Fraction undefined(String reason) {
        return new Fraction(0, 0, reason);
    }

    public boolean defined() {
        return undefined == null;
    }

    /** This divided by the other, reduced. Both defined and the other greater than 0. */
    Fraction over(Fraction other) {
        return reduced(
                big(numerator).multiply(big(other.denominator)),
                big(denominator).multiply(big(other.numerator)));
    }

    /** The absolute difference, reduced. Both defined. */
    Fraction distanceTo(Fraction other) {
        var left = big(numerator).multiply(big(other.denominator));
        var right = big(other.numerator).multiply(big(denominator));
        return reduced(
                left.subtract(right).abs(), big(denominator).multiply(big(other.denominator)));
    }

    /** Exact order of two defined numbers. */
    int compare(Fraction other) {
        return big(numerator)
                .multiply(big(other.denominator))
                .compareTo(big(other.numerator).multiply(big(denominator)));
    }

    /**
     * For display, half up: {@code 0.7895}.
     *
     * @throws ArithmeticException when undefined
     */
    public BigDecimal rounded(int decimals) {
        return BigDecimal.valueOf(numerator)
                .divide(BigDecimal.valueOf(denominator), decimals, RoundingMode.HALF_UP);
    }

    /** For display, half up, without the sign: {@code 44.85}. */
    public BigDecimal percent(int decimals) {
        return BigDecimal.valueOf(numerator)
                .movePointRight(2)
                .divide(BigDecimal.valueOf(denominator), decimals, RoundingMode.HALF_UP);
    }

    private static Fraction reduced(BigInteger numerator, BigInteger denominator) {
        var common = numerator.gcd(denominator);
        return new Fraction(
                numerator.divide(common).longValueExact(),
                denominator.divide(common).longValueExact(),
                null);
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }

    @Override
    public String toString() {
        return defined() ? numerator + "/" + denominator : "undefined (" + undefined + ")";
    }
}
