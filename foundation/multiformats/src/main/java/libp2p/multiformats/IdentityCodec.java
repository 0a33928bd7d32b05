package libp2p.multiformats;

import java.nio.charset.StandardCharsets;

/** No encoding: the character U+0000 to U+00FF is the byte of the same value. */
final class IdentityCodec implements BaseCodec {
    @Override
    public String encode(String prefix, byte[] data) {
        return prefix + new String(data, StandardCharsets.ISO_8859_1);
    }

    @Override
    public byte[] decode(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) > 0xff) {
                throw BaseCodec.badCharacter(text, i);
            }
        }
        return text.substring(from, to).getBytes(StandardCharsets.ISO_8859_1);
    }
}
