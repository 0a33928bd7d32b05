package libp2p.bitswap;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.environment.Timer;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSource;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Gets the blocks of one DAG: from the store, or from peers, of which those that have answered are asked for blocks
 * directly, and the others whether they have them. A peer that is silent is passed over; each block is asked of one
 * peer at a time, so that hardly any comes twice. Blocks are in the store soon after they are returned, and all of them
 * after {@link #close}; those that come before they are read wait for their reader. Thread-safe.
 */
public final class BitswapSession implements BlockSource, AutoCloseable {
    private static final long TICK_NANOS = 200_000_000;
    private final Bitswap bitswap;
    private final BitswapLimits limits;
    private final Environment environment;
    private final long patience;
    final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final Map<Multihash, SessionWant> wants = new LinkedHashMap<>();
    private final UnreadBlocks unread;
    private final SessionPeers peers;
    private final PeerServiceObserver observer;
    private final ProviderSearch search;
    private int priority = Integer.MAX_VALUE;
    private long progress;
    private boolean closed;
    private long blocks;
    private long bytes;
    private long duplicates;
    private volatile String lastFailure = "";
    private final AtomicLong failures; // batches that could not be stored, as far as this session has told of them
    private @Nullable Timer tick;

    BitswapSession(Bitswap bitswap, BitswapLimits limits, Duration patience, PeerServiceObserver observer) {
        this.bitswap = bitswap;
        this.observer = observer;
        this.limits = limits;
        environment = bitswap.host().environment();
        this.patience = patience.toNanos();
        unread = new UnreadBlocks(bitswap.unread());
        peers = new SessionPeers(bitswap.network(), limits.outstanding(), limits.sessionPeers(), limits.silence());
        changed = new TimedCondition(environment, lock);
        progress = environment.nanoTime();
        failures = new AtomicLong(bitswap.receivedBlocks().failures());
        search = new ProviderSearch(bitswap.host(), limits, this::add, this::searchFailed);
    }

    /** Adds a peer that is likely to have the blocks; it is connected to when it is asked. */
    public void add(PeerAddress address) {
        PeerId peer = address.peer();
        if (peer == null || bitswap.isBanned(peer) || peer.equals(bitswap.host().peerId())) {
            return;
        }
        bitswap.queue(peer).address(address);
        lock.lock();
        try {
            peers.addUseful(peer, wants.values());
            wants.values().forEach(want -> want.refused.remove(peer));
            dispatchWaiting();
        } finally {
            lock.unlock();
        }
        post();
    }

    /** Blocks that came from peers. */
    public long blocks() {
        return blocks;
    }

    /** Bytes of them. */
    public long bytes() {
        return bytes;
    }

    /** Blocks that came again. */
    public long duplicates() {
        return duplicates;
    }

    /**
     * The data of a block; blocks until it has come.
     *
     * @throws BlockNotFoundException if nothing has come from any peer for as long as the session is patient: it tells
     *     who was asked and what was answered
     */
    @Override
    public byte[] get(Cid cid) throws IOException {
        while (true) {
            byte[] local = Block.isInherent(cid) ? Block.inherent(cid) : find(cid);
            byte[] data = local == null ? await(cid) : local;
            if (data != null) {
                return data;
            }
        }
    }

    /** Waits for a block; null if it came before this caller waited, and so has to be looked for. */
    private byte @Nullable [] await(Cid cid) throws IOException {
        SessionWant want;
        lock.lock();
        try {
            if (!wants.containsKey(cid.hash())) {
                peers.addConnected();
            }
            want = want(cid);
            want.await();
            dispatch(want);
            progress = wants.size() == 1 ? environment.nanoTime() : progress;
        } finally {
            lock.unlock();
        }
        post();
        long began = environment.nanoTime();
        lock.lock();
        try {
            while (true) {
                if (want.hasArrived()) {
                    return want.data();
                }
                if (closed) {
                    throw new BlockNotFoundException(cid, "the session was closed");
                }
                long end = Math.max(began, progress) + patience;
                if (environment.nanoTime() >= end) {
                    throw new BlockNotFoundException(cid, story(want));
                }
                changed.await(new Deadline(end < 0 ? Long.MAX_VALUE : end));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for block " + cid);
        } finally {
            want.leave();
            lock.unlock();
        }
    }

    /** The data of a block that is here, or on its way into the store; null for one that is asked for, or nowhere. */
    public byte @Nullable [] find(Cid cid) throws IOException {
        byte[] data = unread.take(cid.hash());
        return data != null || wants(cid.hash()) ? data : bitswap.local(cid);
    }

    private String story(SessionWant want) {
        return "of " + peers.size() + " peers " + want.queried.size() + " were asked, " + want.have.size()
                + " have it, " + want.refused.size() + " do not or failed; "
                + (search.isRunning() ? "still looking for providers" : "no further providers were found")
                + (lastFailure.isEmpty() ? "" : "; last failure: " + lastFailure);
    }

    /** Asks for blocks that are not here yet, as far as there is room. */
    @Override
    public void prefetch(List<Cid> cids) {
        List<Cid> missing = bitswap.missing(cids);
        lock.lock();
        try {
            if (!wants.keySet().containsAll(missing.stream().map(Cid::hash).toList())) {
                peers.addConnected();
            }
            for (Cid cid : missing) {
                if (wants.size() < limits.wanted() && !closed) {
                    want(cid);
                }
            }
        } finally {
            lock.unlock();
        }
        post();
    }

    private SessionWant want(Cid cid) {
        SessionWant known = wants.get(cid.hash());
        SessionWant want = known == null ? new SessionWant(cid, priority--) : known;
        if (known != null || closed) {
            return want;
        }
        bitswap.interests().add(cid.hash(), this); // first, so that what comes from now on is told to this session
        if (bitswap.receivedBlocks().holds(cid.hash())) { // it arrived after this caller had looked for it
            bitswap.interests().remove(cid.hash(), this);
            want.settle();
            return want;
        }
        wants.put(cid.hash(), want);
        dispatch(want);
        schedule();
        return want;
    }

    /** Asks for a block that no peer was asked for. */
    private void dispatch(SessionWant want) {
        if (want.asked == null && !closed && !want.hasArrived()) {
            peers.ask(List.of(want));
        }
    }

    /** Hands over what is to be told, without the lock. */
    private void post() {
        Map<PeerId, List<BitswapMessage.Want>> taken;
        lock.lock();
        try {
            taken = peers.takeWantlists();
        } finally {
            lock.unlock();
        }
        taken.forEach((peer, changes) -> bitswap.queue(peer).addWants(changes));
    }

    boolean wants(Multihash hash) {
        lock.lock();
        try {
            return wants.containsKey(hash);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a peer owes a block whose CID has the same form: the block that it sent instead has the wrong bytes. */
    boolean isOwedLike(PeerId from, Block block) {
        lock.lock();
        try {
            return peers.isOwedLike(from, block.cid());
        } finally {
            lock.unlock();
        }
    }

    /** Blocks that this session wants and that were checked have come from a peer. */
    void arrived(PeerId from, List<Block> came) {
        List<Delivered> delivered = new ArrayList<>();
        lock.lock();
        try {
            long now = environment.nanoTime();
            SessionPeer peer = peers.get(from);
            for (Block block : came) {
                Multihash hash = block.cid().hash();
                SessionWant want = wants.remove(hash);
                if (want == null) {
                    continue;
                }
                bitswap.interests().remove(hash, this);
                progress = now;
                search.progressed(now);
                blocks++;
                bytes += block.size();
                if (!want.arrive(block.data())) {
                    unread.add(block);
                }
                delivered.add(new Delivered(block.size(), Math.max(0, now - want.askedAt)));
                if (peer != null) {
                    peer.delivered(now);
                }
                peers.settle(want, from);
            }
            if (peer != null) {
                peers.relieve(peer, wants);
            }
            dispatchWaiting();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        post();
        delivered.forEach(one -> observer.delivered(from, one.bytes(), one.nanos()));
    }

    private record Delivered(int bytes, long nanos) {}

    /** A peer has sent other bytes than it was asked for. */
    void lied(PeerId from) {
        lock.lock();
        try {
            if (peers.get(from) == null) {
                return;
            }
        } finally {
            lock.unlock();
        }
        observer.lied(from);
    }

    private void dispatchWaiting() {
        if (!closed) {
            peers.ask(wants.values());
        }
    }

    void duplicate(PeerId from, Multihash hash) {
        lock.lock();
        try {
            if (peers.get(from) != null) {
                duplicates++;
            }
        } finally {
            lock.unlock();
        }
    }

    /** A peer says what it has and what not of that which this session wants. */
    void presences(PeerId from, List<Cid> have, List<Cid> dontHave) {
        lock.lock();
        try {
            SessionPeer peer = peers.get(from);
            if (peer == null) {
                return;
            }
            boolean wasUseful = peer.useful;
            int owed = peer.owed.size();
            for (Cid cid : have) { // words are no blocks: a peer that owes some stays as silent as it was
                SessionWant want = wants.get(cid.hash());
                if (want != null && want.queried.contains(from)) {
                    want.refused.remove(from);
                    want.have.add(from);
                    if (from.equals(want.asked)) { // asked for the block it says that it has it: another may send it
                        peer.owed.remove(cid.hash());
                        want.asked = null;
                        want.refused.add(from);
                    }
                    peer.useful = true;
                    dispatch(want);
                }
            }
            for (Cid cid : dontHave) {
                SessionWant want = wants.get(cid.hash());
                if (want != null && want.queried.contains(from)) {
                    refused(want, peer);
                }
            }
            if (peer.useful != wasUseful || peer.owed.size() < owed) { // or words of strangers would cost much
                dispatchWaiting();
            }
        } finally {
            lock.unlock();
        }
        post();
    }

    private void refused(SessionWant want, SessionPeer peer) {
        peer.owed.remove(want.cid.hash());
        want.refused.add(peer.id);
        want.have.remove(peer.id);
        if (peer.id.equals(want.asked)) {
            want.asked = null;
            dispatch(want);
        }
    }

    /** A peer cannot be reached, or is cut off. */
    void failed(PeerId from, IOException cause) {
        ended(from, String.valueOf(cause.getMessage()), false);
    }

    void disconnected(PeerId from) {
        ended(from, "the connection ended", true);
    }

    private void ended(PeerId from, String why, boolean disconnected) {
        boolean owed = false;
        lock.lock();
        try {
            SessionPeer peer = peers.get(from);
            if (peer == null) {
                return;
            }
            owed = !peer.owed.isEmpty();
            if (!disconnected || owed) {
                lastFailure = from + ": " + why;
                drop(peer);
            }
            if (disconnected) {
                peers.disconnected(from, wants.values());
            }
        } finally {
            lock.unlock();
        }
        post();
        if (owed) {
            observer.failed(from);
        }
    }

    private void drop(SessionPeer peer) {
        peer.failed = true;
        for (Cid cid : peer.releaseOwed()) {
            SessionWant want = wants.get(cid.hash());
            if (want != null) {
                refused(want, peer);
            }
        }
        changed.signalAll();
    }

    private void schedule() {
        if (tick == null && !closed) {
            tick = environment.schedule(TICK_NANOS, this::tick);
        }
    }

    /** Passes silent peers over and looks for providers when nothing comes. */
    private void tick() {
        Cid sought = null;
        List<PeerId> silent = new ArrayList<>();
        lock.lock();
        try {
            tick = null;
            if (closed || wants.isEmpty()) {
                return;
            }
            long now = environment.nanoTime();
            peers.addConnected();
            for (SessionPeer peer : peers.all()) {
                if (!peer.owed.isEmpty()
                        && now - peer.lastHeard > limits.silence().toNanos()) {
                    lastFailure = peer.id + ": silent for " + limits.silence().toSeconds() + " s";
                    peers.passOver(peer, wants);
                    silent.add(peer.id);
                }
            }
            dispatchWaiting();
            if (search.begin(now)) {
                sought = wants.values().iterator().next().cid;
            }
            schedule();
        } finally {
            lock.unlock();
        }
        post();
        silent.forEach(observer::failed);
        if (sought != null) {
            Cid cid = sought;
            environment.start("bitswap providers", () -> search.run(cid, still -> wants(still.hash())));
        }
    }

    private void searchFailed(IOException cause) {
        lastFailure = "looking for providers: " + cause.getMessage();
    }

    /**
     * Waits until the blocks that came are stored; blocks for the disk.
     *
     * @throws IOException if some of those that came since the session began, or since this was last told, could not be
     */
    public void flush() throws IOException {
        ReceivedBlockWriter receivedBlocks = bitswap.receivedBlocks();
        receivedBlocks.flush(failures.getAndSet(receivedBlocks.failures()));
    }

    /** Cancels what is still wanted. Idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            if (tick != null) {
                tick.cancel();
            }
            wants.values().forEach(peers::cancel);
            wants.keySet().forEach(hash -> bitswap.interests().remove(hash, this));
            wants.clear();
            unread.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        post();
        bitswap.ended(this);
    }
}
