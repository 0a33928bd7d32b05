package libp2p.simulator;

/** What goes over the simulated network. */
enum FrameKind {
    SYN,
    SYN_ACK,
    REFUSED,
    ACK,
    DATA,
    FIN,
    RST,
    DATAGRAM,
    /** A frame that was lost on the way, or that nobody was there for. */
    LOST
}
