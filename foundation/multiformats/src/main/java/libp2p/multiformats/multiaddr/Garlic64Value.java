package libp2p.multiformats.multiaddr;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import libp2p.multiformats.MalformedException;

/** An I2P destination, at least 386 bytes, in I2P's own base64: padded, with {@code -} and {@code ~} last. */
final class Garlic64Value implements Value {
    private static final int MIN_BYTES = 386;

    @Override
    public void parse(String text, int from, int to, Sink out) {
        if ((to - from) % 4 != 0) {
            throw new MalformedException("its length is not a multiple of 4");
        }
        var base64 = new byte[to - from];
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            base64[i - from] = switch (c) {
                case '-' -> '+';
                case '~' -> '/';
                case '+', '/' -> throw new MalformedException("not I2P base64");
                default -> c < 0x80 ? (byte) c : 0;
            };
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("not I2P base64");
        }
        out.put(bytes, 0, bytes.length);
    }

    @Override
    public void check(byte[] in, int from, int to) {
        if (to - from < MIN_BYTES) {
            throw new MalformedException("has " + (to - from) + " bytes instead of at least " + MIN_BYTES);
        }
    }

    @Override
    public void print(byte[] in, int from, int to, StringBuilder out) {
        byte[] base64 = Base64.getEncoder().encode(Arrays.copyOfRange(in, from, to));
        out.append(
                new String(base64, StandardCharsets.US_ASCII).replace('+', '-').replace('/', '~'));
    }
}
