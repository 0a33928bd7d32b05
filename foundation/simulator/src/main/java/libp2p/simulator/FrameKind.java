package libp2p.simulator;

/** The kinds of frames on the simulated network. */
enum FrameKind {
    SYN(0),
    SYN_ACK(1),
    REFUSED(2),
    ACK(3),
    DATA(4),
    FIN(5),
    RST(6),
    DATAGRAM(7),
    /** A frame that was lost on the way, or that no host was there for. */
    LOST(8);

    /** Goes into the hash of a {@link Trace}. */
    final int code;

    FrameKind(int code) {
        this.code = code;
    }
}
