package libp2p.quic.connection;

import java.util.ArrayList;
import java.util.List;
import libp2p.quic.stream.Streams.Memory;

/**
 * Packets that have come before there are keys for them, as a first window does that leaves with the last message of a
 * handshake. They are few, and charged to a budget; the others are lost, as any packet may be. Under the lock of the
 * connection.
 */
public final class UndecryptablePackets {
    /** Those of a remote whose address is not proved. */
    private static final int UNPROVED = 10;
    /** The same of a proved one: a first window, which leaves before the other side has keys. */
    private static final int PROVED = 32;

    /** @param path on which it came */
    record Packet(byte[] bytes, NetworkPath path, int codepoint) {}

    private final List<Packet> packets = new ArrayList<>(1);
    private Memory memory = wanted -> true;
    private long bytes;

    UndecryptablePackets() {}

    /** Asks this budget from now on, before a packet is kept. */
    public void memory(Memory value) {
        memory = value;
    }

    /** Bytes that are kept now. */
    public long bytes() {
        return bytes;
    }

    /** Whether a packet of a path may be kept; its memory is charged then. */
    boolean mayKeep(NetworkPath path, int length) {
        if (packets.size() >= (path.isValidated() ? PROVED : UNPROVED) || !memory.grow(length)) {
            return false;
        }
        bytes += length;
        return true;
    }

    void keep(Packet packet) {
        packets.add(packet);
    }

    /** Hands over all; no more is kept for them. */
    List<Packet> take() {
        List<Packet> taken = List.copyOf(packets);
        packets.clear();
        bytes = 0;
        return taken;
    }
}
