package libp2p.simulator;

/** The transports that routers tell apart. */
enum Transport {
    TCP,
    UDP
}
