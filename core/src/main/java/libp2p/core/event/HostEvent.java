package libp2p.core.event;

import java.net.InetAddress;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** Something that happened in a host. */
public interface HostEvent {
    /** How well a peer is connected. */
    enum Connectedness {
        NOT_CONNECTED,
        /** Only through a relay that limits the connection. */
        LIMITED,
        CONNECTED
    }

    /** Whether others can dial this host. */
    enum Reachability {
        UNKNOWN,
        PUBLIC,
        PRIVATE
    }

    /** A peer came, went, or changed between limited and direct. In order per peer; the last state is never lost. */
    record ConnectednessChanged(PeerId peer, Connectedness connectedness) implements HostEvent {}

    record ReachabilityChanged(Reachability reachability) implements HostEvent {}

    /** The announced addresses of this host changed. */
    record AddressesChanged(List<Multiaddr> addresses) implements HostEvent {}

    /** The addresses of the machine's interfaces changed: what was learned about the network before may be wrong now. */
    record NetworkChanged(List<InetAddress> interfaces) implements HostEvent {}

    /** The protocols that this host serves changed. */
    record ProtocolsChanged(List<String> protocols) implements HostEvent {}

    /** Identify has learned about a peer. */
    record PeerIdentified(
            Connection connection,
            PeerId peer,
            @Nullable String agent,
            @Nullable String protocolVersion,
            List<String> protocols,
            List<Multiaddr> addresses,
            @Nullable Multiaddr observed,
            boolean signedRecord)
            implements HostEvent {}

    /** Identify with a peer failed. */
    record PeerIdentificationFailed(Connection connection, PeerId peer, Throwable cause) implements HostEvent {}
}
