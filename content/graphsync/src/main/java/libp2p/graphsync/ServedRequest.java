package libp2p.graphsync;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.blocks.BlockStore;
import libp2p.blocks.PeerMemory;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.LimitExceededException;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.ContentException;
import libp2p.ipld.Node;
import libp2p.ipld.codec.Footprint;
import libp2p.ipld.selector.Path;
import libp2p.ipld.selector.Selector;
import libp2p.ipld.selector.SelectorWalk;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/** A request of a peer that is served: the walk, and what is sent of it. */
final class ServedRequest implements IncomingRequest {
    private static final System.Logger LOG = System.getLogger(ServedRequest.class.getName());
    private static final String DO_NOT_SEND_CIDS = "graphsync/do-not-send-cids";
    private static final String DO_NOT_SEND_FIRST = "graphsync/do-not-send-first-blocks";
    private static final String DEDUP_KEY = "graphsync/dedup-by-key";

    /** Copies of a block that are there when a message is sent. */
    private static final int COPIES = 2;

    /** Thrown through the walk when the request is to end. */
    private static final class EndedException extends RequestEndedException {
        private static final long serialVersionUID = 1;
        final boolean told;

        EndedException(PeerId peer, boolean told) {
            super(peer, "the request was ended");
            this.told = told;
        }
    }

    private final PeerId peer;
    private final UUID id;
    private final Cid root;
    private final Selector selector;
    private final long priority;
    private final SequencedMap<String, Node> extensions;
    private final BlockStore store;
    private final ServingPolicy policy;
    private final GraphSyncLimits limits;
    private final PeerSender sender;
    private final SentBlocks sent;
    private final TaskQueue taskQueue;
    private final TaskQueue.Place place;
    private final WalkPace pace;
    private final PeerMemory memory;
    private final long asked;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final Environment environment;
    private final Set<Cid> notWanted = new HashSet<>();
    private final String key;
    private final long skipped;
    private SequencedMap<String, Node> untold = new LinkedHashMap<>();
    private boolean paused;
    private boolean cancelled;
    private boolean dropped;
    private volatile long walked;

    // of the thread that walks
    private List<GraphSyncMessage.Metadatum> metadata = new ArrayList<>();
    private List<Block> blocks = new ArrayList<>();
    private long bytes;
    private long links;
    private long open;
    private boolean incomplete;

    /**
     * A request that holds what it says.
     *
     * @param memory closed when it has run
     * @throws libp2p.multiformats.MalformedException if the selector or an extension is malformed
     * @throws LimitExceededException if there is no memory for it
     */
    ServedRequest(
            PeerId peer,
            GraphSyncMessage.Request request,
            Cid root,
            Node selector,
            BlockStore store,
            ServingPolicy policy,
            GraphSyncLimits limits,
            Environment environment,
            PeerSender sender,
            SentBlocks sent,
            TaskQueue taskQueue,
            PeerMemory memory)
            throws LimitExceededException {
        this.memory = memory;
        asked = Footprint.of(selector) + Footprint.of(new Node.Mapping(request.extensions()));
        memory.hold(asked);
        this.peer = peer;
        id = request.id();
        this.root = root;
        this.selector = Selector.of(selector);
        priority = request.priority();
        extensions = request.extensions();
        this.store = store;
        this.policy = policy;
        this.limits = limits;
        this.environment = environment;
        this.sender = sender;
        this.sent = sent;
        this.taskQueue = taskQueue;
        place = new TaskQueue.Place(peer, priority);
        pace = new WalkPace(environment::nanoTime, environment::yieldCarrier, this::rest, taskQueue, place, limits);
        changed = new TimedCondition(environment, lock);
        key = extensions.get(DEDUP_KEY) instanceof Node.Text text ? "k" + text.value() : "";
        skipped = extensions.get(DO_NOT_SEND_FIRST) instanceof Node.Int number
                ? number.value().bitLength() < 64 ? number.value().longValue() : Long.MAX_VALUE
                : 0;
        if (extensions.get(DO_NOT_SEND_CIDS) instanceof Node.Sequence list) {
            for (Node item : list.items()) {
                if (item instanceof Node.Link link) {
                    notWanted.add(link.cid());
                }
            }
        }
    }

    UUID id() {
        return id;
    }

    @Override
    public PeerId peer() {
        return peer;
    }

    @Override
    public Cid root() {
        return root;
    }

    @Override
    public Selector selector() {
        return selector;
    }

    @Override
    public long priority() {
        return priority;
    }

    @Override
    public SequencedMap<String, Node> extensions() {
        return extensions;
    }

    @Override
    public long blocks() {
        return walked;
    }

    @Override
    public void pause() {
        set(() -> paused = true);
    }

    @Override
    public void resume() {
        set(() -> paused = false);
    }

    @Override
    public void cancel() {
        set(() -> cancelled = true);
    }

    /** The peer has cancelled it, or is gone: it ends without a word, and no message of it leaves any more. */
    void drop() {
        set(() -> dropped = true);
        sent.forget(key);
        taskQueue.withdraw(place);
    }

    private boolean isDropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void tell(String extension, Node value) {
        set(() -> untold.put(extension, value));
    }

