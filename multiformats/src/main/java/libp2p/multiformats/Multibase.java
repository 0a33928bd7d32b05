package libp2p.multiformats;

/**
 * Binary data as text whose first character names the base (<a
 * href="https://github.com/multiformats/multibase">multibase</a>). Decoding is strict: characters outside the alphabet,
 * missing or wrong padding, fill bits other than zero and impossible lengths are refused. Letter case is ignored only
 * where the specification says so (bases 16, 32 and 36).
 */
public enum Multibase {
    /** RFC 4648, lower case, no padding: the usual text of a version 1 CID. */
    BASE32('b', "base32", new BitCodec("abcdefghijklmnopqrstuvwxyz234567", true, false)),
    /** Digits and lower case letters: the usual text of an IPNS name. */
    BASE36('k', "base36", new RadixCodec("0123456789abcdefghijklmnopqrstuvwxyz", true)),
    /** Bitcoin's alphabet: the usual text of a peer id. */
    BASE58BTC('z', "base58btc", new RadixCodec("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", false)),
    /** RFC 4648, URL-safe, no padding. */
    BASE64URL(
            'u',
            "base64url",
            new BitCodec("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false, false));

    private static final Multibase[] ALL = values();

    private final int prefix;
    private final String prefixText;
    private final String label;
    private final BaseCodec codec;

    Multibase(int prefix, String label, BaseCodec codec) {
        this.prefix = prefix;
        this.prefixText = Character.toString(prefix);
        this.label = label;
        this.codec = codec;
    }

    /**
     * The base that the first character of a text names.
     *
     * @param text a multibase text
     * @return the base
     * @throws MalformedException if the text is empty or its prefix unknown
     */
    public static Multibase of(String text) {
        if (text.isEmpty()) {
            throw new MalformedException("multibase: empty text");
        }
        int prefix = text.codePointAt(0);
        for (Multibase base : ALL) {
            if (base.prefix == prefix) {
                return base;
            }
        }
        throw new MalformedException("multibase: unknown prefix of " + MalformedException.quote(text));
    }

    /**
     * Decodes a text with its prefix.
     *
     * @param text a multibase text
     * @return the data
     * @throws MalformedException if the prefix is unknown or the rest is not a text of that base
     */
    public static byte[] decode(String text) {
        Multibase base = of(text);
        return base.codec.decode(text, base.prefixText.length(), text.length());
    }

    /**
     * Encodes with the prefix.
     *
     * @param data the data
     * @return the text
     * @throws IllegalArgumentException if the data is longer than the base allows
     */
    public String encode(byte[] data) {
        return codec.encode(prefixText, data);
    }

    /**
     * Encodes without prefix.
     *
     * @param data the data
     * @return the text
     * @throws IllegalArgumentException if the data is longer than the base allows
     */
    public String encodeBare(byte[] data) {
        return codec.encode("", data);
    }

    /**
     * Decodes a text that has no prefix.
     *
     * @param text a text of this base
     * @return the data
     * @throws MalformedException if it is not a text of this base
     */
    public byte[] decodeBare(String text) {
        return codec.decode(text, 0, text.length());
    }

    /** {@return the code point of the prefix} */
    public int prefix() {
        return prefix;
    }

    /** {@return the name in the multibase table} */
    public String label() {
        return label;
    }
}
