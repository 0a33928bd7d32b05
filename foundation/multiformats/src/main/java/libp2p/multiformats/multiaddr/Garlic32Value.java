package libp2p.multiformats.multiaddr;

import java.util.Arrays;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multibase;

/**
 * An I2P address in lower-case base32: a hash of 32 bytes, or at least 35 bytes for an encrypted lease set. The unused
 * bits of the last character may have any value, as in the reference implementation.
 */
final class Garlic32Value implements Value {
    @Override
    public void parse(String text, int from, int to, Sink out) {
        int buffer = 0;
        int held = 0;
        for (int i = from; i < to; i++) {
            buffer = (buffer << 5) | digit(text.charAt(i));
            held += 5;
            if (held >= 8) {
                held -= 8;
                out.put(buffer >>> held);
            }
        }
        if (held >= 5) {
            throw new MalformedException("its length is impossible in base32");
        }
    }

    private static int digit(char c) {
        if (c >= 'a' && c <= 'z') {
            return c - 'a';
        }
        if (c >= '2' && c <= '7') {
            return c - '2' + 26;
        }
        throw new MalformedException("not base32");
    }

    @Override
    public void check(byte[] in, int from, int to) {
        if (to - from != 32 && to - from < 35) {
            throw new MalformedException("has " + (to - from) + " bytes instead of 32, or at least 35");
        }
    }

    @Override
    public void print(byte[] in, int from, int to, StringBuilder out) {
        out.append(Multibase.BASE32.encodeBare(Arrays.copyOfRange(in, from, to)));
    }
}
