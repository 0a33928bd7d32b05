package libp2p.bitswap;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import libp2p.blocks.BlockStore;
import libp2p.blocks.SendingRate;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.DecayingTag;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.Merit;
import libp2p.core.host.ProtocolFamily;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.resource.Reservation;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Gives peers the blocks of a store, and gets blocks from peers in {@linkplain #session sessions}. Every block is the
 * one that its CID says: CIDs are made of the bytes that come. A peer that answers a want with other bytes is cut off
 * and left alone for {@link BitswapLimits#banned}. Thread-safe.
 */
public final class Bitswap implements HostService, SendingRate.Shared {
    private static final System.Logger LOG = System.getLogger(Bitswap.class.getName());

    private static final int BANNED_PEERS = 4096;

    /** Peers that are not connected any more and may be asked again. */
    private static final int KNOWN_PEERS = 4096;

    /**
     * Counters of this host since it started.
     *
     * @param blocksSent to all peers
     * @param bytesSent of the blocks alone, without the frames
     * @param blocksReceived from all peers, with those that came again
     * @param bytesReceived of the blocks alone
     * @param duplicates blocks that were there when they came
     * @param bannedPeers peers that no request is taken from any more
     */
    public record Statistics(
            long blocksSent,
            long bytesSent,
            long blocksReceived,
            long bytesReceived,
            long duplicates,
            long bannedPeers) {}

    private final BlockStore store;
    private final BitswapLimits limits;
    private final Predicate<Cid> serves;
    private final Map<PeerId, MessageQueue> queues = new ConcurrentHashMap<>();
    private final Set<BitswapSession> sessions = ConcurrentHashMap.newKeySet();
    private final SessionInterests<BitswapSession> interests = new SessionInterests<>();
    private final ReentrantLock bans = new ReentrantLock();
    private final Map<PeerId, Long> banned = new LinkedHashMap<>();
    private final List<Registration> registrations = new ArrayList<>();
    private final AtomicLong blocksSent = new AtomicLong();
    private final AtomicLong bytesSent = new AtomicLong();
    private final AtomicLong blocksReceived = new AtomicLong();
    private final AtomicLong bytesReceived = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong banCount = new AtomicLong();
    private final UnreadBlocks.Budget unread;
    private final AskedBlocks asked = new AskedBlocks();
    private @Nullable Host host;
    private @Nullable PeerTaskQueue taskQueue;
    private @Nullable SendingRate rate;
    private @Nullable ReceivedBlockWriter receivedBlocks;
    private @Nullable SlowReaders slowReaders;
    private @Nullable DecayingTag merits;

    private Bitswap(BlockStore store, BitswapLimits limits, Predicate<Cid> serves) {
        this.store = store;
        this.limits = limits;
        this.serves = serves;
        unread = new UnreadBlocks.Budget(limits.unreadBytes());
    }

    /** Bitswap over a store, which the caller closes after the host. */
    public static ProtocolFamily over(BlockStore store) {
        return over(store, BitswapLimits.DEFAULT);
    }

    /** As {@link #over(BlockStore)}, with limits. */
    public static ProtocolFamily over(BlockStore store, BitswapLimits limits) {
        return over(store, limits, cid -> true);
    }

    /**
     * As {@link #over(BlockStore)}, for some blocks only.
     *
     * @param serves whether peers are given a block that is here; others look absent
     */
    public static ProtocolFamily over(BlockStore store, BitswapLimits limits, Predicate<Cid> serves) {
        return assembly -> assembly.service(new Bitswap(store, assembly.limits(limits), serves));
    }

    @Override
    public void start(Host started) {
        host = started;
        merits = started.connectionManager().decayingTag(Merit.BLOCKS);
        taskQueue = new PeerTaskQueue(started.environment(), limits.serving());
        rate = new SendingRate(started.environment(), limits.sendRate());
        slowReaders = new SlowReaders(started.environment(), limits.silence().toNanos());
        receivedBlocks = new ReceivedBlockWriter(started.environment(), store, limits.unstoredBytes(), this::stored);
        for (String protocol : BitswapMessage.PROTOCOLS) {
            registrations.add(started.handle(protocol, this::receive));
        }
    }

    /**
     * A session for the blocks of one DAG. It asks the connected peers and those it is told of, and looks for providers
     * when they cannot help.
     *
     * @param patience how long a block is waited for while nothing comes from any peer
     */
    public BitswapSession session(Duration patience) {
        return session(patience, PeerServiceObserver.NONE);
    }

    /** As {@link #session(Duration)}, telling how the peers serve it. */
    public BitswapSession session(Duration patience, PeerServiceObserver observer) {
        BitswapSession session = new BitswapSession(this, limits, patience, observer);
        sessions.add(session);
        return session;
    }

    /** Blocks have got into the store by other ways: peers that wait for them are sent them. */
    public void stored(List<Multihash> hashes) {
        queues.values().forEach(queue -> queue.arrived(hashes));
    }

    /** Counters since the start. */
    public Statistics statistics() {
        return new Statistics(
                blocksSent.get(),
                bytesSent.get(),
                blocksReceived.get(),
                bytesReceived.get(),
                duplicates.get(),
                banCount.get());
    }

    /** Wants that are kept for a peer. */
    public int wantsOf(PeerId peer) {
        MessageQueue queue = queues.get(peer);
        return queue == null ? 0 : queue.wantCount();
    }

    private void receive(Stream stream) throws IOException {
        PeerId peer = stream.connection().remotePeer();
        if (isBanned(peer)) {
            stream.reset(ErrorCode.STREAM_GATED);
            return;
        }
        stream.readTimeout(limits.idle());
        try (TimedInput in = new TimedInput(host().environment(), stream, limits.sendTimeout());
                Reservation memory = stream.scope().reserve(0, Reservation.ALWAYS)) {
            MessageReader reader = new MessageReader(in, limits, memory);
            while (true) {
                if (!reader.read()) {
                    stream.close();
                    return;
                }
                in.complete();
                received(peer, reader.message());
                memory.shrink(memory.bytes());
            }
        } catch (ProtobufException e) {
            throw new ProtocolViolationException(stream.protocol(), String.valueOf(e.getMessage()));
        }
    }

    private void received(PeerId peer, BitswapMessage message) throws IOException {
        MessageQueue queue = queue(peer);
        if (!message.blocks().isEmpty()) {
            blocks(queue, message.blocks());
        }
        presences(peer, message.have(), message.dontHave());
        queue.receiveWantlist(message);
    }

    private void presences(PeerId peer, List<Cid> have, List<Cid> dontHave) {
        if (have.isEmpty() && dontHave.isEmpty()) {
            return;
        }
        Map<BitswapSession, List<Cid>> there = interests.split(have, Cid::hash);
        Map<BitswapSession, List<Cid>> absent = interests.split(dontHave, Cid::hash);
        Set<BitswapSession> told = new LinkedHashSet<>(there.keySet());
        told.addAll(absent.keySet());
        for (BitswapSession session : told) {
            session.presences(peer, there.getOrDefault(session, List.of()), absent.getOrDefault(session, List.of()));
        }
    }

    private void blocks(MessageQueue queue, List<Block> blocks) throws IOException {
        List<Block> wanted = new ArrayList<>();
        boolean wrong = false;
        for (Block block : blocks) {
            blocksReceived.incrementAndGet();
            bytesReceived.addAndGet(block.size());
            queue.ledger().received(block.size());
            Multihash hash = block.cid().hash();
            if (interests.isWanted(hash)) {
                wanted.add(block);
            } else if (asked.contains(hash)
                    || store.has(block.cid())) { // or asked for before this host was started anew
                duplicates.incrementAndGet();
                sessions.forEach(session -> session.duplicate(queue.peer(), hash));
            } else {
                boolean instead = sessions.stream().anyMatch(session -> session.isOwedLike(queue.peer(), block));
                wrong |= instead || queue.unasked();
            }
        }
        if (!wanted.isEmpty()) {
            started(merits).bump(queue.peer(), 1, Merit.BLOCKS.value());
            receivedBlocks().add(wanted);
            interests
                    .split(wanted, block -> block.cid().hash())
                    .forEach((session, part) -> session.arrived(queue.peer(), part));
        }
        if (wrong) {
            ban(queue.peer());
        }
    }

    /** Ends all that goes on with a peer that sent other bytes than it was asked for, and remembers it. */
    private void ban(PeerId peer) {
        LOG.log(System.Logger.Level.WARNING, "bitswap: " + peer + " sent bytes that were not asked for: cut off");
        bans.lock();
        try {
            banned.put(
                    peer, Deadline.after(host().environment(), limits.banned()).nanos());
            banCount.incrementAndGet();
            if (banned.size() > BANNED_PEERS) {
                banned.remove(banned.keySet().iterator().next());
            }
        } finally {
            bans.unlock();
        }
        sessions.forEach(session -> session.lied(peer));
        failed(peer, new ProtocolViolationException("/ipfs/bitswap", "sent bytes that were not asked for"));
        for (Connection connection : host().connections(peer)) {
            connection.close(ErrorCode.CONNECTION_PROTOCOL_VIOLATION, "bitswap: wrong bytes");
        }
    }

    /** Those blocks that are not here; none if the store fails, which a reader of one of them is told. */
    List<Cid> missing(List<Cid> cids) {
        List<Cid> unseen = new ArrayList<>();
        for (Cid cid : cids) {
            if (!Block.isInherent(cid) && !receivedBlocks().holds(cid.hash())) {
                unseen.add(cid);
            }
        }
        try {
            return unseen.isEmpty() ? unseen : store().missing(unseen);
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The peers of the host as a session sees them. */
    SessionPeers.Network network() {
        return new SessionPeers.Network() {
            @Override
            public void forEachConnected(Consumer<PeerId> visitor) {
                for (Connection connection : host().connections()) {
                    if (!connection.isLimited()) {
                        visitor.accept(connection.remotePeer());
                    }
                }
            }

            @Override
            public boolean mayBeAsked(PeerId peer) {
                return Bitswap.this.mayBeAsked(peer);
            }

            @Override
            public long nanoTime() {
                return host().environment().nanoTime();
            }
        };
    }

    /** Whether a connected peer may have blocks: it is not known to speak no Bitswap, and not cut off. */
    boolean mayBeAsked(PeerId peer) {
        List<String> spoken = host().peerstore().protocols(peer);
        boolean speaks = spoken.isEmpty() || spoken.stream().anyMatch(id -> id.startsWith("/ipfs/bitswap"));
        return speaks && !isBanned(peer);
    }

    /** Whether a peer is left alone because of what it sent. */
    public boolean isBanned(PeerId peer) {
        bans.lock();
        try {
            Long until = banned.get(peer);
            if (until == null) {
                return false;
            }
            if (new Deadline(until).passed(host().environment())) {
                banned.remove(peer);
                return false;
            }
            return true;
        } finally {
            bans.unlock();
        }
    }

    MessageQueue queue(PeerId peer) {
        if (queues.size() > KNOWN_PEERS && !queues.containsKey(peer)) {
            forgetAbsent();
        }
        return queues.computeIfAbsent(peer, id -> new MessageQueue(this, id, limits));
    }

    /** The data of a block that is here or on its way into the store, or null. */
    byte @Nullable [] local(Cid cid) throws IOException {
        byte[] data = receivedBlocks().find(cid.hash());
        return data == null ? store.find(cid) : data; // also one that is not durable yet
    }

    void failed(PeerId peer, IOException cause) {
        sessions.forEach(session -> session.failed(peer, cause));
    }

    /** Of what all sessions keep for their readers. */
    UnreadBlocks.Budget unread() {
        return unread;
    }

    /** The blocks that peers were asked for. */
    AskedBlocks asked() {
        return asked;
    }

    /** Which sessions want which blocks. */
    SessionInterests<BitswapSession> interests() {
        return interests;
    }

    void ended(BitswapSession session) {
        sessions.remove(session);
        if (sessions.isEmpty()) {
            forgetAbsent();
        }
    }

    /** Forgets the peers that are not connected and are told nothing. */
    private void forgetAbsent() {
        queues.values().removeIf(queue -> host().connections(queue.peer()).isEmpty() && queue.isIdle());
    }

    /** Nothing is left to be said to a peer, whose last message may have come after the end of its connection. */
    void rests(MessageQueue queue) {
        if (host().connections(queue.peer()).isEmpty()) {
            forget(queue);
        }
    }

    private void forget(MessageQueue queue) {
        queue.disconnected();
        if ((sessions.isEmpty() || queues.size() > KNOWN_PEERS) && queue.isIdle()) {
            queues.remove(queue.peer(), queue);
        }
    }

    /** Peers that are known. */
    int known() {
        return queues.size();
    }

    void countSent(int blocks, long bytes) {
        blocksSent.addAndGet(blocks);
        bytesSent.addAndGet(bytes);
    }

    boolean serves(Cid cid) {
        return serves.test(cid);
    }

    BlockStore store() {
        return store;
    }

    Host host() {
        return started(host);
    }

    PeerTaskQueue taskQueue() {
        return started(taskQueue);
    }

    /** The rate at which the host gives blocks away; what other protocols give away counts too. */
    @Override
    public SendingRate rate() {
        return started(rate);
    }

    SlowReaders slowReaders() {
        return started(slowReaders);
    }

    ReceivedBlockWriter receivedBlocks() {
        return started(receivedBlocks);
    }

    private static <T> T started(@Nullable T part) {
        return HostService.started("bitswap", part);
    }

    @Override
    public void connectionClosed(Connection connection) {
        PeerId peer = connection.remotePeer();
        if (host().connections(peer).isEmpty()) {
            sessions.forEach(session -> session.disconnected(peer)); // a peer to which nothing was said has places too
            MessageQueue queue = queues.get(peer);
            if (queue != null) {
                forget(queue);
            }
        }
    }

    @Override
    public void close() {
        registrations.forEach(Registration::close);
        sessions.forEach(BitswapSession::close);
        if (receivedBlocks != null) {
            receivedBlocks.close();
        }
    }
}
