package libp2p.core.host;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Environment;
import libp2p.core.event.EventBus;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressBook;
import libp2p.core.peer.Peerstore;
import libp2p.core.resource.ResourceManager;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * One libp2p node: an identity, the addresses it listens on, its connections and its protocols. Thread-safe. Blocking
 * methods are meant for virtual threads; an interrupt ends the wait of its caller and nothing else.
 */
public interface Host extends AutoCloseable {
    PeerId peerId();

    Identity identity();

    Environment environment();

    /** The addresses others can dial: announced ones, with real ports and without {@code /p2p}. */
    List<Multiaddr> addresses();

    AddressBook addressBook();

    Peerstore peerstore();

    ConnectionManager connectionManager();

    ResourceManager resourceManager();

    EventBus events();

    /**
     * Serves a protocol: every stream that a peer opens with it is given to the handler on a virtual thread of its own.
     * Replaces the handler that was there, atomically.
     */
    default Registration handle(String protocol, StreamHandler handler) {
        return handle(protocol, HandlerOptions.DEFAULT, handler);
    }

    /** As {@link #handle(String, StreamHandler)}, with options. */
    Registration handle(String protocol, HandlerOptions options, StreamHandler handler);

    /** The protocols this host serves, sorted. */
    List<String> protocols();

    /**
     * Connects to a peer, or returns a connection that is there; blocks. Callers that want the same share one dial.
     *
     * @throws libp2p.core.connection.DialException if no address works; it holds the cause of each
     * @throws libp2p.core.connection.DeadlineExceededException when the deadline of the options passes
     */
    Connection connect(PeerAddress peer, DialOptions options) throws IOException;

    default Connection connect(PeerAddress peer) throws IOException {
        return connect(peer, DialOptions.DEFAULT);
    }

    /**
     * Opens a stream with the first of the protocols that the peer speaks, connecting first if need be; blocks.
     *
     * @throws libp2p.core.connection.NegotiationException if it speaks none of them
     * @throws libp2p.core.connection.UnauthorizedException if the authorizer of this host permits none of them
     * @throws libp2p.core.connection.DialException if it cannot be reached
     */
    Stream open(PeerAddress peer, DialOptions options, String... protocols) throws IOException;

    default Stream open(PeerAddress peer, String... protocols) throws IOException {
        return open(peer, DialOptions.DEFAULT, protocols);
    }

    default Stream open(PeerId peer, String... protocols) throws IOException {
        return open(PeerAddress.of(peer), DialOptions.DEFAULT, protocols);
    }

    /**
     * The safe form: opens a stream, runs the body, closes the stream on return and resets it on an exception, so that no
     * cut message passes for a whole one.
     */
    default <T, X extends Exception> T open(PeerAddress peer, String protocol, StreamFunction<T, X> body)
            throws IOException, X {
        return StreamFunction.run(open(peer, protocol), body);
    }

    /** The connections that are open now. */
    List<Connection> connections();

    /** The open connections to one peer. */
    List<Connection> connections(PeerId peer);

    /** A service that was installed in this host. */
    <S extends HostService> Optional<S> service(Class<S> type);

    /** Stops listening, ends all connections and waits until every thread of this host has ended. Idempotent. */
    @Override
    void close();
}
