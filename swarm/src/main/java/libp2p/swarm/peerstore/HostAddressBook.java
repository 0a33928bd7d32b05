package libp2p.swarm.peerstore;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import libp2p.core.environment.Environment;
import libp2p.core.event.EventBus;
import libp2p.core.event.HostEvent.AddressesChanged;
import libp2p.core.peer.AddressBook;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * The addresses of the host itself. Confirmed ones are announced, and observed ones that nobody has tried yet. What a peer
 * observed counts only if the host's end of that connection is one of its listening addresses: the port of any other is
 * worth nothing to somebody who wants to dial. Thread-safe; events are published in order, without locks.
 */
public final class HostAddressBook implements AddressBook {
    /**
     * What is announced, and the bounds of the book.
     *
     * @param filter which addresses others may be told of; called without locks
     * @param perOrigin addresses that are kept of each origin
     * @param observation when an observed address is believed
     */
    public record Options(Predicate<Multiaddr> filter, int perOrigin, ObservedAddresses.Limits observation) {
        public static final Options DEFAULT = new Options(address -> true, 64, ObservedAddresses.Limits.DEFAULT);

        public Options withFilter(Predicate<Multiaddr> value) {
            return new Options(value, perOrigin, observation);
        }
    }

    private record Key(Multiaddr address, Origin origin) {}

    private final EventBus events;
    private final Options options;
    private final ObservedAddresses observed;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedMap<Key, State> entries = new LinkedHashMap<>();
    private volatile List<Multiaddr> announced = List.of();
    private boolean announcing;
    private boolean changed;

    public HostAddressBook(Environment environment, EventBus events) {
        this(environment, events, Options.DEFAULT);
    }

    public HostAddressBook(Environment environment, EventBus events, Options options) {
        this.events = events;
        this.options = options;
        this.observed = new ObservedAddresses(environment, options.observation());
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
    public void observed(Multiaddr local, Multiaddr address, Multiaddr remote) {
        lock.lock();
        try {
            if (!isListening(local)) {
                return;
            }
            observed.report(local, address, remote);
            Set<Multiaddr> believed = observed.believed();
            changed |= entries.keySet()
                    .removeIf(key -> key.origin() == Origin.OBSERVED && !believed.contains(key.address()));
            for (Multiaddr each : believed) {
                Key key = new Key(each, Origin.OBSERVED);
                if (!entries.containsKey(key)) {
                    set(key, State.CANDIDATE);
                }
            }
        } finally {
            lock.unlock();
        }
        announce();
    }

    /** Whether the socket, whatever runs on top of it, is one the host listens on. */
    private boolean isListening(Multiaddr local) {
        List<Component> socket = socket(local);
        return entries.keySet().stream()
                .anyMatch(key -> key.origin() == Origin.LISTEN && socket.equals(socket(key.address())));
    }

    private static List<Component> socket(Multiaddr address) {
        List<Component> components = address.components();
        return components.subList(0, Math.min(2, components.size()));
    }

    /** Announces what has changed. One thread at a time does, also for the others, so that the last state is told last. */
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
            boolean usable = entry.state() == State.CONFIRMED
                    || entry.state() == State.CANDIDATE && entry.origin() == Origin.OBSERVED;
            if (usable && seen.add(entry.address()) && options.filter().test(entry.address())) {
                result.add(entry.address());
            }
        }
        result.sort(Comparator.naturalOrder());
        return List.copyOf(result);
    }
}
