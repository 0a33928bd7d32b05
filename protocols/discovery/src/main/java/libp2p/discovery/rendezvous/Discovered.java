package libp2p.discovery.rendezvous;

import java.time.Duration;
import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * A registration that was found at a meeting point.
 *
 * @param namespace under which it was registered
 * @param peer that has registered itself
 * @param addresses without {@code /p2p}
 * @param signed whether the peer itself has signed the addresses, and the signature holds
 * @param ttl for how long it holds yet
 */
public record Discovered(String namespace, PeerId peer, List<Multiaddr> addresses, boolean signed, Duration ttl) {
    public Discovered {
        addresses = List.copyOf(addresses);
    }

    /**
     * A part of the registrations.
     *
     * @param registrations in the order of the point; at most as many as were asked for
     * @param cookie asks for later registrations; not to be changed
     * @param skipped registrations with records that are none, or whose signatures do not hold
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Page(List<Discovered> registrations, byte[] cookie, int skipped) {
        public Page {
            registrations = List.copyOf(registrations);
        }
    }
}
