package libp2p.multiformats;

import java.util.Arrays;

/** One alphabet and its arithmetic, without the multibase prefix. */
interface BaseCodec {
    /**
     * Encodes the whole of {@code data}.
     *
     * @param prefix put before the text; empty for none
     */
    String encode(String prefix, byte[] data);

    /**
     * Decodes the characters {@code from} to {@code to} of a text.
     *
     * @throws MalformedException naming the index of the first bad character
     */
    byte[] decode(String text, int from, int to);

    /** A table from ASCII characters to their index in an alphabet, -1 for all others. */
    static byte[] inverse(String alphabet, boolean anyCase) {
        var table = new byte[128];
        Arrays.fill(table, (byte) -1);
        for (int i = 0; i < alphabet.length(); i++) {
            char c = alphabet.charAt(i);
            table[c] = (byte) i;
            if (anyCase) {
                table[Character.toLowerCase(c)] = (byte) i;
                table[Character.toUpperCase(c)] = (byte) i;
            }
        }
        return table;
    }

    /** The value of the character at an index. */
    static int digit(byte[] inverse, String text, int at) {
        char c = text.charAt(at);
        int digit = c < 128 ? inverse[c] : -1;
        if (digit < 0) {
            throw badCharacter(text, at);
        }
        return digit;
    }

    static MalformedException badCharacter(String text, int at) {
        return new MalformedException("multibase: character "
                + MalformedException.quote(text.substring(at, text.offsetByCodePoints(at, 1)))
                + " at index " + at + " is not in the alphabet");
    }
}