    private void set(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Serves it; blocks until it has ended. */
    void run() throws IOException {
        try (memory) {
            if (policy.accepts(this)) {
                serve();
            } else {
                send(ResponseStatus.REJECTED);
            }
        }
    }

    private void serve() throws IOException {
        SentBlocks.Memory before = sent.begin(key);
        try {
            pace.begin();
            send(walk(before));
        } catch (EndedException ended) {
            if (!ended.told) {
                send(ResponseStatus.CANCELLED);
            }
        } finally {
            pace.end();
            before.end();
        }
    }

    private ResponseStatus walk(SentBlocks.Memory before) throws IOException {
        try {
            checkpoint();
            new SelectorWalk(new Loader(before), limits.served()).walk(root, selector, visit -> {});
            return incomplete ? ResponseStatus.COMPLETED_PARTIAL : ResponseStatus.COMPLETED;
        } catch (EndedException e) {
            throw e;
        } catch (LimitExceededException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "no memory for a request of " + peer + ": " + e.getMessage());
            return ResponseStatus.BUSY;
        } catch (BlockNotFoundException e) {
            return walked == 0 ? ResponseStatus.NOT_FOUND : ResponseStatus.FAILED;
        } catch (ContentException e) {
            return ResponseStatus.FAILED;
        }
    }

    /** Gives the walk its blocks, and ends or slows it between them. */
    private final class Loader implements SelectorWalk.Loader {
        private final SentBlocks.Memory before;

        Loader(SentBlocks.Memory before) {
            this.before = before;
        }

        @Override
        public byte @Nullable [] load(Path path, Cid cid) throws IOException {
            return ServedRequest.this.load(cid, before);
        }

        @Override
        public void walking() throws IOException {
            checkpoint();
        }

        @Override
        public void holding(long now) throws IOException {
            open = now;
            if (!mayQueue() && bytes > 0) {
                send(ResponseStatus.PARTIAL);
            }
            hold();
        }
    }

    /** Whether more blocks may wait for the message that is sent next; where memory is short messages are small. */
    private boolean mayQueue() {
        try {
            hold();
            return true;
        } catch (LimitExceededException full) {
            return false;
        }
    }

    private void hold() throws LimitExceededException {
        memory.hold(asked + open + COPIES * bytes);
    }

    private byte @Nullable [] load(Cid cid, SentBlocks.Memory before) throws IOException {
        byte[] data = !policy.serves(cid) ? null : Block.isInherent(cid) ? Block.inherent(cid) : store.find(cid);
        if (data != null && data.length > limits.blockBytes()) {
            data = null;
        }
        links++; // missing ones too: as do-not-send-first-blocks counts
        if (data == null) {
            metadata.add(new GraphSyncMessage.Metadatum(cid, LinkAction.MISSING));
            incomplete = true;
        } else {
            walked++;
            boolean first = links > skipped && !notWanted.contains(cid) && before.first(cid);
            metadata.add(
                    new GraphSyncMessage.Metadatum(cid, first ? LinkAction.PRESENT : LinkAction.DUPLICATE_NOT_SENT));
            if (first) {
                blocks.add(Block.trusted(cid, data));
                bytes += data.length;
                pace.fruitful();
            }
            policy.walked(this, cid, data.length);
        }
        if (bytes >= limits.replyBytes() || metadata.size() >= limits.replyLinks() || !mayQueue()) {
            send(ResponseStatus.PARTIAL);
        }
        checkpoint();
        return data;
    }

    /** Ends, pauses or slows the walk if it is to be. */
    private void checkpoint() throws IOException {
        pace.step();
        boolean wait;
        lock.lock();
        try {
            wait = paused && !cancelled && !dropped;
        } finally {
            lock.unlock();
        }
        if (wait) {
            send(ResponseStatus.PAUSED);
            sender.rest();
            pace.end();
            awaitResumed();
            pace.begin();
        }
        lock.lock();
        try {
            if (dropped) {
                throw new EndedException(peer, true);
            }
            if (cancelled) {
                throw new EndedException(peer, false);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for some time, or until the request is to end. */
    private void rest(long nanos) throws InterruptedIOException {
        Deadline deadline = Deadline.afterNanos(environment, nanos);
        lock.lock();
        try {
            boolean more = true;
            while (more && !cancelled && !dropped) {
                more = changed.await(deadline);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a walk rested");
        } finally {
            lock.unlock();
        }
    }

    private void awaitResumed() throws IOException {
        Deadline deadline = Deadline.after(environment, limits.pausedPatience());
        lock.lock();
        try {
            while (paused && !cancelled && !dropped) {
                if (!changed.await(deadline)) {
                    cancelled = true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a request was paused");
        } finally {
            lock.unlock();
        }
    }

    private void send(ResponseStatus status) throws IOException {
        SequencedMap<String, Node> said;
        lock.lock();
        try {
            said = untold;
            untold = new LinkedHashMap<>();
        } finally {
            lock.unlock();
        }
        List<GraphSyncMessage.Metadatum> told = metadata;
        List<Block> carried = blocks;
        metadata = new ArrayList<>();
        blocks = new ArrayList<>();
        bytes = 0;
        GraphSyncMessage.Response response = new GraphSyncMessage.Response(id, status, told, said);
        pace.sending();
        if (!sender.send(GraphSyncMessage.of(response, carried), () -> !isDropped())) {
            throw new EndedException(peer, true);
        }
        if (status.equals(ResponseStatus.PARTIAL)) {
            pace.sent();
        }
    }
}
