package libp2p.quic.connection;

import libp2p.quic.protect.PacketKeys;
import libp2p.quic.recovery.PacketSpace;
import libp2p.quic.stream.CryptoStream;
import libp2p.quic.stream.StreamChunks;
import org.jspecify.annotations.Nullable;

/**
 * An encryption level (RFC 9001, section 2.1): the state of Initial, Handshake or 1-RTT packets: their numbers, handshake bytes, and keys, but for those of
 * 1-RTT.
 */
final class LevelState {
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

    LevelState(int index, long maxAckDelay, StreamChunks chunks) {
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
