package libp2p.discovery.mdns;

import libp2p.core.event.HostEvent;
import libp2p.core.identity.PeerId;

/** A peer has left the local networks, or has not been heard of for as long as what it said held. */
public record PeerExpired(PeerId peer) implements HostEvent {}
