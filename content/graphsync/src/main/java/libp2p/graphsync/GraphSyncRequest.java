package libp2p.graphsync;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import libp2p.blocks.BlockStore;
import libp2p.blocks.GivenBlocks;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSink;
import libp2p.ipld.Node;
import libp2p.ipld.selector.Path;
import libp2p.ipld.selector.Selector;
import libp2p.ipld.selector.SelectorWalk;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * A request for what a selector reaches below a root, from one peer. The walk happens here: what is stored here is
 * walked first, and the peer is asked when a block is absent. From then on each block of the peer must be the one that
 * the walk wants next, or the request ends; no visitor sees another. Received blocks are stored, also of a request that
 * ended. {@link #run} is for one thread, the other methods for any.
 */
public final class GraphSyncRequest implements AutoCloseable {
    /**
     * The outcome of a request.
     *
     * @param blocks that were walked
     * @param received blocks that came from the peer
     * @param receivedBytes of them
     * @param missing links that neither the peer nor this host has
     */
    public record Result(long blocks, long received, long receivedBytes, long missing) {
        /** Whether everything that the selector reaches is here. */
        public boolean isComplete() {
            return missing == 0;
        }
    }

    private final GraphSync graphSync;
    private final PeerId peer;
    private final PeerAddress address;
    private final Cid root;
    private final Selector selector;
    private final RequestOptions options;
    private final GraphSyncLimits limits;
    private final BlockStore store;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private @Nullable UUID id;
    private @Nullable RemoteLinks remote;
    private boolean paused;
    private boolean closed;
    private volatile BiConsumer<String, Node> listener = (extension, value) -> {};
    private volatile BlockSink sink = block -> {};

    // of the thread that walks
    private final WalkedLinks walked = new WalkedLinks();
    private final Map<Multihash, Block> unstored = new LinkedHashMap<>();
    private final GivenBlocks given;
    private long unstoredBytes;
    private @Nullable Path unfollowed;
    private long received;
    private long receivedBytes;
    private long missing;

    GraphSyncRequest(
            GraphSync graphSync,
            PeerId peer,
            PeerAddress address,
            Cid root,
            Selector selector,
            RequestOptions options,
            GraphSyncLimits limits) {
        this.graphSync = graphSync;
        this.peer = peer;
        this.address = address;
        this.root = root;
        this.selector = selector.wireForm();
        this.options = options;
        this.limits = limits;
        store = graphSync.store();
        given = new GivenBlocks(store, store);
        changed = new TimedCondition(graphSync.host().environment(), lock);
    }

    /** The peer that is asked. */
    public PeerId peer() {
        return peer;
    }

    /** Hears of the extensions in the peer's answers, on the thread that reads them; must not block. */
    public void onExtension(BiConsumer<String, Node> heard) {
        listener = heard;
    }

    /**
     * Hands over each block of the peer when it has been verified, on the thread that walks; it is stored here anyway.
     */
    public void onBlock(BlockSink heard) {
        sink = heard;
    }

    /** The last status of the peer, null as long as it was not asked or has not answered. */
    public @Nullable ResponseStatus status() {
        RemoteLinks links = remote;
        return links == null ? null : links.status();
    }

    /**
     * Walks; blocks until the end. Values are visited as blocks come.
     *
     * @throws RequestFailedException if the peer ended it by a failure
     * @throws ProtocolViolationException if the peer walked elsewhere, or said that it sent what it did not
     * @throws libp2p.ipld.BlockNotFoundException if no peer has the root
     */
    public Result run(SelectorWalk.Visitor visitor) throws IOException {
        SelectorWalk walk = new SelectorWalk(this::load, limits.own());
        boolean whole = false;
        try (BlockStore.Lease ignored = store.lease()) {
            try {
                walk.walk(root, selector, visitor);
                whole = true;
            } finally {
                end(whole);
                flush();
            }
            given.settle();
        }
        return new Result(walk.blocks(), received, receivedBytes, missing);
    }

    private byte @Nullable [] load(Path path, Cid cid) throws IOException {
        waitWhilePaused();
        Path outside = unfollowed;
        if (outside != null && path.isWithin(outside)) {
            return countMissing(local(cid));
        }
        unfollowed = null;
        RemoteLinks links = remote;
        if (links == null) {
            byte[] here = local(cid);
            if (here != null) {
                walked.add(cid);
                return here;
            }
            links = ask();
        }
        if (Block.isInherent(cid)) {
            links.skipIfNext(cid, root);
            return Block.inherent(cid);
        }
        RemoteLinks.Link next = links.next(root);
        if (next == null) { // the peer has ended
            return countMissing(local(cid));
        }
        if (!next.cid().equals(cid)) {
            throw violation("walked to " + next.cid() + " where the selector leads to " + cid);
        }
        walked.add(cid);
        byte[] data = next.data();
        if (data != null) {
            received++;
            receivedBytes += data.length;
            Block block = Block.trusted(cid, data);
            keep(block);
            sink.put(block);
            return data;
        }
        byte[] here = local(cid);
        if (!next.action().followed()) {
            unfollowed = path;
            return countMissing(here);
        }
        if (here == null) {
            throw violation("said that it sent " + cid + ", and did not");
        }
        return here;
    }

    private byte @Nullable [] countMissing(byte @Nullable [] data) {
        if (data == null) {
            missing++;
        }
        return data;
    }

    private byte @Nullable [] local(Cid cid) throws IOException {
        if (Block.isInherent(cid)) {
            return Block.inherent(cid);
        }
        Block fresh = unstored.get(cid.hash());
        if (fresh != null) {
            return fresh.data();
        }
        byte[] data = store.find(cid);
        if (data != null) {
            given.add(cid);
        }
        return data;
    }

    private void keep(Block block) throws IOException {
        if (unstored.put(block.cid().hash(), block) == null) {
            unstoredBytes += block.size();
        }
        if (unstoredBytes >= limits.unstoredBytes()) {
            flush();
        }
    }

    private void flush() throws IOException {
        if (!unstored.isEmpty()) {
            store.putAll(new ArrayList<>(unstored.values()));
            unstored.clear();
            unstoredBytes = 0;
        }
    }

    /** Asks the peer, and compares its walk with that which was made here already. */
    private RemoteLinks ask() throws IOException {
        SequencedMap<String, Node> extensions = new LinkedHashMap<>(options.extensions());
        UUID fresh = graphSync.newId();
        extensions.put("graphsync/dedup-by-key", Node.of(fresh.toString()));
        if (walked.count() > 0) {
            extensions.put("graphsync/do-not-send-first-blocks", Node.of(walked.count()));
        }
        if (!options.have().isEmpty()) {
            List<Node> have = new ArrayList<>();
            options.have().forEach(cid -> have.add(new Node.Link(cid)));
            extensions.put("graphsync/do-not-send-cids", new Node.Sequence(have));
        }
        RemoteLinks links = new RemoteLinks(peer, graphSync.host().environment(), limits);
        lock.lock();
        try {
            if (closed) {
                throw new RequestEndedException(peer, "the request for " + root + " was cancelled");
            }
            id = fresh;
            remote = links;
        } finally {
            lock.unlock();
        }
        graphSync.register(fresh, this);
        graphSync.tell(
                peer,
                address,
                new GraphSyncMessage.Request(
                        fresh, GraphSyncMessage.Type.NEW, options.priority(), root, selector.toNode(), extensions));
        WalkedLinks theirs = new WalkedLinks();
        while (theirs.count() < walked.count()) {
            RemoteLinks.Link link = links.next(root);
            if (link == null || !link.action().followed()) {
                throw new BlockNotFoundException(
                        link == null ? root : link.cid(), peer + " lacks what is here already");
            }
            theirs.add(link.cid());
        }
        if (!theirs.sameAs(walked)) {
            throw violation("walked another way than the selector leads");
        }
        return links;
    }

    private ProtocolViolationException violation(String what) {
        return new ProtocolViolationException(GraphSyncMessage.PROTOCOL, peer + " " + what);
    }

    private void waitWhilePaused() throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new RequestEndedException(peer, "the request for " + root + " was cancelled");
            }
            if (!paused) {
                return;
            }
        } finally {
            lock.unlock();
        }
        end(false); // the peer is asked anew afterwards
        flush();
        lock.lock();
        try {
            while (paused && !closed) {
                changed.await(Deadline.NONE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the request for " + root + " was paused");
        } finally {
            lock.unlock();
        }
        waitWhilePaused();
    }

    /** Ends what the peer does for this request. */
    private void end(boolean whole) {
        UUID ended;
        RemoteLinks links;
        lock.lock();
        try {
            ended = id;
            links = remote;
            id = null;
            if (!whole) {
                remote = null;
            }
        } finally {
            lock.unlock();
        }
        if (ended == null || links == null) {
            return;
        }
        graphSync.forget(ended);
        ResponseStatus last = links.status();
        links.close();
        if (last == null || !last.isLast()) {
            graphSync.cancel(peer, ended);
        }
    }

    /** A part of the answer has come; waits for room. */
    void received(GraphSyncMessage.Response response, Map<Cid, byte[]> blocks) throws IOException {
        RemoteLinks links;
        lock.lock();
        try {
            links = response.id().equals(id) ? remote : null;
        } finally {
            lock.unlock();
        }
        if (links != null) {
            response.extensions().forEach(listener);
            links.received(response, blocks);
        }
    }

    /** The peer cannot go on. */
    void fail(IOException cause) {
        RemoteLinks links = remote;
        if (links != null) {
            links.fail(cause);
        }
    }

    /** Stops at the next block: the peer is told to end, and {@link #run} waits. Idempotent. */
    public void pause() {
        set(true);
    }

    /** Goes on after {@link #pause}: the peer is asked for what is not here. Idempotent. */
    public void resume() {
        set(false);
    }

    private void set(boolean pause) {
        lock.lock();
        try {
            paused = pause;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Says something about the request to the peer, if the peer is asked at the moment; blocks for the network. */
    public void update(String extension, Node value) throws IOException {
        UUID current;
        lock.lock();
        try {
            current = id;
        } finally {
            lock.unlock();
        }
        if (current != null) {
            SequencedMap<String, Node> extensions = new LinkedHashMap<>();
            extensions.put(extension, value);
            graphSync.tell(
                    peer,
                    address,
                    new GraphSyncMessage.Request(current, GraphSyncMessage.Type.UPDATE, 0, null, null, extensions));
        }
    }

    /** Cancels it: {@link #run} fails, and the peer is told. Received blocks are kept. Idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        fail(new RequestEndedException(peer, "the request for " + root + " was cancelled"));
    }
}
