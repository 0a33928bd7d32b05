package libp2p.nat.autorelay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.core.event.HostEvent.ReachabilityChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Crowd;
import libp2p.core.resource.Direction;
import libp2p.nat.relay.RelayClient;
import libp2p.nat.relay.RelayRefusedException;
import libp2p.nat.relay.RelayReservation;
import libp2p.nat.relay.RelayStatus;
import org.jspecify.annotations.Nullable;

/**
 * Keeps places at two relays while this host cannot be dialed: at those that are configured, that are connected, or
 * that a source finds. A relay that is lost is replaced by another at once. Thread-safe.
 */
public final class AutoRelay implements HostService {
    private static final System.Logger LOG = System.getLogger(AutoRelay.class.getName());

    private final AutoRelayLimits limits;
    private final RelayClient client;
    private final List<PeerAddress> configured;
    private final RelaySource source;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedMap<PeerId, Registration> active = new LinkedHashMap<>();
    private final SequencedMap<PeerId, PeerAddress> found = new LinkedHashMap<>();
    /** Of the candidates, whose number is that of what was found and of connections. */
    private final Map<PeerId, Long> restUntil = new HashMap<>();

    private @Nullable Host host;
    private @Nullable TimedCondition changed;
    private @Nullable Subscription<ReachabilityChanged> events;
    private Reachability reachability = Reachability.UNKNOWN;
    private boolean dirty;
    private boolean searching;
    private boolean searched;
    private long searchedAt;
    private long startedAt;
    private boolean closed;

    /** @param configured relays that are preferred to all others */
    public AutoRelay(AutoRelayLimits limits, RelayClient client, List<PeerAddress> configured) {
        this(limits, client, configured, new KnownRelays());
    }

    /** @param source asked for relays when no connected peer is one */
    public AutoRelay(AutoRelayLimits limits, RelayClient client, List<PeerAddress> configured, RelaySource source) {
        this.limits = limits;
        this.client = client;
        this.configured = List.copyOf(configured);
        this.source = source;
    }

