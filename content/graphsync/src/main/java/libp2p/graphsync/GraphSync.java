package libp2p.graphsync;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.blocks.BlockStore;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.ProtocolFamily;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.resource.Reservation;
import libp2p.ipld.Block;
import libp2p.ipld.codec.Footprint;
import libp2p.ipld.selector.Selector;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * GraphSync 2.0 over a store: serves peers what their selectors reach, and asks peers. A peer that sends blocks that
 * its own walk does not name is cut off and left alone for {@link GraphSyncLimits#banned}. Thread-safe.
 */
public final class GraphSync implements HostService {
    private static final System.Logger LOG = System.getLogger(GraphSync.class.getName());

    private static final int BANNED_PEERS = 4096;

    private final BlockStore store;
    private volatile GraphSyncLimits limits;
    private final ServingPolicy policy;
    private final Map<UUID, GraphSyncRequest> requests = new ConcurrentHashMap<>();
    private final Map<PeerId, Telling> senders = new ConcurrentHashMap<>();
    private final ReentrantLock bans = new ReentrantLock();
    private final Map<PeerId, Deadline> banned = new LinkedHashMap<>();
    private @Nullable Host host;
    private @Nullable Responder responder;
    private @Nullable Registration registration;

    /** The sender to a peer that is told something at the moment. */
    private static final class Telling {
        final PeerSender sender;
        int calls;

        Telling(PeerSender sender) {
            this.sender = sender;
        }
    }

    private GraphSync(BlockStore store, GraphSyncLimits limits, ServingPolicy policy) {
        this.store = store;
        this.limits = limits;
        this.policy = policy;
    }

    /** GraphSync over a store, which the caller closes after the host. */
    public static ProtocolFamily over(BlockStore store) {
        return over(store, GraphSyncLimits.DEFAULT, ServingPolicy.ALL);
    }

    /** As {@link #over(BlockStore)}, with limits, and with a say in what is served. */
    public static ProtocolFamily over(BlockStore store, GraphSyncLimits limits, ServingPolicy policy) {
        return assembly -> assembly.service(new GraphSync(store, limits, policy));
    }

    @Override
    public void start(Host started) {
        limits = started.limits(limits);
        host = started;
        responder = new Responder(started, store, policy, limits);
        registration = started.handle(GraphSyncMessage.PROTOCOL, this::receive);
    }

    /**
     * A request, which begins when it is {@linkplain GraphSyncRequest#run run}.
     *
     * @param peer to be asked; dialed if need be
     * @throws IllegalArgumentException if the peer's id is not told
     */
    public GraphSyncRequest request(PeerAddress peer, Cid root, Selector selector, RequestOptions options) {
        PeerId id = peer.peer();
        if (id == null) {
            throw new IllegalArgumentException("a request needs the id of the peer, not only " + peer);
        }
        return new GraphSyncRequest(this, id, peer, root, selector, options, limits);
    }

    /** As {@link #request(PeerAddress, Cid, Selector, RequestOptions)}, with nothing special. */
    public GraphSyncRequest request(PeerAddress peer, Cid root, Selector selector) {
        return request(peer, root, selector, RequestOptions.DEFAULT);
    }

    /** Requests of peers that are served or wait to be. */
    public int served() {
        return responder().size();
    }

    /** Peers that are told something at the moment. */
    int senders() {
        return senders.size();
    }

    private void receive(Stream stream) throws IOException {
        PeerId peer = stream.connection().remotePeer();
        if (isBanned(peer)) {
            stream.reset(ErrorCode.STREAM_GATED);
            return;
        }
        stream.readTimeout(limits.idle());
        while (true) {
            try (Reservation memory = stream.scope().reserve(0, Reservation.ALWAYS)) {
                byte[] frame = Delimited.readOrEnd(
                        "graphsync message",
                        stream.input(),
                        limits.messageBytes(),
                        more -> memory.grow(more, Reservation.ALWAYS));
                if (frame == null) {
                    stream.close();
                    return;
                }
                memory.grow(
                        frame.length + Footprint.ofCbor(frame), Reservation.ALWAYS); // the bytes of values, and values
                received(peer, MessageCodec.decode(frame, limits));
            } catch (ProtobufException | MalformedException e) {
                throw new ProtocolViolationException(stream.protocol(), String.valueOf(e.getMessage()));
            }
        }
    }

    private void received(PeerId peer, GraphSyncMessage message) throws IOException {
        requireNamed(peer, message);
        Map<Cid, byte[]> blocks = HashMap.newHashMap(message.blocks().size());
        for (Block block : message.blocks()) {
            blocks.put(block.cid(), block.data());
        }
        for (GraphSyncMessage.Response response : message.responses()) {
            GraphSyncRequest request = requests.get(response.id());
            if (request != null && request.peer().equals(peer)) {
                request.received(response, blocks);
            }
        }
        for (GraphSyncMessage.Request request : message.requests()) {
            responder().received(peer, request);
        }
    }

    /** Each block must be one that a response of its message says it sends. */
    private void requireNamed(PeerId peer, GraphSyncMessage message) throws ProtocolViolationException {
        if (message.blocks().isEmpty()) {
            return;
        }
        Set<Cid> named = new HashSet<>();
        for (GraphSyncMessage.Response response : message.responses()) {
            for (GraphSyncMessage.Metadatum item : response.metadata()) {
                if (item.action() == LinkAction.PRESENT) {
                    named.add(item.link());
                }
            }
        }
        for (Block block : message.blocks()) {
            if (!named.contains(block.cid())) {
                ban(peer);
                throw new ProtocolViolationException(
                        GraphSyncMessage.PROTOCOL, peer + " sent a block that no answer names: " + block.cid());
            }
        }
    }

    /** Ends all that goes on with a peer that sent what was not asked for, and remembers it. */
    void ban(PeerId peer) {
        LOG.log(System.Logger.Level.WARNING, "graphsync: " + peer + " sent what it was not asked for: cut off");
        bans.lock();
        try {
            banned.put(peer, Deadline.after(host().environment(), limits.banned()));
            if (banned.size() > BANNED_PEERS) {
                banned.remove(banned.keySet().iterator().next());
            }
        } finally {
            bans.unlock();
        }
        fail(peer, new ProtocolViolationException(GraphSyncMessage.PROTOCOL, peer + " sent what it was not asked for"));
        for (Connection connection : host().connections(peer)) {
            connection.close(ErrorCode.CONNECTION_PROTOCOL_VIOLATION, "graphsync: wrong blocks");
        }
    }

    /** Whether a peer is left alone because of what it sent. */
    public boolean isBanned(PeerId peer) {
        bans.lock();
        try {
            Deadline until = banned.get(peer);
            if (until != null && until.passed(host().environment())) {
                banned.remove(peer);
                return false;
            }
            return until != null;
        } finally {
            bans.unlock();
        }
    }

    private void fail(PeerId peer, IOException cause) {
        for (GraphSyncRequest request : requests.values()) {
            if (request.peer().equals(peer)) {
                request.fail(cause);
            }
        }
    }

    UUID newId() {
        byte[] random = new byte[16];
        host().environment().secureRandom(random);
        random[6] = (byte) (random[6] & 0x0f | 0x40); // version 4, as RFC 9562 says
        random[8] = (byte) (random[8] & 0x3f | 0x80);
        ByteBuffer bytes = ByteBuffer.wrap(random);
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    void register(UUID id, GraphSyncRequest request) {
        requests.put(id, request);
    }

    void forget(UUID id) {
        requests.remove(id);
    }

    void tell(PeerId peer, PeerAddress address, GraphSyncMessage.Request request) throws IOException {
        if (isBanned(peer)) {
            throw new ProtocolViolationException(
                    GraphSyncMessage.PROTOCOL, peer + " is left alone for what it sent before");
        }
        PeerSender sender = sender(peer, address);
        try {
            sender.address(address);
            tell(sender, request);
        } finally {
            leave(peer);
        }
    }

    private static void tell(PeerSender sender, GraphSyncMessage.Request request) throws IOException {
        sender.send(GraphSyncMessage.of(request));
        sender.rest();
    }

    /** One sender for all that is told to a peer at the same time, until each has {@linkplain #leave left} it. */
    private PeerSender sender(PeerId peer, PeerAddress address) {
        return senders.compute(peer, (id, known) -> {
                    Telling telling =
                            known == null ? new Telling(new PeerSender(host(), address, limits, true)) : known;
                    telling.calls++;
                    return telling;
                })
                .sender;
    }

    private void leave(PeerId peer) {
        senders.computeIfPresent(peer, (id, telling) -> --telling.calls == 0 ? null : telling);
    }

    /**
     * Tells a peer that nothing more of a request is wanted, as well as that goes. A peer without a connection has ended
     * the request already, and is not dialed.
     */
    void cancel(PeerId peer, UUID id) {
        GraphSyncMessage.Request cancel =
                new GraphSyncMessage.Request(id, GraphSyncMessage.Type.CANCEL, 0, null, null, new LinkedHashMap<>());
        host().environment().start("graphsync cancel to " + peer, () -> {
            try {
                tell(new PeerSender(host(), PeerAddress.of(peer), limits, false), cancel);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, () -> peer + " was not told of the end: " + e.getMessage());
            }
        });
    }

    @Override
    public void connectionClosed(Connection connection) {
        PeerId peer = connection.remotePeer();
        if (host().connections(peer).isEmpty()) {
            fail(peer, new RequestEndedException(peer, "the last connection to " + peer + " has ended"));
            responder().gone(peer);
        }
    }

    BlockStore store() {
        return store;
    }

    Host host() {
        return started(host);
    }

    private Responder responder() {
        return started(responder);
    }

    private static <T> T started(@Nullable T part) {
        return HostService.started("graphsync", part);
    }

    @Override
    public void close() {
        if (registration != null) {
            registration.close();
        }
        Responder serving = responder; // none if the host failed before it started this
        if (serving != null) {
            serving.close();
        }
        new ArrayList<>(requests.values()).forEach(GraphSyncRequest::close);
    }
}
