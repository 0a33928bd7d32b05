package libp2p.multiformats;

import java.util.Locale;

/** The digits of the bases, in order. */
final class Alphabets {
    static final String HEX = "0123456789abcdef";
    static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
    static final String BASE32HEX = "0123456789abcdefghijklmnopqrstuv";
    static final String BASE32Z = "ybndrfg8ejkmcpqxot1uwisza345h769";
    static final String BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz";
    static final String BASE58BTC = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    static final String BASE58FLICKR = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
    static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static final String BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private Alphabets() {}

    static BaseCodec lower(String alphabet, boolean padded) {
        return new BitCodec(alphabet, true, padded);
    }

    static BaseCodec upper(String alphabet, boolean padded) {
        return new BitCodec(alphabet.toUpperCase(Locale.ROOT), true, padded);
    }

    static BaseCodec exact(String alphabet, boolean padded) {
        return new BitCodec(alphabet, false, padded);
    }
}
