package libp2p.discovery.mdns;

import libp2p.core.event.HostEvent;
import libp2p.core.identity.PeerId;

/**
 * A peer has left the local networks, or its last announcement has expired.
 *
 * @param peer that is gone
 */
public record PeerExpired(PeerId peer) implements HostEvent {}
