package libp2p.multiformats.multiaddr;

import java.util.Arrays;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multibase;
import libp2p.multiformats.MultiformatsLimits;
import libp2p.multiformats.Varint;

/** The multihash of a certificate. Reads any multibase, writes base64url. */
final class CertHashValue implements Value {
    @Override
    public void parse(String text, int from, int to, Sink out) {
        byte[] multihash = Multibase.decode(text.substring(from, to));
        out.put(multihash, 0, multihash.length);
    }

    @Override
    public void check(byte[] in, int from, int to) {
        int lengthAt = from + Varint.size(Varint.decode(in, from, to));
        long length = Varint.decode(in, lengthAt, to);
        if (length > MultiformatsLimits.DIGEST_BYTES || length != to - lengthAt - Varint.size(length)) {
            throw new MalformedException("wrong length of its multihash: " + length);
        }
    }

    @Override
    public void print(byte[] in, int from, int to, StringBuilder out) {
        out.append(Multibase.BASE64URL.encode(Arrays.copyOfRange(in, from, to)));
    }
}
