package libp2p.swarm.testing;

import java.nio.ByteBuffer;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;

/** Peers and addresses by number. */
public final class Peers {
    private Peers() {}

    /** An id as of a hashed key. */
    public static PeerId id(int number) {
        return PeerId.fromBytes(ByteBuffer.allocate(34)
                .put((byte) 0x12)
                .put((byte) 32)
                .putInt(number)
                .array());
    }

    /** A public address. */
    public static Multiaddr address(int number) {
        return Multiaddr.parse(
                "/ip4/5." + (number >> 16 & 255) + "." + (number >> 8 & 255) + "." + (number & 255) + "/tcp/4001");
    }
}
