package libp2p.swarm.peerstore;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.event.EventBus;
import libp2p.core.event.HostEvent.AddressReachabilityChanged;
import libp2p.core.event.HostEvent.AddressTemplatesChanged;
import libp2p.core.event.HostEvent.AddressesChanged;
import libp2p.core.peer.AddressBook;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the host itself. Announced is what listens, what enough peers observe and what was mapped,
 * configured or relayed, unless a peer tried it in vain. An observation counts only if the host's end of that
 * connection is one of its listening sockets: the port of any other is worth nothing to a peer that wants to dial.
 * Thread-safe; events are published in order, without locks.
 */
public final class HostAddressBook implements AddressBook, AutoCloseable {
    /**
     * The announced addresses, and the bounds of the book.
     *
     * @param only announced instead of everything else, but relays; empty for no such wish
     * @param also announced beside what is found out
     * @param filter which addresses others may be told of; called without locks
     * @param perOrigin addresses that are kept of each origin
     * @param observation when an observed address is believed
     */
    public record Options(
            List<Multiaddr> only,
            List<Multiaddr> also,
            Predicate<Multiaddr> filter,
            int perOrigin,
            ObservedAddressLimits observation) {
        /** The defaults. */
        public static final Options DEFAULT =
                new Options(List.of(), List.of(), address -> true, 64, ObservedAddressLimits.DEFAULT);

        public Options {
            only = List.copyOf(only);
            also = List.copyOf(also);
        }

        /** Announces exactly these addresses and those through relays, which must be reachable by other means. */
        public Options withOnly(List<Multiaddr> value) {
            return new Options(value, also, filter, perOrigin, observation);
        }

        /** Announces these addresses too. */
        public Options withAlso(List<Multiaddr> value) {
            return new Options(only, value, filter, perOrigin, observation);
        }

        /** With other bounds of believing an observed address. */
        public Options withObservation(ObservedAddressLimits value) {
            return new Options(only, also, filter, perOrigin, value);
        }

        /** Announces no address that the filter refuses. */
        public Options withFilter(Predicate<Multiaddr> value) {
            return new Options(only, also, value, perOrigin, observation);
        }
    }

    private record Key(Multiaddr address, Origin origin) {}

    private final Environment environment;
    private final EventBus events;
    private final Options options;
    private final ObservedAddresses observed;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedMap<Key, State> entries = new LinkedHashMap<>();
    private volatile List<Multiaddr> announced = List.of();
    private List<Multiaddr> templates = List.of();
    private AddressReachabilityChanged reachability = new AddressReachabilityChanged(List.of(), List.of(), List.of());
    private @Nullable Timer recount;
    private long recountAt;
    private boolean announcing;
    private boolean changed;
    private boolean closed;

    /** The default options. */
    public HostAddressBook(Environment environment, EventBus events) {
        this(environment, events, Options.DEFAULT);
    }

    /** Options of the caller; events tell of changes. */
    public HostAddressBook(Environment environment, EventBus events, Options options) {
        this.environment = environment;
        this.events = events;
        this.options = options;
        this.observed = new ObservedAddresses(options.observation());
        this.recountAt = environment.nanoTime();
        options.only().forEach(address -> put(address, Origin.CONFIGURED, State.CANDIDATE));
        options.also().forEach(address -> put(address, Origin.CONFIGURED, State.CANDIDATE));
    }

    @Override
    public List<Multiaddr> announced() {
        return announced;
    }

