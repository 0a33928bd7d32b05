package libp2p.multiformats;

/** Base 45 (RFC 9285): two bytes are three characters, a single last byte is two; least significant digit first. */
final class Base45Codec implements BaseCodec {
    private static final int BASE = 45;
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

    private final byte[] inverse = BaseCodec.inverse(ALPHABET, false);

    @Override
    public String encode(String prefix, byte[] data) {
        int digits = Math.toIntExact(data.length / 2 * 3L + data.length % 2 * 2L);
        var text = new StringBuilder(Math.addExact(prefix.length(), digits)).append(prefix);
        for (int i = 0; i < data.length; i += 2) {
            boolean pair = i + 1 < data.length;
            int value = pair ? ((data[i] & 0xff) << 8) | (data[i + 1] & 0xff) : data[i] & 0xff;
            for (int digit = pair ? 3 : 2; digit > 0; digit--) {
                text.append(ALPHABET.charAt(value % BASE));
                value /= BASE;
            }
        }
        return text.toString();
    }

    @Override
    public byte[] decode(String text, int from, int to) {
        int length = to - from;
        if (length % 3 == 1) {
            throw new MalformedException(
                    "multibase: " + length + " characters of base 45 are no whole number of bytes");
        }
        var out = new byte[length / 3 * 2 + length % 3 / 2];
        int next = 0;
        for (int i = from; i < to; i += 3) {
            boolean pair = to - i >= 3;
            int value = BaseCodec.digit(inverse, text, i) + BASE * BaseCodec.digit(inverse, text, i + 1);
            if (pair) {
                value += BASE * BASE * BaseCodec.digit(inverse, text, i + 2);
                if (value <= 0xffff) {
                    out[next++] = (byte) (value >>> 8);
                }
            }
            if (value > (pair ? 0xffff : 0xff)) {
                throw new MalformedException("multibase: the characters at index " + i + " are too large a number");
            }
            out[next++] = (byte) value;
        }
        return out;
    }
}
