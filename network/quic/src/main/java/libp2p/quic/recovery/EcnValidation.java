package libp2p.quic.recovery;

import libp2p.quic.wire.AckFrame;

/** Whether packets may be marked for congestion notification on a path (RFC 9000, section 13.4.2). */
public final class EcnValidation {
    private static final int TESTING_PACKETS = 10;

    private boolean usable = true;
    private boolean validated;
    private long sent;
    private long lost;

    /** Whether the next packet is to be marked as ECT(0). */
    public boolean marks() {
        return usable && (validated || sent < TESTING_PACKETS);
    }

    /** Whether marks were seen to arrive. */
    public boolean isValidated() {
        return usable && validated;
    }

    /** Another path. */
    public void reset() {
        usable = true;
        validated = false;
        sent = 0;
        lost = 0;
    }

    void sent() {
        sent++;
    }

    void lost() {
        if (++lost >= TESTING_PACKETS && !validated) {
            usable = false;
        }
    }

    void blackHole() {
        if (!validated) {
            usable = false;
        }
    }

    /**
     * Marked packets were acknowledged.
     *
     * @param space of the frame, whose counts it tells
     * @param latest whether the frame tells of a later packet than those before, so that its counts are the newest
     * @return whether the path says that it is congested
     */
    boolean acknowledged(AckFrame ack, PacketSpace space, int marked, boolean latest) {
        if (!usable || !latest) {
            return false;
        }
        if (!ack.hasEcn()) {
            if (marked > 0) {
                usable = false;
            }
            return false;
        }
        long moreEct0 = ack.ect0() - space.remoteEct0;
        long moreCe = ack.ce() - space.remoteCe;
        if (moreEct0 < 0 || moreCe < 0 || moreEct0 + moreCe < marked || ack.ect1() > 0) {
            usable = false;
            return false;
        }
        space.remoteEct0 = ack.ect0();
        space.remoteCe = ack.ce();
        validated |= marked > 0;
        return moreCe > 0;
    }
}
