package libp2p.core.event;

import java.net.InetAddress;
import java.util.List;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.Connection;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
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

    /**
     * Whether a new subscriber gets the event at once, until another one of its {@link #subject} is published. One that is no
     * current value, such as that of the subject's end, leaves new subscribers nothing.
     */
    default boolean isCurrentValue() {
        return false;
    }

    /** Connectedness of a peer. */
    enum Connectedness {
        /** No connection to the peer is open. */
        NOT_CONNECTED,
        /** Only through a relay that limits the connection. */
        LIMITED,
        /** At least one direct connection, or one without limits, is open. */
        CONNECTED
    }

    /** Whether others can dial this host. */
    enum Reachability {
        /** No server has said yet, or what is known has become old. */
        UNKNOWN,
        /** Peers have reached the host under at least one address. */
        PUBLIC,
        /** Peers have tried in vain to reach the host. */
        PRIVATE
    }

    /** How far a connection has come. */
    enum ConnectionPhase {
        /** This host dials an address; inbound connections begin with {@link #SECURING}. */
        DIALING,
        /**
         * The transport is connected, and the secure channel is negotiated. Over QUIC, which does both with one
         * handshake, an outbound connection is in this phase when both are done.
         */
        SECURING,
        /** The remote peer has proved its identity, and the muxer is made. Transports that bring their own leave it out. */
        UPGRADING,
        /** Streams can be opened. */
        OPEN,
        /** The connection ends: a side has closed it, or it has failed. Only after {@link #OPEN}. */
        CLOSING,
        /** The connection has ended, or an attempt has come to nothing. The last phase of each. */
        CLOSED
    }

    /**
     * A connection, or the attempt to make one, has entered another phase. Only what happens after subscribing is
     * told, so the first phase that a subscriber hears of may be a late one. The event is dropped, and counted, when
     * a subscriber is far behind.
     *
     * @param connection the name of the connection's scope, such as {@code conn-7}: the same in all its phases, unique
     *     in the host, and that of {@link Connection#scope()}
     * @param direction who has dialed
     * @param peer at the other end: the one that is dialed, or the one that has proved its identity; null while none is
     *     known
     * @param remote the address of the other end, without {@code /p2p}
     * @param phase which has begun
     * @param reason why the connection ends or has come to nothing; null before {@link ConnectionPhase#CLOSING}
     */
    record ConnectionPhaseChanged(
            String connection,
            Direction direction,
            @Nullable PeerId peer,
            Multiaddr remote,
            ConnectionPhase phase,
            @Nullable CloseReason reason)
            implements HostEvent {
        @Override
        public String toString() {
            return connection + (direction == Direction.OUTBOUND ? " to " : " from ") + remote
                    + (peer == null ? "" : " of " + peer) + ": " + phase + (reason == null ? "" : ": " + reason);
        }
    }

    /**
     * A peer came, went, or changed between limited and direct. In order per peer; the last state is never lost.
     *
     * @param peer whose connections changed
     * @param connectedness the state now
     */
    record ConnectednessChanged(PeerId peer, Connectedness connectedness) implements HostEvent {
        @Override
        public Object subject() {
            return peer;
        }
    }

    /**
     * Whether others can dial this host is known now, or not any more. A new subscriber hears the last one.
     *
     * @param reachability what is known now
     */
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

    /**
     * The announced addresses of this host changed.
     *
     * @param addresses all of them now, without {@code /p2p}
     */
    record AddressesChanged(List<Multiaddr> addresses) implements HostEvent {
        @Override
        public Object subject() {
            return AddressesChanged.class;
        }
    }

    /**
     * The addresses of this host that stand for many names have changed, see {@link
     * libp2p.core.peer.AddressBook#isTemplate}. A new subscriber hears the last one.
     *
     * @param templates all of them now, sorted, without {@code /p2p}
     */
    record AddressTemplatesChanged(List<Multiaddr> templates) implements HostEvent {
        public AddressTemplatesChanged {
            templates = List.copyOf(templates);
        }

        @Override
        public Object subject() {
            return AddressTemplatesChanged.class;
        }

        @Override
        public boolean isCurrentValue() {
            return true;
        }
    }

    /**
     * The addresses of the machine's interfaces changed: earlier knowledge of the network may be wrong now.
     *
     * @param interfaces addresses of all interfaces now
     */
    record NetworkChanged(List<InetAddress> interfaces) implements HostEvent {}

    /**
     * The protocols that this host serves changed.
     *
     * @param protocols their ids, all of them now
     */
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
     * @param peer who has said it
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
     * @param connection over which the peer said it
     * @param peer who has said it
     * @param agent the program of the peer, such as {@code go-libp2p/0.40.0}; null if it named none
     * @param protocolVersion the version of the application's protocols that the peer named, or null
     * @param protocols ids of the protocols that the peer serves
     * @param addresses as the peer tells them; the peerstore has those that make sense for where it is
     * @param observed the address under which the peer sees this host; null if this message did not tell
     * @param signedRecord whether the addresses come from a record that the peer has signed
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

    /**
     * Identify with a peer failed.
     *
     * @param connection on which it failed
     * @param peer whose identity the connection has proved
     * @param cause the failure, a timeout or an error of the peer
     */
    record PeerIdentificationFailed(Connection connection, PeerId peer, Throwable cause) implements HostEvent {}
}
