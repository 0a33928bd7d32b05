package libp2p.swarm.negotiation;

import java.io.IOException;
import java.util.Arrays;

/**
 * Remembers what was read, so that a negotiation whose wait was interrupted or timed out starts over from its first
 * byte and loses nothing. Holds two messages at most, since a negotiation reads no further.
 */
final class ReplayingChannel implements NegotiationChannel {
    private final NegotiationChannel source;
    private byte[] seen = new byte[64];
    private int length;
    private int position;

    ReplayingChannel(NegotiationChannel source) {
        this.source = source;
    }

    void restart() {
        position = 0;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        if (position == length) {
            if (length + count > seen.length) {
                seen = Arrays.copyOf(seen, Math.max(length + count, seen.length * 2));
            }
            int got = source.read(seen, length, count);
            if (got < 0) {
                return -1;
            }
            length += got;
        }
        int available = Math.min(count, length - position);
        System.arraycopy(seen, position, target, offset, available);
        position += available;
        return available;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        source.write(bytes);
    }
}
