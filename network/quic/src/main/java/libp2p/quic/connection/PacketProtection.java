package libp2p.quic.connection;

import java.nio.ByteBuffer;
import libp2p.quic.protect.KeyPhases;
import libp2p.quic.protect.PacketKeys;
import org.jspecify.annotations.Nullable;

/**
 * Seals the packets of a connection. Those of one size that follow each other in a batch get the masks of their headers
 * together when they are all sealed. Under the lock of the connection.
 */
final class PacketProtection {
    private final Connection connection;
    /** The batch whose packets wait for their masks; null while each packet gets its own at once. */
    private @Nullable SendBatch batch;

    private int from;
    private int stride;
    private int count;
    private int numberAt;

    PacketProtection(Connection connection) {
        this.connection = connection;
    }

    /** From now on packets of 1-RTT keys follow each other at the end of a batch, and all but the last have one size. */
    void begin(SendBatch target, int size) {
        batch = target;
        from = target.length();
        stride = size;
        count = 0;
    }

    /** Protects the headers of all packets since {@link #begin}. */
    void end() {
        SendBatch target = batch;
        batch = null;
        if (target != null && count > 0) {
            oneRtt().protect(target.buffer(), from, stride, count, numberAt, target.masks());
        }
    }

    /**
     * Seals a packet.
     *
     * @param plain holds it from its start on
     * @param at where it goes
     * @param number the last bytes of which stand in the array, at {@code numberAt}
     * @param end where the payload ends, in the array
     * @return its size
     */
    int seal(
            LevelState level,
            byte[] plain,
            ByteBuffer target,
            int at,
            int numberAt,
            int numberLength,
            long number,
            int end) {
        if (level.index == TlsDriver.APPLICATION) {
            KeyPhases keys = oneRtt();
            int sealed = keys.seal(plain, target, at, numberAt, numberLength, number, end);
            if (batch == null) {
                keys.protect(target, at, numberAt);
            } else {
                this.numberAt = numberAt;
                count++;
            }
            return sealed - at;
        }
        PacketKeys keys = level.sending;
        if (keys == null) {
            throw new IllegalStateException(
                    "no keys to seal packets of level " + level.index + " (a bug of this engine)");
        }
        int sealed = keys.seal(plain, target, at, numberAt, numberLength, number, end);
        keys.protect(target, at, numberAt);
        return sealed - at;
    }

    private KeyPhases oneRtt() {
        KeyPhases keys = connection.oneRtt;
        if (keys == null) {
            throw new IllegalStateException("no 1-RTT keys before the handshake has made them (a bug of this engine)");
        }
        return keys;
    }
}
