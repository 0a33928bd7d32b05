package libp2p.core.event;

import java.net.InetAddress;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** Something that happened in a host. Other modules may define events of their own. */
public interface HostEvent {
    /**
     * The subject whose present state the event tells, or null if the event tells of something that has happened. Of
     * the states of one subject the last one reaches every subscriber, however slow: in a full queue it takes the place
     * of the older ones. Subjects are compared by {@code equals}; an event type should have few, or be about a peer
     * that is connected.
     */
    default @Nullable Object subject() {
        return null;
    }

    /**
     * The peer that has to be connected for the event to be true, or null. The event is left out when the peer is not
     * connected, so that none comes after the one that says so.
     */
    default @Nullable PeerId connectedPeer() {
        return null;
    }

    /** Whether a new subscriber gets the last event of this {@link #subject} at once. */
    default boolean isCurrentValue() {
        return false;
    }

    /** Connectedness of a peer. */
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
    record ConnectednessChanged(PeerId peer, Connectedness connectedness) implements HostEvent {
        @Override
        public Object subject() {
            return peer;
        }
    }

    /** Whether others can dial this host is known now, or not any more. A new subscriber hears the last one. */
    record ReachabilityChanged(Reachability reachability) implements HostEvent {
        @Override
        public Object subject() {
            return ReachabilityChanged.class;
        }

        @Override
        public boolean isCurrentValue() {
            return true;
        }
    }

    /**
     * Which of the host's addresses others can dial has changed: all of them, without {@code /p2p}. A new subscriber
     * hears the last one.
     *
     * @param reachable confirmed from outside
     * @param unreachable tried from outside in vain
     * @param unknown not tried yet
     */
    record AddressReachabilityChanged(List<Multiaddr> reachable, List<Multiaddr> unreachable, List<Multiaddr> unknown)
            implements HostEvent {
        public AddressReachabilityChanged {
            reachable = List.copyOf(reachable);
            unreachable = List.copyOf(unreachable);
            unknown = List.copyOf(unknown);
        }

        @Override
        public Object subject() {
            return AddressReachabilityChanged.class;
        }

        @Override
        public boolean isCurrentValue() {
            return true;
        }
    }

    /** The announced addresses of this host changed. */
    record AddressesChanged(List<Multiaddr> addresses) implements HostEvent {
        @Override
        public Object subject() {
            return AddressesChanged.class;
        }
    }

    /**
     * The addresses of the machine's interfaces changed: earlier knowledge of the network may be wrong now.
     */
    record NetworkChanged(List<InetAddress> interfaces) implements HostEvent {}

    /** The protocols that this host serves changed. */
    record ProtocolsChanged(List<String> protocols) implements HostEvent {
        @Override
        public Object subject() {
            return ProtocolsChanged.class;
        }
    }

    /**
     * A connected peer has said which protocols it speaks, for the first time since it connected or otherwise than
     * before. Never lost while the peer is connected; comes after the event that it is.
     *
     * @param protocols all of them, sorted as the peerstore has them
     */
    record PeerProtocolsChanged(PeerId peer, List<String> protocols) implements HostEvent {
        /** The subject of the event. */
        private record Subject(PeerId peer) {}

        public PeerProtocolsChanged {
            protocols = List.copyOf(protocols);
        }

        @Override
        public Object subject() {
            return new Subject(peer);
        }

        @Override
        public PeerId connectedPeer() {
            return peer;
        }
    }

    /**
     * Identify has learned about a peer: everything that it has said so far, also where a push told only a part. Comes
     * while the peer is connected. It may be long, and is dropped when a subscriber is far behind: a service that needs
     * the protocols subscribes to {@link PeerProtocolsChanged}.
     *
     * @param addresses as the peer tells them; the peerstore has those that make sense for where it is
     * @param observed the address under which the peer sees this host; null if this message did not tell
     */
    record PeerIdentified(
            Connection connection,
            PeerId peer,
            @Nullable String agent,
            @Nullable String protocolVersion,
            List<String> protocols,
            List<Multiaddr> addresses,
            @Nullable Multiaddr observed,
            boolean signedRecord)
            implements HostEvent {
        @Override
        public PeerId connectedPeer() {
            return peer;
        }
    }

    /** Identify with a peer failed. */
    record PeerIdentificationFailed(Connection connection, PeerId peer, Throwable cause) implements HostEvent {}
}
