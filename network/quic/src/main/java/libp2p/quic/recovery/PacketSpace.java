package libp2p.quic.recovery;

import libp2p.quic.wire.FrameOutput;

/**
 * One packet number space (RFC 9000, section 12.3): packets that were sent in it and are not acknowledged, numbers
 * received in it, and when that has to be acknowledged (RFC 9000, section 13.2).
 */
public final class PacketSpace {
    /** Packets that ask for an acknowledgement, of which every second one gets it at once. */
    private static final int ACK_EVERY = 2;
    /**
     * As many small packets, as those of requests and answers, may wait for a short time: the next packet takes their
     * ACK along.
     */
    private static final int ACK_EVERY_SMALL = 8;

    private static final int SMALL_BYTES = 1024;
    private static final long SHORT_DELAY = 1_000_000;

    /**
     * After so many packets with acknowledgements alone the next one asks for an acknowledgement, so that this side
     * learns which of them have arrived. The answers are such packets too, and only every twentieth of them asks in its
     * turn: two ends with nothing to say fall silent (RFC 9000, sections 13.2.1 and 13.2.4).
     */
    private static final int ASK_EVERY = 20;

    private static final int ECN_CODES = 4;

    final SentPackets sent = new SentPackets();
    private final ReceivedRanges received = new ReceivedRanges();
    private final boolean application;
    private final long maxAckDelay;

    long largestAcknowledged = -1;
    long lastAckEliciting;
    int ackElicitingInFlight;
    long lossTime = Long.MAX_VALUE;
    /** Marked packets of ours that the remote has counted in this space. */
    long remoteEct0;

    long remoteCe;

    private long largestTime;
    private int sentUnasked;
    private int unacknowledged;
    private int unacknowledgedBytes;
    private boolean ackNow;
    private long ackDeadline = Long.MAX_VALUE;
    private final long[] ecn = new long[ECN_CODES];
    private boolean ecnSeen;

    /**
     * @param application whether it is that of 1-RTT packets, whose acknowledgements may wait
     * @param maxAckDelay how long, in nanoseconds
     */
    public PacketSpace(boolean application, long maxAckDelay) {
        this.application = application;
        this.maxAckDelay = maxAckDelay;
    }

    /** Packets of this space that are neither acknowledged nor lost. */
    public SentPackets sent() {
        return sent;
    }

    /** Whether packets are in flight that ask for an acknowledgement. */
    public boolean isAwaited() {
        return ackElicitingInFlight > 0;
    }

    /** When the last packet that asks for an acknowledgement was sent, if {@link #isAwaited()}. */
    public long lastAckEliciting() {
        return lastAckEliciting;
    }

    /** A packet has left. */
    void left(SentPacket packet) {
        sentUnasked = packet.ackEliciting ? 0 : sentUnasked + 1;
    }

    /** Whether the next packet with an acknowledgement should ask for one of its own. */
    public boolean shouldAsk() {
        return application && sentUnasked >= ASK_EVERY && !isAwaited();
    }

    boolean isApplication() {
        return application;
    }

    /** The largest number of ours that the remote has acknowledged, or -1. */
    public long largestAcknowledged() {
        return largestAcknowledged;
    }

    /** The largest number that was received, or -1. */
    public long largestReceived() {
        return received.largest();
    }

    /** Whether a packet with the number was received already, or is too old to tell. */
    public boolean isDuplicate(long number) {
        return received.contains(number);
    }

    /**
     * A packet was received and is authentic.
     *
     * @param size of its payload in bytes
     * @param codepoint of ECN: 0 none, 1 ECT(1), 2 ECT(0), 3 CE
     */
    public void received(long number, int size, boolean ackEliciting, int codepoint, long now) {
        long before = received.largest();
        received.add(number);
        if (number > before) {
            largestTime = now;
        }
        if (codepoint != 0) {
            ecn[codepoint]++;
            ecnSeen = true;
        }
        if (!ackEliciting) {
            return;
        }
        unacknowledged++;
        unacknowledgedBytes += size;
        boolean several = unacknowledged >= ACK_EVERY;
        if (!application
                || several && unacknowledgedBytes > SMALL_BYTES
                || unacknowledged >= ACK_EVERY_SMALL
                || number != before + 1
                || codepoint == ECN_CODES - 1) {
            ackNow = true;
        }
        ackDeadline = Math.min(ackDeadline, now + (several ? Math.min(SHORT_DELAY, maxAckDelay) : maxAckDelay));
    }

    /** When an acknowledgement is due, or {@code Long.MAX_VALUE}. */
    public long ackDeadline() {
        return ackNow ? Long.MIN_VALUE : ackDeadline;
    }

    /** Whether an acknowledgement must leave now. */
    public boolean isAckDue(long now) {
        return ackNow || now >= ackDeadline;
    }

    /** Whether there is something to acknowledge that was not acknowledged yet. */
    public boolean hasUnacknowledged() {
        return unacknowledged > 0;
    }

    /**
     * Writes an ACK frame if there is anything to acknowledge and room for it.
     *
     * @param exponent by which delays are scaled
     * @return the largest number that it acknowledges, or -1 if none was written
     */
    public long writeAck(FrameOutput out, int exponent, long now) {
        if (received.isEmpty()) {
            return -1;
        }
        long delay = application ? Math.max(0, (now - largestTime) / 1000) >> exponent : 0;
        long[] counts = ecnSeen ? new long[] {ecn[2], ecn[1], ecn[3]} : null;
        if (!received.write(out, delay, counts)) {
            return -1;
        }
        unacknowledged = 0;
        unacknowledgedBytes = 0;
        ackNow = false;
        ackDeadline = Long.MAX_VALUE;
        return received.largest();
    }

    /** The remote has an acknowledgement of ours up to this number. */
    void acknowledgementArrived(long largest) {
        received.forgetUpTo(largest);
    }
}
