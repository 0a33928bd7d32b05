package libp2p.multiformats.multiaddr;

import java.util.Arrays;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multibase;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.MultiformatsLimits;
import libp2p.multiformats.Varint;

/**
 * A peer id: an identity or SHA2-256 multihash. Reads base58btc text ({@code Qm…}, {@code 1…}) and CIDs with codec
 * libp2p-key, writes base58btc.
 */
final class PeerIdValue implements Value {
    private static final int SHA2_256_BYTES = 32;

    /** Longer keys are hashed (specification, peer-ids). */
    private static final int INLINED_KEY_BYTES = 42;

    @Override
    public void parse(String text, int from, int to, Sink out) {
        String id = text.substring(from, to);
        byte[] multihash;
        if (id.startsWith("Qm") || id.startsWith("1")) {
            multihash = Multibase.BASE58BTC.decodeBare(id);
        } else {
            Cid cid = Cid.parse(id);
            if (cid.codec() != Multicodec.LIBP2P_KEY) {
                throw new MalformedException(
                        "the codec of its CID is 0x" + Long.toHexString(cid.codec()) + ", not libp2p-key");
            }
            multihash = cid.hash().toBytes();
        }
        out.put(multihash, 0, multihash.length);
    }

    @Override
    public void check(byte[] in, int from, int to) {
        long code = Varint.decode(in, from, to);
        int lengthAt = from + Varint.size(code);
        long length = Varint.decode(in, lengthAt, to);
        if (length > MultiformatsLimits.DIGEST_BYTES || length != to - lengthAt - Varint.size(length)) {
            throw new MalformedException("wrong length of its multihash: " + length);
        }
        if (code != Multicodec.IDENTITY && code != Multicodec.SHA2_256) {
            throw new MalformedException(
                    "its multihash is neither identity nor SHA2-256, but code 0x" + Long.toHexString(code));
        }
        if (code == Multicodec.IDENTITY && (length == 0 || length > INLINED_KEY_BYTES)) {
            throw new MalformedException("its inlined key has " + length + " bytes, allowed 1 to " + INLINED_KEY_BYTES);
        }
        if (code == Multicodec.SHA2_256 && length != SHA2_256_BYTES) {
            throw new MalformedException("its SHA2-256 digest has " + length + " bytes");
        }
    }

    @Override
    public void print(byte[] in, int from, int to, StringBuilder out) {
        out.append(Multibase.BASE58BTC.encodeBare(Arrays.copyOfRange(in, from, to)));
    }
}
