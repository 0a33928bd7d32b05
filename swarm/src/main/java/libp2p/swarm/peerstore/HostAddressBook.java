package libp2p.swarm.peerstore;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import libp2p.core.event.EventBus;
import libp2p.core.event.HostEvent.AddressesChanged;
import libp2p.core.peer.AddressBook;
import libp2p.multiformats.multiaddr.Multiaddr;

/** The addresses of the host itself. Thread-safe. */
public final class HostAddressBook implements AddressBook {
    /**
     * What is announced.
     *
     * @param filter which addresses others may be told of
     * @param perOrigin addresses that are kept of each origin
     * @param observation when an observed address is believed
     */
    public record Options(Predicate<Multiaddr> filter, int perOrigin, ObservedAddresses.Limits observation) {
        public static final Options DEFAULT = new Options(address -> true, 64, ObservedAddresses.Limits.DEFAULT);
    }

    private record Key(Multiaddr address, Origin origin) {}

    private final EventBus events;
    private final Options options;
    private final ObservedAddresses observed;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedMap<Key, State> entries = new LinkedHashMap<>();
    private volatile List<Multiaddr> announced = List.of();

    public HostAddressBook(EventBus events) {
        this(events, Options.DEFAULT);
    }

    public HostAddressBook(EventBus events, Options options) {
        this.events = events;
        this.options = options;
        this.observed = new ObservedAddresses(options.observation());
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
        Key key = new Key(address, origin);
        change(() -> {
            if (!entries.containsKey(key) && count(origin) >= options.perOrigin()) {
                return;
            }
            entries.put(key, state);
        });
    }

    private long count(Origin origin) {
        return entries.keySet().stream().filter(key -> key.origin() == origin).count();
    }

    @Override
    public void remove(Multiaddr address, Origin origin) {
        change(() -> entries.remove(new Key(address, origin)));
    }

    @Override
    public void observed(Multiaddr local, Multiaddr address, Multiaddr remote) {
        if (observed.report(local, address, remote)) {
            put(address, Origin.OBSERVED, State.CANDIDATE);
        }
    }

    /** Changes the entries and tells the subscribers if the announced addresses are others now. */
    private void change(Runnable change) {
        List<Multiaddr> now;
        lock.lock();
        try {
            change.run();
            now = compute();
            if (now.equals(announced)) {
                return;
            }
            announced = now;
        } finally {
            lock.unlock();
        }
        events.publish(new AddressesChanged(now));
    }

    private List<Multiaddr> compute() {
        List<Multiaddr> result = new ArrayList<>();
        entries.forEach((key, state) -> {
            boolean usable = state == State.CONFIRMED || state == State.CANDIDATE && key.origin() == Origin.OBSERVED;
            if (usable && options.filter().test(key.address()) && !result.contains(key.address())) {
                result.add(key.address());
            }
        });
        result.sort(Comparator.naturalOrder());
        return List.copyOf(result);
    }
}
