package libp2p.simulator;

import java.time.Duration;

/**
 * The path between two hosts. Settings hold for frames sent from then on, in both directions unless said otherwise.
 */
public final class Link {
    private final Path[] paths;

    Link(Path... paths) {
        this.paths = paths;
    }

    /** Time from one host to the other. */
    public Link latency(Duration oneWay) {
        for (Path path : paths) {
            path.latencyNanos = oneWay.toNanos();
        }
        return this;
    }

    /** Each frame takes up to so much longer, evenly spread; datagrams overtake each other, TCP segments do not. */
    public Link jitter(Duration most) {
        for (Path path : paths) {
            path.jitterNanos = most.toNanos();
        }
        return this;
    }

    /**
     * All frames of one direction share so many bytes per second; headers are not counted.
     *
     * @param bytesPerSecond 0 means without bound
     */
    public Link bandwidth(long bytesPerSecond) {
        for (Path path : paths) {
            path.bandwidth = bytesPerSecond;
        }
        return this;
    }

    /**
     * The longest packet that gets through, with its IP and UDP headers; longer datagrams are lost without a word, as
     * where routers drop what must not be fragmented. TCP adapts.
     *
     * @param bytes 0 means without bound
     */
    public Link mtu(int bytes) {
        for (Path path : paths) {
            path.mtu = bytes;
        }
        return this;
    }

    /**
     * The part of frames that get lost, from 0 to 1. A lost datagram is gone; a lost TCP segment arrives late, with all
     * that follow it.
     */
    public Link loss(double probability) {
        for (Path path : paths) {
            path.loss = probability;
        }
        return this;
    }

    /** The part of datagrams that arrive twice, from 0 to 1. */
    public Link duplication(double probability) {
        for (Path path : paths) {
            path.duplication = probability;
        }
        return this;
    }

    /**
     * Nothing gets through any more, and no end is told. TCP tries again, after pauses that double, and gives up after
     * a quarter of an hour.
     */
    public Link cut() {
        for (Path path : paths) {
            path.cut = true;
        }
        return this;
    }

    /** Undoes {@link #cut}. TCP notices with its next try. */
    public Link heal() {
        for (Path path : paths) {
            path.cut = false;
        }
        return this;
    }
}
