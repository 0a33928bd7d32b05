package libp2p.multiformats.multiaddr;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import libp2p.multiformats.MalformedException;

/** UTF-8 that refuses unpaired surrogates instead of replacing them. */
final class Utf8 {
    private Utf8() {}

    static byte[] encode(String text, int from, int to) {
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text, from, to));
            return Arrays.copyOf(utf8.array(), utf8.limit());
        } catch (CharacterCodingException e) {
            throw new MalformedException("contains an unpaired surrogate");
        }
    }
}
