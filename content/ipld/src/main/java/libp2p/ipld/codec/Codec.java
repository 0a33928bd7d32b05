package libp2p.ipld.codec;

import java.util.function.Consumer;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import org.jspecify.annotations.Nullable;

/** Encoder and decoder of values. Thread-safe. */
public interface Codec {
    /** Its code in the multicodec table. */
    long code();

    /**
     * The value of a whole block.
     *
     * @throws MalformedException if it is not what the codec says, or beyond a limit of {@link IpldLimits}
     */
    Node decode(byte[] block);

    /**
     * The canonical bytes of a value.
     *
     * @throws MalformedException if the codec cannot say it
     */
    byte[] encode(Node node);

    /** Gives the links of a block in the order of a depth-first walk, repeated ones again. */
    default void links(byte[] block, Consumer<Cid> visitor) {
        Links.of(decode(block), visitor);
    }

    /** The codec with a code, or null if this module has none. */
    static @Nullable Codec of(long code) {
        for (Codec codec : Codecs.ALL) {
            if (codec.code() == code) {
                return codec;
            }
        }
        return null;
    }

    /**
     * The codec of a CID.
     *
     * @throws MalformedException if this module has none
     */
    static Codec of(Cid cid) {
        Codec codec = of(cid.codec());
        if (codec == null) {
            throw new MalformedException("no codec for " + Multicodec.name(cid.codec()) + " of " + cid);
        }
        return codec;
    }
}
