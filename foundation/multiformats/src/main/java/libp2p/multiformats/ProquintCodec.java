package libp2p.multiformats;

/**
 * Proquints: sixteen bits are a pronounceable word of five letters, words are joined by hyphens (<a
 * href="https://arxiv.org/html/0901.4016">arXiv 0901.4016</a>). Only whole words: an even number of bytes.
 */
final class ProquintCodec implements BaseCodec {
    private static final String CONSONANTS = "bdfghjklmnprstvz";
    private static final String VOWELS = "aiou";
    private static final int WORD = 5;

    private final byte[] consonants = BaseCodec.inverse(CONSONANTS, false);
    private final byte[] vowels = BaseCodec.inverse(VOWELS, false);

    @Override
    public String encode(String prefix, byte[] data) {
        if (data.length % 2 != 0) {
            throw new IllegalArgumentException("multibase: proquint needs an even number of bytes, not " + data.length);
        }
        var text = new StringBuilder(Math.addExact(prefix.length(), Math.multiplyExact(data.length / 2, WORD + 1)));
        text.append(prefix);
        for (int i = 0; i < data.length; i += 2) {
            if (i > 0) {
                text.append('-');
            }
            int word = ((data[i] & 0xff) << 8) | (data[i + 1] & 0xff);
            text.append(CONSONANTS.charAt(word >>> 12))
                    .append(VOWELS.charAt((word >>> 10) & 3))
                    .append(CONSONANTS.charAt((word >>> 6) & 0xf))
                    .append(VOWELS.charAt((word >>> 4) & 3))
                    .append(CONSONANTS.charAt(word & 0xf));
        }
        return text.toString();
    }

    @Override
    public byte[] decode(String text, int from, int to) {
        if (from == to) {
            return new byte[0];
        }
        if ((to - from) % (WORD + 1) != WORD) {
            throw new MalformedException("multibase: proquint words must have " + WORD + " letters");
        }
        var out = new byte[(to - from + 1) / (WORD + 1) * 2];
        int next = 0;
        for (int i = from; i < to; i += WORD + 1) {
            if (i > from && text.charAt(i - 1) != '-') {
                throw BaseCodec.badCharacter(text, i - 1);
            }
            int word = (BaseCodec.digit(consonants, text, i) << 12)
                    | (BaseCodec.digit(vowels, text, i + 1) << 10)
                    | (BaseCodec.digit(consonants, text, i + 2) << 6)
                    | (BaseCodec.digit(vowels, text, i + 3) << 4)
                    | BaseCodec.digit(consonants, text, i + 4);
            out[next++] = (byte) (word >>> 8);
            out[next++] = (byte) word;
        }
        return out;
    }
}
