package libp2p.multiformats;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The positional bases (10, 36, 58): the bytes are one big-endian number, and each leading zero byte is one leading
 * zero digit. Time grows with the square of the length, hence {@link MultiformatsLimits#POSITIONAL_BASE_LENGTH}. The arithmetic is
 * on limbs of 32 bits, several digits at a time.
 */
final class RadixCodec implements BaseCodec {
    private static final long LIMB = 0xffff_ffffL;

    private final byte[] alphabet;
    private final byte[] inverse;
    /** Digits handled at once: as many as fit into 31 bits. */
    private final int chunk;
    /** power[i] is base to the i, up to the chunk. */
    private final int[] power;

    private final double bytesPerDigit;

    RadixCodec(String alphabet, boolean anyCase) {
        this.alphabet = alphabet.getBytes(StandardCharsets.US_ASCII);
        this.inverse = BaseCodec.inverse(alphabet, anyCase);
        int base = alphabet.length();
        int digits = 0;
        for (long p = base; p <= Integer.MAX_VALUE; p *= base) {
            digits++;
        }
        this.chunk = digits;
        this.power = new int[digits + 1];
        power[0] = 1;
        for (int i = 1; i <= digits; i++) {
            power[i] = power[i - 1] * base;
        }
        this.bytesPerDigit = Math.log(base) / Math.log(256);
    }

    @Override
    public String encode(String prefix, byte[] data) {
        if (data.length > MultiformatsLimits.POSITIONAL_BASE_LENGTH) {
            throw new IllegalArgumentException("multibase: " + data.length + " bytes are more than the limit of "
                    + MultiformatsLimits.POSITIONAL_BASE_LENGTH + " for base " + alphabet.length);
        }
        int zeros = 0;
        while (zeros < data.length && data[zeros] == 0) {
            zeros++;
        }
        int[] limbs = toLimbs(data, zeros);
        var out = new byte[prefix.length() + zeros + (int) ((data.length - zeros) / bytesPerDigit) + chunk + 1];
        int at = out.length;
        int first = 0;
        while (first < limbs.length) {
            int rest = divide(limbs, first, power[chunk]);
            while (first < limbs.length && limbs[first] == 0) {
                first++;
            }
            for (int i = 0; i < chunk && (rest != 0 || first < limbs.length); i++) {
                out[--at] = alphabet[rest % alphabet.length];
                rest /= alphabet.length;
            }
        }
        at -= zeros;
        Arrays.fill(out, at, at + zeros, alphabet[0]);
        for (int i = prefix.length() - 1; i >= 0; i--) {
            out[--at] = (byte) prefix.charAt(i);
        }
        return new String(out, at, out.length - at, StandardCharsets.ISO_8859_1);
    }

    /** The number as limbs, most significant first and not zero. */
    private static int[] toLimbs(byte[] data, int from) {
        int length = data.length - from;
        var limbs = new int[(length + 3) / 4];
        for (int i = 0; i < length; i++) {
            limbs[limbs.length - 1 - i / 4] |= (data[data.length - 1 - i] & 0xff) << (i % 4 * 8);
        }
        return limbs;
    }

    /** Divides in place and returns the remainder. */
    private static int divide(int[] limbs, int first, int divisor) {
        long rest = 0;
        for (int i = first; i < limbs.length; i++) {
            long dividend = (rest << 32) | (limbs[i] & LIMB);
            long quotient = dividend / divisor;
            limbs[i] = (int) quotient;
            rest = dividend - quotient * divisor;
        }
        return (int) rest;
    }

    @Override
    public byte[] decode(String text, int from, int to) {
        if (to - from > MultiformatsLimits.POSITIONAL_BASE_LENGTH) {
            throw new MalformedException("multibase: " + (to - from) + " characters are more than the limit of "
                    + MultiformatsLimits.POSITIONAL_BASE_LENGTH + " for base " + alphabet.length);
        }
        int start = from;
        while (start < to && text.charAt(start) == alphabet[0]) {
            start++;
        }
        // Least significant limb first; `used` limbs hold the number read so far.
        var limbs = new int[(int) ((to - start) * bytesPerDigit) / 4 + 2];
        int used = 0;
        int i = start;
        while (i < to) {
            int end = Math.min(i + chunk, to);
            int factor = power[end - i];
            int value = 0;
            for (; i < end; i++) {
                value = value * alphabet.length + BaseCodec.digit(inverse, text, i);
            }
            used = multiplyAdd(limbs, used, factor, value);
        }
        return toBytes(limbs, used, start - from);
    }

    private static int multiplyAdd(int[] limbs, int used, int factor, int addend) {
        long carry = addend;
        for (int i = 0; i < used; i++) {
            long product = (limbs[i] & LIMB) * factor + carry;
            limbs[i] = (int) product;
            carry = product >>> 32;
        }
        if (carry == 0) {
            return used;
        }
        limbs[used] = (int) carry;
        return used + 1;
    }

    private static byte[] toBytes(int[] limbs, int used, int zeros) {
        int length = used == 0 ? 0 : used * 4 - Integer.numberOfLeadingZeros(limbs[used - 1]) / 8;
        var out = new byte[zeros + length];
        for (int i = 0; i < length; i++) {
            out[out.length - 1 - i] = (byte) (limbs[i / 4] >>> (i % 4 * 8));
        }
        return out;
    }
}
