package libp2p.multiformats;

import java.nio.charset.StandardCharsets;

/**
 * The bases whose size is a power of two (2, 8, 16, 32, 64): each character carries a fixed number of bits, the last
 * one filled up with zeros (RFC 4648). Strict: wrong lengths, wrong padding and fill bits other than zero are refused,
 * so that a text has one value and a value one text, up to letter case.
 */
final class BitCodec implements BaseCodec {
    private final byte[] alphabet;
    private final byte[] inverse;
    private final int bits;
    private final boolean padded;
    private final int group;

    BitCodec(String alphabet, boolean anyCase, boolean padded) {
        this.alphabet = alphabet.getBytes(StandardCharsets.US_ASCII);
        this.inverse = BaseCodec.inverse(alphabet, anyCase);
        this.bits = Integer.numberOfTrailingZeros(alphabet.length());
        this.padded = padded;
        this.group = bits == 5 ? 8 : 4;
    }

    @Override
    public String encode(String prefix, byte[] data) {
        long digits = (data.length * 8L + bits - 1) / bits;
        long length = prefix.length() + (padded ? (digits + group - 1) / group * group : digits);
        var out = new byte[Math.toIntExact(length)];
        int at = 0;
        for (; at < prefix.length(); at++) {
            out[at] = (byte) prefix.charAt(at);
        }
        int buffer = 0;
        int held = 0;
        for (byte b : data) {
            buffer = (buffer << 8) | (b & 0xff);
            held += 8;
            while (held >= bits) {
                held -= bits;
                out[at++] = alphabet[(buffer >>> held) & (alphabet.length - 1)];
            }
        }
        if (held > 0) {
            out[at++] = alphabet[(buffer << (bits - held)) & (alphabet.length - 1)];
        }
        while (at < out.length) {
            out[at++] = '=';
        }
        return new String(out, StandardCharsets.ISO_8859_1);
    }

    @Override
    public byte[] decode(String text, int from, int to) {
        int end = padded ? endOfDigits(text, from, to) : to;
        long total = (long) (end - from) * bits;
        int fill = (int) (total % 8);
        if (fill >= bits) {
            throw new MalformedException("multibase: " + (end - from) + " characters of base " + alphabet.length
                    + " are no whole number of bytes");
        }
        var out = new byte[(int) (total / 8)];
        int next = 0;
        int buffer = 0;
        int held = 0;
        for (int i = from; i < end; i++) {
            buffer = (buffer << bits) | BaseCodec.digit(inverse, text, i);
            held += bits;
            if (held >= 8) {
                held -= 8;
                out[next++] = (byte) (buffer >>> held);
            }
        }
        if ((buffer & ((1 << fill) - 1)) != 0) {
            throw new MalformedException(
                    "multibase: the fill bits of the last character, index " + (end - 1) + ", are not zero");
        }
        return out;
    }

    private int endOfDigits(String text, int from, int to) {
        int end = to;
        while (end > from && text.charAt(end - 1) == '=') {
            end--;
        }
        if ((to - from) % group != 0 || to - end >= group) {
            throw new MalformedException("multibase: wrong padding at index " + end);
        }
        return end;
    }
}
