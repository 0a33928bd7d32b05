package libp2p.swarm.limits;

import java.time.Duration;

/**
 * Bounds of dialing.
 *
 * @param timeout for one address, from when the transport is ready to dial it
 * @param localTimeout the same for one that is loopback or private; 10 s as rust-libp2p gives to all, not go-libp2p's
 *     5 s: the first handshakes of a cold JVM on a busy machine were seen to take 6 s
 * @param peerTimeout for one peer, over all its addresses, when the caller sets none
 * @param dials concurrent dials of addresses
 * @param dialsPerPeer concurrent dials of addresses of one peer
 * @param peers concurrent dials of peers
 * @param addresses addresses of one peer that are tried
 * @param remembered addresses that are remembered as failed, peers with circuit breakers, and peers with weights
 */
public record DialLimits(
        Duration timeout,
        Duration localTimeout,
        Duration peerTimeout,
        int dials,
        int dialsPerPeer,
        int peers,
        int addresses,
        int remembered) {
    /** The defaults. */
    public static final DialLimits DEFAULT = new DialLimits(
            Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(60), 160, 8, 1000, 100, 10_000);

    /** The same with another time for the dial of one address on the Internet. */
    public DialLimits withTimeout(Duration value) {
        return new DialLimits(value, localTimeout, peerTimeout, dials, dialsPerPeer, peers, addresses, remembered);
    }

    /** The same with another time for the dial of one address in a private network. */
    public DialLimits withLocalTimeout(Duration value) {
        return new DialLimits(timeout, value, peerTimeout, dials, dialsPerPeer, peers, addresses, remembered);
    }

    /** The same with another number of addresses that are dialed at once. */
    public DialLimits withDials(int value) {
        return new DialLimits(timeout, localTimeout, peerTimeout, value, dialsPerPeer, peers, addresses, remembered);
    }
}
