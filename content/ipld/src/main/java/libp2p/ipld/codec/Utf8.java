package libp2p.ipld.codec;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import libp2p.multiformats.MalformedException;

/** Text that is exactly UTF-8, or an error. */
final class Utf8 {
    private Utf8() {}

    static String decode(String codec, byte[] bytes, int from, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException(codec + ": text that is not UTF-8 (at offset " + from + ")");
        }
    }

    static byte[] encode(String codec, String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new MalformedException(codec + ": text with half a surrogate pair cannot be written");
        }
    }
}