    @Override
    public void start(Host started) {
        lock.lock();
        try {
            host = started;
            changed = new TimedCondition(started.environment(), lock);
            events = started.events().subscribe(ReachabilityChanged.class);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void listening() {
        Host here = host();
        startedAt = here.environment().nanoTime();
        searchedAt = startedAt - limits.search().toNanos();
        here.environment().start("autorelay", this::run);
    }

    private Host host() {
        Host current = host;
        if (current == null) {
            throw new IllegalStateException("AutoRelay is not started; give it to the builder of a host by with(…)");
        }
        return current;
    }

    private void run() {
        try {
            while (pause()) {
                step();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean pause() throws InterruptedException {
        lock.lock();
        try {
            TimedCondition waiting = changed;
            if (!closed && !dirty && waiting != null) {
                waiting.await(Deadline.after(host().environment(), limits.tick()));
            }
            dirty = false;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void step() {
        Subscription<ReachabilityChanged> news = events;
        ReachabilityChanged event;
        while (news != null && (event = news.poll()) != null) {
            reachability = event.reachability();
        }
        Environment environment = host().environment();
        long now = environment.nanoTime();
        boolean wanted = reachability == Reachability.PRIVATE
                || reachability == Reachability.UNKNOWN
                        && now - startedAt >= limits.boot().toNanos();
        if (!wanted) {
            if (reachability == Reachability.PUBLIC) {
                release();
            }
            return;
        }
        for (PeerAddress relay : chosen(now)) {
            reserve(relay);
        }
        searchIfDue(now);
    }

    private void release() {
        List<Registration> held;
        lock.lock();
        try {
            held = List.copyOf(active.values());
            active.clear();
        } finally {
            lock.unlock();
        }
        held.forEach(Registration::close);
    }

    /**
     * The relays to ask now: as many as places are missing, configured ones first, then at random those that this host has
     * chosen itself, and last, when a search has ended, peers that have connected to it and say that they relay. Those of IP groups
     * at which it has no place come before others.
     */
    private List<PeerAddress> chosen(long now) {
        Set<PeerId> held = held();
        int missing = missing(held);
        if (missing == 0) {
            return List.of();
        }
        List<PeerAddress> others = new ArrayList<>(KnownRelays.connected(host(), Direction.OUTBOUND));
        List<PeerAddress> strangers = new ArrayList<>(KnownRelays.connected(host(), Direction.INBOUND));
        lock.lock();
        try {
            others.addAll(found.values());
            Set<PeerId> candidates = Stream.of(configured, others, strangers)
                    .flatMap(List::stream)
                    .map(PeerAddress::peer)
                    .collect(Collectors.toSet());
            Random random = Random.from(host().environment().random("nat.autorelay"));
            Collections.shuffle(others, random);
            Collections.shuffle(strangers, random);
            SequencedMap<PeerId, PeerAddress> first = new LinkedHashMap<>();
            configured.forEach(relay -> offer(relay, first, now));
            first.keySet().removeAll(held);
            SequencedMap<PeerId, PeerAddress> then = new LinkedHashMap<>();
            others.forEach(relay -> offer(relay, then, now));
            if (searched) {
                strangers.forEach(relay -> offer(relay, then, now));
            }
            then.keySet().removeAll(held);
            then.keySet().removeAll(first.keySet());
            restUntil.values().removeIf(until -> until <= now);
            restUntil.keySet().retainAll(candidates);
            Set<PeerId> there = new HashSet<>(held);
            there.addAll(active.keySet());
            return Stream.concat(first.values().stream(), diverse(then.values(), there))
                    .limit(missing)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** The candidates in their order, but those of an IP group that was there before behind all others. */
    private Stream<PeerAddress> diverse(Collection<PeerAddress> candidates, Set<PeerId> there) {
        Set<String> groups = new HashSet<>();
        there.forEach(peer -> groups.add(host().groupOf(peer)));
        List<PeerAddress> alike = new ArrayList<>();
        List<PeerAddress> other = new ArrayList<>();
        for (PeerAddress candidate : candidates) {
            (groups.add(groupOf(candidate)) ? other : alike).add(candidate);
        }
        return Stream.concat(other.stream(), alike.stream());
    }

    private String groupOf(PeerAddress candidate) {
        PeerId peer = candidate.peer();
        String connected = peer == null ? "" : host().groupOf(peer);
        return connected.isEmpty() && !candidate.addresses().isEmpty()
                ? Crowd.groupOf(candidate.addresses().getFirst())
                : connected;
    }

    /** The relays at which this host has a place now, also those that it would keep without being found. */
    private Set<PeerId> held() {
        return client.reservations().stream().map(RelayReservation::relay).collect(Collectors.toSet());
    }

    /** The number of places that are missing beside those that are held or asked for. */
    private int missing(Set<PeerId> held) {
        lock.lock();
        try {
            Set<PeerId> all = new HashSet<>(held);
            all.addAll(active.keySet());
            return Math.max(0, limits.relays() - all.size());
        } finally {
            lock.unlock();
        }
    }

    private void offer(PeerAddress relay, SequencedMap<PeerId, PeerAddress> candidates, long now) {
        PeerId peer = relay.peer();
        if (peer != null && !active.containsKey(peer) && restUntil.getOrDefault(peer, Long.MIN_VALUE) <= now) {
            candidates.putIfAbsent(peer, relay);
        }
    }

    private void reserve(PeerAddress relay) {
        PeerId peer = relay.peer();
        if (peer == null) {
            return;
        }
        lock.lock();
        try {
            if (closed) {
                return;
            }
            active.put(peer, () -> {}); // it may be lost before this host knows that it was asked for
        } finally {
            lock.unlock();
        }
        Registration place = client.keep(relay, cause -> {
            lost(peer, cause);
            return false;
        });
        lock.lock();
        try {
            if (active.replace(peer, place) != null) {
                return;
            }
        } finally {
            lock.unlock();
        }
        place.close();
    }

    private void lost(PeerId peer, Throwable cause) {
        LOG.log(System.Logger.Level.DEBUG, () -> "relay " + peer + ": " + cause.getMessage());
        boolean isConfigured = configured.stream().anyMatch(relay -> peer.equals(relay.peer()));
        boolean refused = cause instanceof RelayRefusedException said && said.status() != RelayStatus.UNKNOWN;
        Duration rest = refused && !isConfigured ? limits.refused() : limits.lost();
        lock.lock();
        try {
            active.remove(peer);
            restUntil.put(peer, host().environment().nanoTime() + rest.toNanos());
            dirty = true;
            if (changed != null) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void searchIfDue(long now) {
        boolean complete = missing(held()) == 0;
        lock.lock();
        try {
            if (searching || complete || now - searchedAt < limits.search().toNanos()) {
                return;
            }
            searching = true;
            searchedAt = now;
        } finally {
            lock.unlock();
        }
        host().environment().start("autorelay-search", this::search);
    }

    private void search() {
        List<PeerAddress> relays = List.of();
        try {
            relays =
                    source.find(host(), limits.candidates(), Deadline.after(host().environment(), limits.searchTime()));
        } finally {
            lock.lock();
            try {
                searching = false;
                searched = true;
                for (PeerAddress relay : relays) {
                    if (relay.peer() != null) {
                        found.put(relay.peer(), relay);
                    }
                }
                while (found.size() > limits.candidates()) {
                    found.pollFirstEntry();
                }
                dirty = true;
                if (changed != null) {
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (changed != null) {
                changed.signalAll();
            }
            if (events != null) {
                events.close();
            }
        } finally {
            lock.unlock();
        }
        release();
    }
}