    @Override
    public List<Entry> entries() {
        lock.lock();
        try {
            return entries.entrySet().stream()
                    .map(entry ->
                            new Entry(entry.getKey().address(), entry.getKey().origin(), entry.getValue()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void put(Multiaddr address, Origin origin, State state) {
        lock.lock();
        try {
            set(new Key(address, origin), state);
        } finally {
            lock.unlock();
        }
        announce();
    }

    private void set(Key key, State state) {
        if (entries.containsKey(key) || count(key.origin()) < options.perOrigin()) {
            changed |= entries.put(key, state) != state;
        }
    }

    private long count(Origin origin) {
        return entries.keySet().stream().filter(key -> key.origin() == origin).count();
    }

    @Override
    public void remove(Multiaddr address, Origin origin) {
        lock.lock();
        try {
            changed |= entries.remove(new Key(address, origin)) != null;
        } finally {
            lock.unlock();
        }
        announce();
    }

    @Override
    public List<Observation> observations() {
        lock.lock();
        try {
            return observed.all();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void observed(Connection connection, Multiaddr address) {
        lock.lock();
        try {
            if (!isListening(connection.localAddress()) || !observed.report(connection, address)) {
                return;
            }
            recountInTime();
        } finally {
            lock.unlock();
        }
        announce();
    }

    @Override
    public void ended(Connection connection) {
        lock.lock();
        try {
            if (!observed.forget(connection)) {
                return;
            }
            recountInTime();
        } finally {
            lock.unlock();
        }
        announce();
    }

    /** Counts now, or when long enough has passed since what is believed was changed. */
    private void recountInTime() {
        long wait = recountAt - environment.nanoTime();
        if (wait <= 0) {
            recount();
        } else if (recount == null && !closed) {
            recount = environment.schedule(wait, this::recountLater);
        }
    }

    private void recountLater() {
        lock.lock();
        try {
            recount = null;
            recount();
        } finally {
            lock.unlock();
        }
        announce();
    }

    private void recount() {
        Set<Multiaddr> believed = new LinkedHashSet<>();
        observed.believed().forEach((local, seen) -> expand(local, seen, believed));
        boolean now =
                entries.keySet().removeIf(key -> key.origin() == Origin.OBSERVED && !believed.contains(key.address()));
        for (Multiaddr each : believed) {
            Key key = new Key(each, Origin.OBSERVED);
            if (!entries.containsKey(key) && count(Origin.OBSERVED) < options.perOrigin()) {
                entries.put(key, State.CANDIDATE);
                now = true;
            }
        }
        if (now) {
            changed = true;
            recountAt =
                    environment.nanoTime() + options.observation().interval().toNanos();
        }
    }

    /** An observation of one transport holds for all that listen on its port. */
    private void expand(ThinWaist local, List<ThinWaist> seen, Set<Multiaddr> believed) {
        for (Key key : entries.keySet()) {
            ThinWaist listening = key.origin() == Origin.LISTEN ? ThinWaist.of(key.address()) : null;
            if (listening != null && local.covers(listening)) {
                for (ThinWaist each : seen) {
                    Multiaddr address = each.under(key.address());
                    if (address != null && !entries.containsKey(new Key(address, Origin.LISTEN))) {
                        believed.add(address);
                    }
                }
            }
        }
    }

    /** Whether the socket, whatever runs on top of it, is one the host listens on. */
    private boolean isListening(Multiaddr local) {
        ThinWaist socket = ThinWaist.of(local);
        if (socket == null) {
            return false;
        }
        for (Key key : entries.keySet()) { // asked at every connection
            ThinWaist listening = key.origin() == Origin.LISTEN ? ThinWaist.of(key.address()) : null;
            if (listening != null && socket.covers(listening)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Announces what has changed. One thread at a time does, also for the others, so that the last state is told last.
     */
    private void announce() {
        while (true) {
            List<Entry> now;
            lock.lock();
            try {
                if (!changed || announcing) {
                    return;
                }
                changed = false;
                announcing = true;
                now = entries();
            } finally {
                lock.unlock();
            }
            try {
                List<Multiaddr> usable = usable(now);
                if (!usable.equals(announced)) {
                    announced = usable;
                    events.publish(new AddressesChanged(usable));
                }
                List<Multiaddr> forNames = templates(now);
                if (!forNames.equals(templates)) {
                    templates = forNames;
                    events.publish(new AddressTemplatesChanged(forNames));
                }
                AddressReachabilityChanged known = reachability(now);
                if (!known.equals(reachability)) {
                    reachability = known;
                    events.publish(known);
                }
            } finally {
                lock.lock();
                announcing = false;
                lock.unlock();
            }
        }
    }

    private List<Multiaddr> usable(List<Entry> now) {
        Set<Multiaddr> seen = new HashSet<>();
        List<Multiaddr> result = new ArrayList<>();
        for (Entry entry : now) {
            if (isUsable(entry) && seen.add(entry.address()) && options.filter().test(entry.address())) {
                result.add(entry.address());
            }
        }
        result.sort(Comparator.naturalOrder());
        return List.copyOf(result);
    }

    private boolean isUsable(Entry entry) {
        boolean wanted = options.only().isEmpty()
                || entry.origin() == Origin.RELAY
                || options.only().contains(entry.address());
        return wanted
                && !AddressBook.isTemplate(entry.address())
                && (entry.state() == State.CONFIRMED || entry.state() == State.CANDIDATE);
    }

    private static List<Multiaddr> templates(List<Entry> now) {
        return now.stream()
                .filter(entry -> entry.state() != State.EXPIRED)
                .map(Entry::address)
                .filter(AddressBook::isTemplate)
                .distinct()
                .sorted()
                .toList();
    }

    /** An address that several origins have is reachable if one of them is. */
    private static AddressReachabilityChanged reachability(List<Entry> now) {
        Map<Multiaddr, State> best = new TreeMap<>();
        for (Entry entry : now) {
            if (entry.origin() != Origin.RELAY
                    && entry.state() != State.EXPIRED
                    && !AddressBook.isTemplate(entry.address())) {
                best.merge(entry.address(), entry.state(), HostAddressBook::better);
            }
        }
        return new AddressReachabilityChanged(
                in(best, State.CONFIRMED), in(best, State.UNREACHABLE), in(best, State.CANDIDATE));
    }

    private static State better(State one, State other) {
        if (one == State.CONFIRMED || other == State.CONFIRMED) {
            return State.CONFIRMED;
        }
        return one == State.UNREACHABLE ? one : other;
    }

    private static List<Multiaddr> in(Map<Multiaddr, State> states, State state) {
        return states.entrySet().stream()
                .filter(entry -> entry.getValue() == state)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Ends its timer; idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (recount != null) {
                recount.cancel();
                recount = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
