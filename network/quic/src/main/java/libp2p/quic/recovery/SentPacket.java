package libp2p.quic.recovery;

import org.jspecify.annotations.Nullable;

/** A packet that was sent and of which nothing was heard yet. */
public final class SentPacket {
    long number;
    long time;
    int size;
    boolean ackEliciting;
    boolean inFlight;
    boolean ecnMarked;
    boolean mtuProbe;
    /** The largest number that an ACK frame in it acknowledged, or -1. */
    long acknowledges = -1;

    private @Nullable SentFrame frames;
    /** The next one that waits to be used again. */
    @Nullable
    SentPacket spare;

    SentPacket() {}

    void begin(long itsNumber, long itsTime, int itsSize, boolean asksForAck, boolean countsInFlight) {
        number = itsNumber;
        time = itsTime;
        size = itsSize;
        ackEliciting = asksForAck;
        inFlight = countsInFlight;
        ecnMarked = false;
        mtuProbe = false;
        acknowledges = -1;
    }

    /** Whether it asks for no acknowledgement and takes nothing of the window: a packet of ACK frames, mostly. */
    boolean isUnasked() {
        return !ackEliciting && !inFlight;
    }

    /** Packet number within its space. */
    public long number() {
        return number;
    }

    /** Bytes of the datagram that count as in flight. */
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
        SentFrame frame = frames;
        frames = null;
        while (frame != null) {
            SentFrame next = frame.next; // it may be used for another packet at once
            frame.acknowledged();
            frame = next;
        }
    }

    /** Whether something of it is sent again if it is lost. */
    boolean carriesFrames() {
        return frames != null;
    }

    void lost() {
        for (SentFrame frame = frames; frame != null; frame = frame.next) {
            frame.lost();
        }
    }
}
