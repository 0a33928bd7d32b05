package libp2p.core.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;

/** One way to reach other peers. Thread-safe. Closing it closes its listeners. */
public interface Transport extends AutoCloseable {
    /** Short name for metrics and errors, for example {@code "tcp"}. */
    String name();

    /** Whether the form of the address, without {@code /p2p}, is one this transport dials. Looks nothing up. */
    boolean canDial(Multiaddr address);

    /** Whether this transport listens on addresses of this form. */
    boolean canListen(Multiaddr address);

    /**
     * Turns an address into the ones to dial, before names are looked up; a transport that needs the name later (TLS
     * SNI) keeps it here. The default returns the address alone.
     */
    default List<Multiaddr> resolve(Multiaddr address) {
        return List.of(address);
    }

    /**
     * Listens on the address. Connections are handed to {@code inbound} on threads of the transport until the listener
     * is closed.
     *
     * @throws java.net.BindException if the address is in use
     */
    Listener listen(Multiaddr address, ConnectionAcceptor inbound) throws IOException;

    /**
     * Whether every connection of this transport, dialed or accepted, goes through the {@link Upgrader}, which applies
     * the key of a private network. A host of a private network leaves other transports out: they would lead out of it.
     * The default says no.
     */
    default boolean usesUpgrader() {
        return false;
    }

    /**
     * Whether dialing the address takes a file descriptor of its own: such dials wait for a place among those of the
     * host. The default says so of addresses over TCP that do not lead through a relay.
     */
    default boolean takesDescriptor(Multiaddr address) {
        return address.has(Protocol.TCP) && !address.has(Protocol.P2P_CIRCUIT);
    }

    /**
     * Makes ready what dialing the address needs of this machine alone: classes and libraries to be loaded,
     * certificates, sockets. The swarm calls it before each dial, and starts the clock of the dial behind it: what a
     * cold process takes for its first one is not the remote's delay. It must cost next to nothing when all is ready.
     * It may block: it holds no place among the dials of the host meanwhile, and its thread is interrupted when the
     * dial of the peer is cancelled or has used up its time. The default does nothing.
     *
     * @throws IOException if the address cannot be dialed from here
     */
    default void prepare(Multiaddr address) throws IOException {}

    /**
     * Connects, secures and multiplexes; blocks. Everything that was opened is closed when this method throws.
     *
     * @param address resolved: no names where the transport needs numbers; without {@code /p2p}
     * @throws CrossedDialException if it may help to try again with {@link DialRequest#freshPort}
     */
    TransportConnection dial(Multiaddr address, DialRequest request) throws IOException;

    /**
     * Sends packets that open the way through a NAT until the deadline passes or a connection comes in; blocks. Only
     * where {@link #punches} says so. The swarm calls it for the responder of a hole punch instead of {@link #dial}.
     */
    default void punch(Multiaddr address, Deadline until) throws IOException {
        throw new IOException(name() + " cannot punch holes");
    }

    /** Whether the responder of a hole punch reaches the address by {@link #punch} and not by {@link #dial}. */
    default boolean punches(Multiaddr address) {
        return false;
    }

    /**
     * Tells that this host and a peer are about to dial each other, and that this host is the one that begins
     * handshakes. The peer's packets may reach a listener here instead of the socket that dials, if they come from
     * another port than the one that is dialed; then both ends would wait for each other. Until the deadline a
     * connection that is accepted from this address and whose other end stays silent is begun by this host; it is kept
     * if it is this peer's. The default does nothing.
     */
    default void expectPunch(InetAddress from, PeerId peer, Deadline until) {}

    /** Closes listeners, not connections; idempotent. */
    @Override
    void close();
}
