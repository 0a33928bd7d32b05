package libp2p.ipld.codec;

import java.math.BigDecimal;
import java.math.MathContext;
import libp2p.multiformats.MalformedException;

/**
 * Text of floats: the shortest digits that say the value, with a point or an exponent, as ECMAScript does it.
 */
final class JsonNumbers {
    private JsonNumbers() {}

    static String text(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new MalformedException("dag-json: " + value + " cannot be written");
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal decimal = shortest(Math.abs(value)).stripTrailingZeros();
        String digits = decimal.unscaledValue().toString();
        int point = digits.length() - decimal.scale(); // where the point stands among the digits
        String sign = value < 0 ? "-" : "";
        if (point > 21 || point < -5) {
            String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
            int exponent = point - 1;
            return sign + digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + Math.abs(exponent);
        }
        if (point <= 0) {
            return sign + "0." + "0".repeat(-point) + digits;
        }
        if (point >= digits.length()) {
            return sign + digits + "0".repeat(point - digits.length()) + ".0";
        }
        return sign + digits.substring(0, point) + "." + digits.substring(point);
    }

    /** {@code Double.toString} shows two digits at least, also where one would do. */
    private static BigDecimal shortest(double value) {
        BigDecimal one = new BigDecimal(value).round(new MathContext(1));
        return one.doubleValue() == value ? one : new BigDecimal(Double.toString(value));
    }
}
