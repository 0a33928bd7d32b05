package libp2p.graphsync;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.blocks.BlockStore;
import libp2p.blocks.PeerMemory;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.LimitExceededException;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/** Serves the requests of peers, each on a thread of its own, so many of them walking at a time. Thread-safe. */
final class Responder {
    private static final System.Logger LOG = System.getLogger(Responder.class.getName());

    /** The record of one peer, kept while it is used or the peer is connected. */
    private static final class Peer {
        final PeerSender sender;
        final SentBlocks sent;
        /** Those that it has not cancelled. */
        final Map<UUID, ServedRequest> requests = new LinkedHashMap<>();

        /** Requests of it among all, with those that it has cancelled and that have not ended yet. */
        int admitted;

        /** The admitted requests, and calls that may admit one or refuse it: a record in use is not forgotten. */
        int uses;

        Peer(PeerSender sender, SentBlocks sent) {
            this.sender = sender;
            this.sent = sent;
        }
    }

    private final Host host;
    private final BlockStore store;
    private final ServingPolicy policy;
    private final GraphSyncLimits limits;
    private final TaskQueue taskQueue;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<PeerId, Peer> peers = new ConcurrentHashMap<>();
    private final AtomicInteger all = new AtomicInteger();

    Responder(Host host, BlockStore store, ServingPolicy policy, GraphSyncLimits limits) {
        this.host = host;
        this.store = store;
        this.policy = policy;
        this.limits = limits;
        taskQueue = new TaskQueue(host.environment(), limits.serving(), limits.servingPerPeer());
    }

    /** Takes the word of a peer; blocks only for the peer itself. */
    void received(PeerId from, GraphSyncMessage.Request request) throws IOException {
        switch (request.type()) {
            case NEW -> begin(from, request);
            case CANCEL -> {
                ServedRequest served = forget(from, request.id());
                if (served != null) {
                    served.drop();
                }
            }
            case UPDATE -> {
                ServedRequest served = find(from, request.id());
                if (served != null) {
                    policy.updated(served, request.extensions());
                }
            }
        }
    }

    /** A request that was cancelled: its id may come again at once, when the peer goes on after a pause. */
    private @Nullable ServedRequest forget(PeerId from, UUID id) {
        lock.lock();
        try {
            Peer peer = peers.get(from);
            return peer == null ? null : peer.requests.remove(id);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable ServedRequest find(PeerId from, UUID id) {
        lock.lock();
        try {
            Peer peer = peers.get(from);
            return peer == null ? null : peer.requests.get(id);
        } finally {
            lock.unlock();
        }
    }

    private void begin(PeerId from, GraphSyncMessage.Request request) throws IOException {
        Peer peer = use(from);
        try {
            begin(from, peer, request);
        } finally {
            leave(from, peer);
        }
    }

    private Peer use(PeerId from) {
        lock.lock();
        try {
            Peer peer = peers.computeIfAbsent(
                    from,
                    id -> new Peer(
                            new PeerSender(host, PeerAddress.of(id), limits, false),
                            new SentBlocks(limits.remembered(), () -> new PeerMemory(host, id))));
            peer.uses++;
            return peer;
        } finally {
            lock.unlock();
        }
    }

    /** Ends a use. The peer may have gone before or during it: its last message may be read afterwards. */
    private void leave(PeerId from, Peer peer) {
        lock.lock();
        try {
            peer.uses--;
        } finally {
            lock.unlock();
        }
        if (host.connections(from).isEmpty()) {
            forgetUnused(from);
        }
    }

    private void forgetUnused(PeerId id) {
        lock.lock();
        try {
            Peer peer = peers.get(id);
            if (peer != null && peer.uses == 0) {
                peers.remove(id);
            }
        } finally {
            lock.unlock();
        }
    }

    private void begin(PeerId from, Peer peer, GraphSyncMessage.Request request) throws IOException {
        Cid root = request.root();
        Node selector = request.selector();
        if (root == null || selector == null) {
            refuse(peer, request, ResponseStatus.REJECTED);
            return;
        }
        ServedRequest served;
        PeerMemory memory = new PeerMemory(host, from);
        try {
            served = new ServedRequest(
                    from,
                    request,
                    root,
                    selector,
                    store,
                    policy,
                    limits,
                    host.environment(),
                    peer.sender,
                    peer.sent,
                    taskQueue,
                    memory);
        } catch (MalformedException | LimitExceededException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "a request of " + from + " is refused: " + e.getMessage());
            memory.close();
            refuse(peer, request, e instanceof MalformedException ? ResponseStatus.REJECTED : ResponseStatus.BUSY);
            return;
        }
        boolean taken = false;
        lock.lock();
        try {
            boolean room = peer.admitted < limits.requestsPerPeer() && all.get() < limits.requests();
            if (room && peer.requests.putIfAbsent(served.id(), served) == null) {
                peer.admitted++;
                peer.uses++;
                all.incrementAndGet();
                taken = true;
            }
        } finally {
            lock.unlock();
        }
        if (taken) {
            host.environment().start("graphsync to " + from, () -> serve(peer, served));
            if (host.connections(from).isEmpty()) { // its end was told before the request was there to be dropped
                served.drop();
            }
        } else {
            memory.close();
            refuse(peer, request, ResponseStatus.BUSY);
        }
    }

    private static void refuse(Peer peer, GraphSyncMessage.Request request, ResponseStatus status) throws IOException {
        peer.sender.send(GraphSyncMessage.of(
                new GraphSyncMessage.Response(request.id(), status, List.of(), new LinkedHashMap<>()), List.of()));
    }

    private void serve(Peer peer, ServedRequest request) {
        try {
            request.run();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "a request of " + request.peer() + " ended: " + e.getMessage());
        } finally {
            boolean last;
            lock.lock();
            try {
                peer.requests.remove(request.id(), request);
                peer.admitted--;
                all.decrementAndGet();
                last = peer.admitted == 0;
            } finally {
                lock.unlock();
            }
            try {
                if (last) {
                    peer.sender.rest();
                }
            } finally {
                leave(request.peer(), peer);
            }
        }
    }

    /** The peer has no connection any more. */
    void gone(PeerId id) {
        Peer peer = peers.get(id);
        if (peer != null) {
            drop(peer);
            forgetUnused(id);
        }
    }

    private void drop(Peer peer) {
        List<ServedRequest> ended;
        lock.lock();
        try {
            ended = List.copyOf(peer.requests.values());
        } finally {
            lock.unlock();
        }
        ended.forEach(ServedRequest::drop);
    }

    /** Requests that are served or wait to be. */
    int size() {
        return all.get();
    }

    /** Peers that are known. */
    int peers() {
        return peers.size();
    }

    void close() {
        peers.values().forEach(this::drop);
    }
}
