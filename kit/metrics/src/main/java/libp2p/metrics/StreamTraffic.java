package libp2p.metrics;

import libp2p.core.metrics.TrafficCounter;

/** Counts the bytes of one stream for its protocol and its peer. */
record StreamTraffic(Traffic protocol, Traffic peer) implements TrafficCounter {
    @Override
    public void read(long bytes) {
        protocol.in.add(bytes);
        peer.in.add(bytes);
    }

    @Override
    public void written(long bytes) {
        protocol.out.add(bytes);
        peer.out.add(bytes);
    }
}
