package libp2p.swarm.connmgr;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.MemoryPressure;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.ConnectionManager;
import libp2p.core.host.Decay;
import libp2p.core.host.DecayingTag;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ScopeUsage;
import org.jspecify.annotations.Nullable;

/**
 * Closes the connections that are worth least when there are more than the high water mark, until the low water mark is
 * reached. Connections of protected peers are never closed and do not count; those of peers in grace count, but are not
 * closed yet. When the environment tells that memory is short, a part of the connections is closed whatever the marks and
 * the grace say. Thread-safe; no connection is closed with a lock held.
 */
public final class TrimmingConnectionManager implements ConnectionManager {
    /**
     * Marks, times and bounds.
     *
     * @param low connections that are left after trimming
     * @param high connections above which trimming starts
     * @param grace how long a newly connected peer is left alone
     * @param silence the shortest time between two automatic trims
     * @param peers peers with tags, and peers with protections, that are remembered
     * @param tags tags, and protections, of one peer
     * @param kept peers that are kept connected
     * @param relief the part of the connections, of peers that are not protected, that is closed each time memory is short
     * @param reliefPause the shortest time between two such times, in which what was freed is collected
     */
    public record Options(
            int low,
            int high,
            Duration grace,
            Duration silence,
            int peers,
            int tags,
            int kept,
            double relief,
            Duration reliefPause) {
        /** go-libp2p's marks; a quarter of the connections, at most once a second, when memory is short. */
        public static final Options DEFAULT = new Options(
                160, 192, Duration.ofMinutes(1), Duration.ofSeconds(10), 16_384, 64, 1024, 0.25, Duration.ofSeconds(1));

        public Options {
            if (low < 0 || high < low || peers < 1 || tags < 1 || kept < 0 || !(relief >= 0 && relief <= 1)) {
                throw new IllegalArgumentException("low " + low + ", high " + high + ", peers " + peers + ", tags "
                        + tags + ", kept " + kept + ", relief " + relief);
            }
        }

        public Options withMarks(int newLow, int newHigh) {
            return new Options(newLow, newHigh, grace, silence, peers, tags, kept, relief, reliefPause);
        }

        public Options withTimes(Duration newGrace, Duration newSilence) {
            return new Options(low, high, newGrace, newSilence, peers, tags, kept, relief, reliefPause);
        }

        public Options withBounds(int newPeers, int newTags, int newKept) {
            return new Options(low, high, grace, silence, newPeers, newTags, newKept, relief, reliefPause);
        }

        public Options withRelief(double newRelief, Duration newPause) {
            return new Options(low, high, grace, silence, peers, tags, kept, newRelief, newPause);
        }
    }

    private static final String TOO_MANY = "too many connections";
    private static final System.Logger LOG = System.getLogger(TrimmingConnectionManager.class.getName());

    private final Host host;
    private final Options options;
    private final TagBook tags;
    private final ConnectedPeers connected = new ConnectedPeers();
    private final Subscription<ConnectednessChanged> events;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Keeper> keepers = new ArrayList<>();
    private long keeps;
    private long relievedUntil = Long.MIN_VALUE;
    private MemoryPressure.@Nullable Watch memory;
    private boolean closed;

    /** Starts the thread of the manager; nothing is asked of the host before an event or a call arrives. */
    public TrimmingConnectionManager(Host host, Options options) {
        this.host = host;
        this.options = options;
        this.tags = new TagBook(host.environment(), options.peers(), options.tags());
        this.events = host.events().subscribe(ConnectednessChanged.class);
        host.environment().start("connection manager", this::follow);
    }

