package libp2p.quic.endpoint;

import java.util.Arrays;
import java.util.function.Consumer;
import libp2p.quic.protect.ResetTokens;
import org.jspecify.annotations.Nullable;

/**
 * The answers to packets of connections that are not known, as many as the limits allow in a period (RFC 9000, section
 * 10.3). Not thread-safe.
 */
final class StatelessResets {
    /** The least length of a reset. */
    static final int LEAST = 21;

    private static final int MOST_SENT = 60;
    /** Packets up to this length get none, as they may be resets themselves. */
    private static final int NOT_ANSWERED = 42;

    private static final long PERIOD_NANOS = 100_000_000;

    private final ResetTokens tokens;
    private final Consumer<byte[]> random;
    private final int limit;
    private long periodBegin;
    private int sent;

    /**
     * @param random fills arrays with bytes that cannot be told from a packet's
     * @param limit of resets in a period of 100 ms
     */
    StatelessResets(ResetTokens tokens, Consumer<byte[]> random, int limit) {
        this.tokens = tokens;
        this.random = random;
        this.limit = limit;
    }

    /**
     * The reset that answers a packet, always shorter than it.
     *
     * @param length of the packet
     * @param head begins as the packet does: its first byte, and the id of its destination
     * @param now nanoseconds
     * @return null if it gets none: it is too short, or the period has had all
     */
    byte @Nullable [] answer(int length, byte[] head, long now) {
        long age = now - periodBegin;
        if (age >= PERIOD_NANOS || age < 0) { // the clock begins anywhere
            periodBegin = now;
            sent = 0;
        }
        if (length <= NOT_ANSWERED || sent >= limit) {
            return null;
        }
        sent++;
        byte[] datagram = new byte[Math.min(length - 1, MOST_SENT)];
        random.accept(datagram);
        datagram[0] = (byte) (0x40 | datagram[0] & 0x3f);
        byte[] token = tokens.of(Arrays.copyOfRange(head, 1, 1 + Endpoint.ID_LENGTH));
        System.arraycopy(token, 0, datagram, datagram.length - token.length, token.length);
        return datagram;
    }
}
