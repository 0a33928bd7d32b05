package libp2p.simulator;

/** What routers tell apart. */
enum Transport {
    TCP,
    UDP
}
