package libp2p.core.host;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.event.EventBus;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressBook;
import libp2p.core.peer.PeerSelector;
import libp2p.core.peer.Peerstore;
import libp2p.core.resource.Crowd;
import libp2p.core.resource.ResourceManager;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * One libp2p node: an identity, the addresses it listens on, its connections and its protocols. {@code Libp2p.host()}
 * makes one.
 *
 * <p><b>To serve a protocol</b>, give a handler; to use one, open a stream:
 *
 * <pre>{@code
 * server.handle("/shout/1.0.0", stream -> {
 *     String text = new String(stream.input().readAllBytes(), StandardCharsets.UTF_8);
 *     stream.write(text.toUpperCase().getBytes(StandardCharsets.UTF_8));
 * });
 * }</pre>
 *
 * <pre>{@code
 * String answer = client.open(PeerAddress.of(server.peerId(), server.addresses()), "/shout/1.0.0", stream -> {
 *     stream.write("hello".getBytes(StandardCharsets.UTF_8));
 *     stream.closeWrite();
 *     return new String(stream.input().readAllBytes(), StandardCharsets.UTF_8);
 * });
 * }</pre>
 *
 * <p>{@link #open(PeerAddress, String, StreamFunction)} connects if need be, runs the body, closes the stream on return
 * and resets it on an exception. Where only the id of a peer is known, its addresses come from the {@link #peerstore}
 * or from a service that finds them, such as a DHT.
 *
 * <p><b>Errors</b> are {@code IOException}s that name the peer and the protocol. Those that the network causes are
 * {@link libp2p.core.failure.NetworkFailure}s, which tell whether another try is worthwhile; reached bounds are {@link
 * libp2p.core.resource.LimitExceededException}s.
 *
 * <p><b>Life.</b> {@link #close} lets services say goodbye, ends all connections, and waits for the threads of the
 * host. What happens meanwhile is told by {@link #events}.
 *
 * <p>Thread-safe. Blocking methods are meant for virtual threads; an interrupt ends the wait of its caller and nothing
 * else.
 */
public interface Host extends AutoCloseable {
    /** The id of this host, by which peers know it. */
    PeerId peerId();

    /** The key of this host. */
    Identity identity();

    /** The clock, the threads and the network of this host; its threads are counted, see {@link #close}. */
    Environment environment();

    /** The addresses others can dial: announced ones, with real ports and without {@code /p2p}. */
    List<Multiaddr> addresses();

    /** The announced addresses complete with {@code /p2p} and the id of this host, as other programs take them. */
    default List<Multiaddr> fullAddresses() {
        Multiaddr self = Multiaddr.parse("/p2p/" + peerId());
        return addresses().stream().map(address -> address.encapsulate(self)).toList();
    }

    /** The addresses of this host itself. */
    AddressBook addressBook();

    /** The memory of other peers. */
    Peerstore peerstore();

    /** The choice among several peers that offer the same. */
    PeerSelector selector();

    /** The choice of connections that are closed when there are many. */
    ConnectionManager connectionManager();

    /** The accounts and limits of connections, streams and memory. */
    ResourceManager resourceManager();

    /**
     * Bounds of a part of this host, with the changes of the host's limits over them. A service that has bounds asks
     * for them when it starts.
     *
     * @param base what holds where the limits of the host say nothing
     */
    default <T extends Record> T limits(T base) {
        return base;
    }

    /** The events of this host, for handlers and subscribers. */
    EventBus events();

    /**
     * Adds a protocol: every stream that a peer opens with it is given to the handler on a virtual thread of its own.
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
     * Connects to a peer, or returns an open connection; blocks. Callers that want the same share one dial.
     * Where there is a limited connection and the options do not allow it, the direct addresses are dialed; if none
     * works, the limited connection is returned.
     *
     * @throws libp2p.core.connection.DialException if no address works; it holds the cause of each
     * @throws libp2p.core.failure.DeadlineExceededException when the deadline of the options passes
     */
    Connection connect(PeerAddress peer, DialOptions options) throws IOException;

    /** As {@link #connect(PeerAddress, DialOptions)}, with default options. */
    default Connection connect(PeerAddress peer) throws IOException {
        return connect(peer, DialOptions.DEFAULT);
    }

    /**
     * Opens a stream with the first of the protocols that the peer speaks, connecting first if need be; blocks.
     *
     * @throws libp2p.core.connection.LimitedConnectionException if there is only a limited connection and no better one
     *     can be made, unless the options allow it or wait
     * @throws libp2p.core.connection.NegotiationException if it speaks none of them
     * @throws libp2p.core.connection.UnauthorizedException if the authorizer of this host permits none of them
     * @throws libp2p.core.connection.DialException if it cannot be reached
     */
    Stream open(PeerAddress peer, DialOptions options, String... protocols) throws IOException;

    /** As {@link #open(PeerAddress, DialOptions, String...)}, with default options. */
    default Stream open(PeerAddress peer, String... protocols) throws IOException {
        return open(peer, DialOptions.DEFAULT, protocols);
    }

    /** As {@link #open(PeerAddress, String...)}, with the addresses that are known or found. */
    default Stream open(PeerId peer, String... protocols) throws IOException {
        return open(PeerAddress.of(peer), DialOptions.DEFAULT, protocols);
    }

    /**
     * Opens a stream to one of several peers that offer the same: to the best by {@link #selector()}, or, when that
     * fails, to the next; blocks. Wait less for each with a timeout in the options.
     *
     * @param attempts peers that are tried at most
     * @throws IOException that of the last peer, with those of the others as suppressed
     * @throws IllegalArgumentException if there is no peer, or no attempt
     */
    default Stream openAny(Collection<PeerId> peers, int attempts, DialOptions options, String... protocols)
            throws IOException {
        IOException failure = null;
        for (PeerId peer : selector().top(attempts, peers)) {
            try {
                return open(PeerAddress.of(peer), options, protocols);
            } catch (InterruptedIOException e) {
                if (!(e instanceof DeadlineExceededException)) {
                    throw e;
                }
                failure = with(e, failure);
            } catch (IOException e) {
                failure = with(e, failure);
            }
        }
        if (failure == null) {
            throw new IllegalArgumentException(
                    "no peer to try: " + attempts + " attempts at " + peers.size() + " peers");
        }
        throw failure;
    }

    private static IOException with(IOException failure, @Nullable IOException earlier) {
        if (earlier != null) {
            failure.addSuppressed(earlier);
        }
        return failure;
    }

    /**
     * The safe form: opens a stream, runs the body, closes the stream on return and resets it on an exception, so that
     * no cut message passes for a whole one.
     */
    default <T, X extends Exception> T open(PeerAddress peer, String protocol, StreamFunction<T, X> body)
            throws IOException, X {
        return StreamFunction.run(open(peer, protocol), body);
    }

    /**
     * As {@link #open(PeerAddress, String, StreamFunction)}, with an address such as
     * {@code /ip4/1.2.3.4/tcp/4001/p2p/12D3Koo…}.
     *
     * @throws libp2p.multiformats.MalformedException if the text is not a multiaddr
     */
    default <T, X extends Exception> T open(String address, String protocol, StreamFunction<T, X> body)
            throws IOException, X {
        return open(PeerAddress.parse(address), protocol, body);
    }

    /**
     * Makes a dialer that shows peers neither this host nor what it knows, to find out for them whether their addresses
     * can be dialed. The caller closes it; it ends with the host at the latest.
     *
     * @throws IllegalStateException if the host is closed
     */
    IsolatedDialer isolatedDialer();

    /** As {@link #open(PeerAddress, String, StreamFunction)}, with options and several protocols, the best first. */
    default <T, X extends Exception> T open(
            PeerAddress peer, DialOptions options, StreamFunction<T, X> body, String... protocols)
            throws IOException, X {
        return StreamFunction.run(open(peer, options, protocols), body);
    }

    /** The connections that are open now. */
    List<Connection> connections();

    /** The open connections to one peer. */
    List<Connection> connections(PeerId peer);

    /**
     * The {@linkplain Crowd#groupOf group} of a peer by where it is connected from, first over a direct connection; empty
     * if it is not connected.
     */
    default String groupOf(PeerId peer) {
        return connections(peer).stream()
                .min(Comparator.comparing(Connection::isLimited))
                .map(connection -> Crowd.groupOf(connection.remoteAddress()))
                .orElse("");
    }

    /**
     * Listens on one more address until the registration is closed; returns when it listens. Blocks for the network
     * where the transport has to, as with a reservation at a relay.
     *
     * @throws IOException naming the address that no transport serves or that cannot be bound
     */
    Registration listen(Multiaddr address) throws IOException;

    /** The installed services that implement a type, in the order of installation. */
    <T> List<T> findAll(Class<T> type);

    /**
     * The first of the installed services that implements a type, for example {@code host.find(ContentRouting.class)}.
     */
    default <T> Optional<T> find(Class<T> type) {
        return findAll(type).stream().findFirst();
    }

    /** As {@link #find}. */
    default <S extends HostService> Optional<S> service(Class<S> type) {
        return find(type);
    }

    /**
     * A part of the host's datastore that no other namespace sees. It lasts where the host has a data directory, else
     * it is forgotten with the process. The host closes it; closing it does nothing.
     *
     * @param namespace 1 to 64 characters of a–z, 0–9 and hyphen, for example {@code "kad"}
     */
    Datastore datastore(String namespace);

    /**
     * Tells the transports that a peer is about to dial this host while this host dials it.
     *
     * @param peer with the addresses from which it may come
     * @see libp2p.core.transport.Transport#expectPunch
     */
    void expectPunch(PeerAddress peer, Deadline until);

    /** Stops listening, ends all connections and waits until every thread of this host has ended. Idempotent. */
    @Override
    void close();
}
