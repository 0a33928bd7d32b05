package libp2p.multiformats;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Binary data as text whose first character names the base (<a
 * href="https://github.com/multiformats/multibase">multibase</a>). Decoding is strict: characters outside the alphabet,
 * missing or wrong padding, fill bits other than zero and impossible lengths are refused. Letter case is ignored only
 * where the specification says so (bases 16, 32 and 36).
 */
public enum Multibase {
    /** No encoding, for text in memory only: the character U+0000 to U+00FF is the byte of the same value. */
    IDENTITY(0, "identity", new IdentityCodec()),
    /** Binary digits. */
    BASE2('0', "base2", Alphabets.exact("01", false)),
    /** Octal digits, filled up with zero bits at the end. */
    BASE8('7', "base8", Alphabets.exact("01234567", false)),
    /** Decimal number; leading zeros are bytes. */
    BASE10('9', "base10", new RadixCodec("0123456789", false)),
    /** Hexadecimal, written in lower case. */
    BASE16('f', "base16", Alphabets.lower(Alphabets.HEX, false)),
    /** Hexadecimal, written in upper case. */
    BASE16UPPER('F', "base16upper", Alphabets.upper(Alphabets.HEX, false)),
    /** RFC 4648 with the hexadecimal alphabet, no padding. */
    BASE32HEX('v', "base32hex", Alphabets.lower(Alphabets.BASE32HEX, false)),
    /** RFC 4648 with the hexadecimal alphabet, no padding, written in upper case. */
    BASE32HEXUPPER('V', "base32hexupper", Alphabets.upper(Alphabets.BASE32HEX, false)),
    /** RFC 4648 with the hexadecimal alphabet and padding. */
    BASE32HEXPAD('t', "base32hexpad", Alphabets.lower(Alphabets.BASE32HEX, true)),
    /** RFC 4648 with the hexadecimal alphabet and padding, written in upper case. */
    BASE32HEXPADUPPER('T', "base32hexpadupper", Alphabets.upper(Alphabets.BASE32HEX, true)),
    /** RFC 4648, no padding: the usual text of a version 1 CID. */
    BASE32('b', "base32", Alphabets.lower(Alphabets.BASE32, false)),
    /** RFC 4648, no padding, written in upper case. */
    BASE32UPPER('B', "base32upper", Alphabets.upper(Alphabets.BASE32, false)),
    /** RFC 4648 with padding. */
    BASE32PAD('c', "base32pad", Alphabets.lower(Alphabets.BASE32, true)),
    /** RFC 4648 with padding, written in upper case. */
    BASE32PADUPPER('C', "base32padupper", Alphabets.upper(Alphabets.BASE32, true)),
    /** Zooko's alphabet, lower case only. */
    BASE32Z('h', "base32z", Alphabets.exact(Alphabets.BASE32Z, false)),
    /** Digits and letters, written in lower case: the usual text of an IPNS name. */
    BASE36('k', "base36", new RadixCodec(Alphabets.BASE36, true)),
    /** Digits and letters, written in upper case. */
    BASE36UPPER('K', "base36upper", new RadixCodec(Alphabets.BASE36.toUpperCase(Locale.ROOT), true)),
    /** RFC 9285. */
    BASE45('R', "base45", new Base45Codec()),
    /** Bitcoin's alphabet: the usual text of a peer id. */
    BASE58BTC('z', "base58btc", new RadixCodec(Alphabets.BASE58BTC, false)),
    /** Flickr's alphabet. */
    BASE58FLICKR('Z', "base58flickr", new RadixCodec(Alphabets.BASE58FLICKR, false)),
    /** RFC 4648, no padding. */
    BASE64('m', "base64", Alphabets.exact(Alphabets.BASE64, false)),
    /** RFC 4648 with padding. */
    BASE64PAD('M', "base64pad", Alphabets.exact(Alphabets.BASE64, true)),
    /** RFC 4648, URL-safe, no padding. */
    BASE64URL('u', "base64url", Alphabets.exact(Alphabets.BASE64URL, false)),
    /** RFC 4648, URL-safe, with padding. */
    BASE64URLPAD('U', "base64urlpad", Alphabets.exact(Alphabets.BASE64URL, true)),
    /** Pronounceable words of two bytes; the whole prefix is {@code pro-}. */
    PROQUINT('p', "proquint", "pro-", new ProquintCodec()),
    /** One emoji a byte. */
    BASE256EMOJI(0x1f680, "base256emoji", new EmojiCodec());

    private static final Multibase[] ALL = values();
    private static final @Nullable Multibase[] BY_ASCII = new Multibase[128];

    static {
        for (Multibase base : ALL) {
            if (base.prefix < BY_ASCII.length) {
                BY_ASCII[base.prefix] = base;
            }
        }
    }

    private final int prefix;
    private final String prefixText;
    private final String label;
    private final BaseCodec codec;

    Multibase(int prefix, String label, BaseCodec codec) {
        this(prefix, label, Character.toString(prefix), codec);
    }

    Multibase(int prefix, String label, String prefixText, BaseCodec codec) {
        this.prefix = prefix;
        this.prefixText = prefixText;
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
        char first = text.charAt(0);
        Multibase base = first < BY_ASCII.length ? BY_ASCII[first] : null;
        if (base != null) {
            return base;
        }
        if (text.codePointAt(0) == BASE256EMOJI.prefix) {
            return BASE256EMOJI;
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
        if (!text.startsWith(base.prefixText)) {
            throw new MalformedException(
                    "multibase: " + base.label + " begins with " + MalformedException.quote(base.prefixText));
        }
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
     * The base with a name.
     *
     * @param label such as {@code base58btc}
     * @return the base, or null if there is none
     */
    public static @Nullable Multibase ofLabel(String label) {
        for (Multibase base : ALL) {
            if (base.label.equals(label)) {
                return base;
            }
        }
        return null;
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
