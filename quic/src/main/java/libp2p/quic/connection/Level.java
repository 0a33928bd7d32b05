package libp2p.quic.connection;

import libp2p.quic.protect.PacketKeys;
import libp2p.quic.recovery.PacketSpace;
import libp2p.quic.stream.Chunks;
import libp2p.quic.stream.CryptoStream;
import org.jspecify.annotations.Nullable;

/**
 * The state of Initial, Handshake or 1-RTT packets: their numbers, handshake bytes, and keys, but for those of
 * 1-RTT.
 */
final class Level {
    static final int COUNT = 3;
    private static final int HANDSHAKE_BYTES = 64 << 10;
    private static final int LATER_BYTES = 4 << 10;

    final int index;
    final PacketSpace space;
    final CryptoStream crypto;

    @Nullable
    PacketKeys sending;

    @Nullable
    PacketKeys receiving;

    int probes;

    Level(int index, long maxAckDelay, Chunks chunks) {
        this.index = index;
        space = new PacketSpace(index == TlsDriver.APPLICATION, maxAckDelay);
        crypto = new CryptoStream(index == TlsDriver.APPLICATION ? LATER_BYTES : HANDSHAKE_BYTES, chunks);
    }

    void close() {
        PacketKeys ours = sending;
        if (ours != null) {
            ours.close();
            sending = null;
        }
        PacketKeys theirs = receiving;
        if (theirs != null) {
            theirs.close();
            receiving = null;
        }
    }
}
