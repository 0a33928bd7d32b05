package libp2p.multiformats.multiaddr;

import java.util.Arrays;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multibase;

/** The id of a Textile thread: any bytes. Reads any multibase, writes base32. */
final class ThreadValue implements Value {
    @Override
    public void parse(String text, int from, int to, Sink out) {
        byte[] id = Multibase.decode(text.substring(from, to));
        out.put(id, 0, id.length);
    }

    @Override
    public void check(byte[] in, int from, int to) {
        if (from == to) {
            throw new MalformedException("empty");
        }
    }

    @Override
    public void print(byte[] in, int from, int to, StringBuilder out) {
        out.append(Multibase.BASE32.encode(Arrays.copyOfRange(in, from, to)));
    }
}