    /** Follows the events until the subscription is closed. */
    private void follow() {
        Deadline nextLook = Deadline.NONE;
        long quietUntil = Long.MIN_VALUE;
        try {
            while (!isClosed()) {
                ConnectednessChanged event = events.take(nextLook);
                if (event != null) {
                    watchMemory(); // not earlier: a program that only starts need not pay for it
                }
                while (event != null) {
                    note(event);
                    event = events.poll();
                }
                if (usedConnections() <= options.high()) {
                    nextLook = Deadline.NONE;
                } else if (host.environment().nanoTime() < quietUntil) {
                    nextLook = new Deadline(quietUntil);
                } else {
                    close(selected(options.high()), TOO_MANY);
                    nextLook = Deadline.after(host.environment(), options.silence());
                    quietUntil = nextLook.nanos();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watchMemory() {
        if (memory != null || options.relief() == 0) {
            return;
        }
        MemoryPressure.Watch watch = host.environment().memoryPressure().watch(this::memoryIsShort);
        lock.lock();
        try {
            memory = watch;
            if (!closed) {
                return;
            }
        } finally {
            lock.unlock();
        }
        watch.close();
    }

    /** Called by a thread of the runtime. */
    private void memoryIsShort() {
        lock.lock();
        try {
            long now = host.environment().nanoTime();
            if (closed || now < relievedUntil) {
                return;
            }
            relievedUntil =
                    Deadline.after(host.environment(), options.reliefPause()).nanos();
        } finally {
            lock.unlock();
        }
        host.environment().start("memory relief", this::relieve);
    }

    private void relieve() {
        List<Candidate> candidates = new ArrayList<>();
        for (Connection connection : host.connections()) {
            PeerId peer = connection.remotePeer();
            if (!tags.isProtected(peer) && connection.isOpen()) {
                candidates.add(Candidate.of(connection, tags.value(peer)));
            }
        }
        int count = (int) Math.ceil(candidates.size() * options.relief());
        if (count > 0) {
            LOG.log(
                    Level.WARNING,
                    () -> "memory is short: closing " + count + " of " + candidates.size() + " connections");
            close(candidates.stream().sorted(Candidate.COST).limit(count).toList(), "memory is short");
        }
    }

    private void note(ConnectednessChanged event) {
        if (event.connectedness() != Connectedness.NOT_CONNECTED) {
            connected.connected(event.peer(), host.environment().nanoTime());
            return;
        }
        connected.disconnected(event.peer());
        List<Keeper> waiting;
        lock.lock();
        try {
            waiting = keepers.stream()
                    .filter(keeper -> keeper.peer().equals(event.peer()))
                    .toList();
        } finally {
            lock.unlock();
        }
        waiting.forEach(Keeper::lost);
    }

    /** Never less than the open connections, and cheap, so that a quiet host does not walk over them at every event. */
    private int usedConnections() {
        ScopeUsage usage = host.resourceManager().system().usage();
        return usage.connectionsInbound() + usage.connectionsOutbound();
    }

    @Override
    public void trim() {
        close(selected(options.low()), TOO_MANY);
    }

    /** What is to be closed if there are more connections than {@code trigger}, worth least first. */
    private List<Candidate> selected(int trigger) {
        long now = host.environment().nanoTime();
        Set<PeerId> peers = new HashSet<>();
        List<Candidate> candidates = new ArrayList<>();
        int counted = 0;
        for (Connection connection : host.connections()) {
            PeerId peer = connection.remotePeer();
            peers.add(peer);
            if (tags.isProtected(peer) || !connection.isOpen()) {
                continue;
            }
            counted++;
            if (now - connected.since(peer, now) >= options.grace().toNanos()) {
                candidates.add(Candidate.of(connection, tags.value(peer)));
            }
        }
        connected.retain(peers);
        if (counted <= trigger) {
            return List.of();
        }
        return candidates.stream()
                .sorted()
                .limit(Math.max(0, counted - options.low()))
                .toList();
    }

    /** Closing may wait for a slow transport, so each gets a thread. */
    private void close(List<Candidate> worthless, String why) {
        for (Candidate candidate : worthless) {
            Connection connection = candidate.connection();
            host.environment()
                    .start(
                            "trim-" + connection.id(),
                            () -> connection.close(ErrorCode.CONNECTION_GARBAGE_COLLECTED, why));
        }
    }

    @Override
    public Registration keep(PeerAddress address) {
        PeerId peer = address.peer();
        if (peer == null) {
            throw new IllegalArgumentException("only a peer with a known id can be kept: " + address);
        }
        Keeper keeper = new Keeper(host, peer, address);
        String protection;
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the connection manager is closed");
            }
            if (keepers.size() >= options.kept()) {
                throw new IllegalStateException(options.kept() + " peers are kept already");
            }
            protection = "kept-" + ++keeps;
            tags.protect(peer, protection);
            keepers.add(keeper);
        } finally {
            lock.unlock();
        }
        host.environment().start("keep " + peer.shortName(), keeper);
        return () -> release(keeper, protection);
    }

    private void release(Keeper keeper, String protection) {
        lock.lock();
        try {
            if (!keepers.remove(keeper)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        keeper.close();
        tags.unprotect(keeper.peer(), protection);
    }

    @Override
    public void protect(PeerId peer, String tag) {
        tags.protect(peer, tag);
    }

    @Override
    public boolean unprotect(PeerId peer, String tag) {
        return tags.unprotect(peer, tag);
    }

    @Override
    public boolean isProtected(PeerId peer) {
        return tags.isProtected(peer);
    }

    @Override
    public void tag(PeerId peer, String tag, int value) {
        tags.set(peer, tag, value);
    }

    @Override
    public void untag(PeerId peer, String tag) {
        tags.remove(peer, tag);
    }

    @Override
    public DecayingTag decayingTag(String tag, Decay decay) {
        return new BookedTag(tags, tag, decay);
    }

    @Override
    public int value(PeerId peer) {
        return tags.value(peer);
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the threads of the manager; connections stay. Idempotent. */
    @Override
    public void close() {
        List<Keeper> ending;
        MemoryPressure.Watch watch;
        lock.lock();
        try {
            closed = true;
            watch = memory;
            ending = List.copyOf(keepers);
            keepers.clear();
        } finally {
            lock.unlock();
        }
        if (watch != null) {
            watch.close();
        }
        events.close();
        ending.forEach(Keeper::close);
    }
}
