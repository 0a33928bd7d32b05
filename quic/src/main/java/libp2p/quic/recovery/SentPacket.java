package libp2p.quic.recovery;

import org.jspecify.annotations.Nullable;

/** A packet that was sent and of which nothing was heard yet. */
public final class SentPacket {
    final long number;
    final long time;
    final int size;
    final boolean ackEliciting;
    boolean inFlight;
    boolean ecnMarked;
    boolean mtuProbe;
    /** The largest number that an ACK frame in it acknowledged, or -1. */
    long acknowledges = -1;

    private @Nullable SentFrame frames;

    /**
     * @param time when it was sent
     * @param size in bytes with everything
     */
    public SentPacket(long number, long time, int size, boolean ackEliciting, boolean inFlight) {
        this.number = number;
        this.time = time;
        this.size = size;
        this.ackEliciting = ackEliciting;
        this.inFlight = inFlight;
    }

    public long number() {
        return number;
    }

    public int size() {
        return size;
    }

    /** It acknowledges packets up to this number. */
    public void acknowledges(long largest) {
        acknowledges = largest;
    }

    /** It was sent as ECT(0). */
    public void ecnMarked() {
        ecnMarked = true;
    }

    /** It tries a larger size, so that its loss says nothing about congestion (RFC 9000, section 14.4). */
    public void mtuProbe() {
        mtuProbe = true;
    }

    public boolean isMtuProbe() {
        return mtuProbe;
    }

    /** Adds what it carries; a list of frames that are linked. */
    public void carries(@Nullable SentFrame list) {
        frames = list;
    }

    /** Links a frame before a list. */
    public static SentFrame link(SentFrame frame, @Nullable SentFrame list) {
        frame.next = list;
        return frame;
    }

    void acknowledged() {
        for (SentFrame frame = frames; frame != null; frame = frame.next) {
            frame.acknowledged();
        }
    }

    void lost() {
        for (SentFrame frame = frames; frame != null; frame = frame.next) {
            frame.lost();
        }
    }
}
