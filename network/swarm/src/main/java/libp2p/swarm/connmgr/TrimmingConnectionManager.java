package libp2p.swarm.connmgr;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
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
import libp2p.core.resource.Direction;
import libp2p.core.resource.ScopeUsage;
import org.jspecify.annotations.Nullable;

/**
 * Closes the connections that are worth least when there are more than the high water mark. As in go-libp2p, of those
 * of peers whose grace is over as many stay as the low water mark says, so that newcomers, who count but are in grace,
 * do not push out those who were there before. If there are more than the high water mark even then, newcomers go in
 * spite of their grace: the newest inbound ones first, outbound ones last. Connections of protected peers are never
 * closed and do not count; of sheltered ones the oldest that have room among the sheltered are closed last. Where the
 * resource manager lets fewer connections be than the upper mark says, the marks are lower by as much, so that those
 * that came first do not hold all places for ever. When the environment tells that memory is short, a part of the connections is closed
 * whatever the marks and the grace say. Thread-safe; no connection is closed with a lock held.
 */
public final class TrimmingConnectionManager implements ConnectionManager {
    private final Host host;
    private final TrimmingLimits options;
    private final TagBook tags;
    private final ConnectedPeers connected = new ConnectedPeers();
    private final Subscription<ConnectednessChanged> events;
    private final KeptPeers kept;
    private final MemoryRelief memory;
    private final ScarcityRelief scarcity;
    private final WaterMarks marks;
    private volatile WaterMarks.@Nullable Ceilings ceilings;
    private volatile boolean closed;

    /** Starts the thread of the manager; nothing is asked of the host before an event or a call arrives. */
    public TrimmingConnectionManager(Host host, TrimmingLimits options) {
        this.host = host;
        this.options = options;
        this.marks = new WaterMarks(options.low(), options.high());
        this.tags = new TagBook(host.environment(), connected::contains, options.peers(), options.tags());
        this.kept = new KeptPeers(host, tags, options.kept());
        this.memory = new MemoryRelief(host, tags, options);
        this.scarcity = new ScarcityRelief(host, tags, options);
        this.events = host.events().subscribe(ConnectednessChanged.class);
        host.environment().start("connection manager", this::follow);
    }

    /** Follows the events until the subscription is closed. */
    private void follow() {
        Deadline nextLook = Deadline.NONE;
        long quietUntil = Long.MIN_VALUE;
        try {
            while (!closed) {
                ConnectednessChanged event = events.take(nextLook);
                if (event != null) { // not earlier: a program that only starts need not pay for it
                    memory.watch();
                    host.resourceManager().onScarcity(scarcity::scarce);
                }
                while (event != null) {
                    note(event);
                    event = events.poll();
                }
                if (!isFull()) {
                    nextLook = Deadline.NONE;
                } else if (host.environment().nanoTime() < quietUntil) {
                    nextLook = new Deadline(quietUntil);
                } else {
                    close(beyondTheMarks());
                    nextLook = Deadline.after(host.environment(), options.silence());
                    quietUntil = nextLook.nanos();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(ConnectednessChanged event) {
        if (event.connectedness() != Connectedness.NOT_CONNECTED) {
            connected.connected(event.peer(), host.environment().nanoTime());
            return;
        }
        connected.disconnected(event.peer());
        kept.lost(event.peer());
    }

    /** Counts never less than the open connections, and cheaply: a quiet host does not walk over them at every event. */
    private boolean isFull() {
        ScopeUsage usage = host.resourceManager().system().usage();
        WaterMarks.Ceilings most = ceilings();
        int all = usage.connectionsInbound() + usage.connectionsOutbound();
        return all > marks.within(most.all()).high()
                || usage.connectionsInbound() > marks.within(most.inbound()).high();
    }

    private WaterMarks.Ceilings ceilings() {
        WaterMarks.Ceilings known = ceilings;
        if (known == null) {
            known = WaterMarks.Ceilings.of(host);
            ceilings = known;
        }
        return known;
    }

    private void close(Collection<TrimCandidate> candidates) {
        candidates.forEach(candidate -> candidate.close(host.environment(), "too many connections"));
    }

    @Override
    public void trim() {
        List<Connection> connections = host.connections();
        WaterMarks all = marks.within(ceilings().all() - protectedOnes(connections, false));
        close(selected(candidates(connections, all), new WaterMarks(all.low(), all.low()), Integer.MAX_VALUE));
    }

    /** The connections to close where there are more than the upper mark, of all or of those that others opened. */
    private Set<TrimCandidate> beyondTheMarks() {
        List<Connection> connections = host.connections();
        WaterMarks all = marks.within(ceilings().all() - protectedOnes(connections, false));
        WaterMarks inbound = marks.within(ceilings().inbound() - protectedOnes(connections, true));
        List<TrimCandidate> candidates = candidates(connections, all);
        Set<TrimCandidate> closing = new LinkedHashSet<>(selected(candidates, all, all.high()));
        List<TrimCandidate> others = candidates.stream()
                .filter(candidate -> candidate.inbound() && !closing.contains(candidate))
                .toList();
        closing.addAll(selected(others, inbound, inbound.high()));
        return closing;
    }

    private long protectedOnes(List<Connection> connections, boolean inboundOnly) {
        return connections.stream()
                .filter(connection -> !inboundOnly || connection.direction() == Direction.INBOUND)
                .filter(connection -> tags.isProtected(connection.remotePeer()))
                .count();
    }

    private List<TrimCandidate> candidates(List<Connection> connections, WaterMarks all) {
        connected.retain(connections.stream().map(Connection::remotePeer).collect(Collectors.toSet()));
        return Ranking.of(connections, tags, all.low());
    }

    /**
     * The connections to close if there are more than the upper mark, worth least first.
     *
     * @param most connections that may be left, whatever the grace of their peers
     */
    private List<TrimCandidate> selected(List<TrimCandidate> candidates, WaterMarks between, int most) {
        if (candidates.size() <= between.high()) {
            return List.of();
        }
        long now = host.environment().nanoTime();
        Map<Boolean, List<TrimCandidate>> settled = candidates.stream().collect(Collectors.partitioningBy(candidate -> {
            long since = connected.since(candidate.connection().remotePeer(), now);
            return now - since >= options.grace().toNanos();
        }));
        List<TrimCandidate> there = settled.getOrDefault(true, List.of());
        List<TrimCandidate> closing = new ArrayList<>(there.stream()
                .sorted()
                .limit(Math.max(0, there.size() - between.low()))
                .toList());
        settled.getOrDefault(false, List.of()).stream()
                .sorted(TrimCandidate.NEWEST)
                .limit(Math.max(0, candidates.size() - closing.size() - most))
                .forEach(closing::add);
        return closing;
    }

    @Override
    public Registration keep(PeerAddress address) {
        return kept.keep(address);
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
    public void shelter(PeerId peer, String tag) {
        tags.shelter(peer, tag);
    }

    @Override
    public void unshelter(PeerId peer, String tag) {
        tags.unshelter(peer, tag);
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

    /** Ends the threads of the manager; connections stay. Idempotent. */
    @Override
    public void close() {
        closed = true;
        memory.close();
        scarcity.close();
        events.close();
        kept.close();
    }
}
