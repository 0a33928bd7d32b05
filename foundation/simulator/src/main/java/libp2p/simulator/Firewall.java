package libp2p.simulator;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/** Lets in what was asked for, address by address or endpoint by endpoint (RFC 6092), and translates nothing. */
final class Firewall {
    private record Inside(Transport transport, InetSocketAddress local) {}

    private final SimulatedScheduler scheduler;
    private final NatLifetimes lifetimes;
    private final SimulatedNat.Filtering filtering;
    private final Map<Inside, NatEntry> entries = new HashMap<>();

    Firewall(SimulatedScheduler scheduler, NatLifetimes lifetimes, SimulatedNat.Filtering filtering) {
        this.scheduler = scheduler;
        this.lifetimes = lifetimes;
        this.filtering = filtering;
    }

    void restart() {
        entries.values().forEach(NatEntry::remove);
        entries.clear();
    }

    /** A frame leaves. */
    Conversation leaving(Transport transport, InetSocketAddress local, InetSocketAddress remote) {
        long now = scheduler.now();
        NatEntry entry = entries.computeIfAbsent(
                new Inside(transport, local), key -> new NatEntry(transport, local, local.getPort()));
        NatSession session = entry.session(remote, lifetimes, now);
        session.use(now);
        return new Conversation(scheduler, lifetimes, entry, session);
    }

    /** Whether a frame from outside is let in. */
    boolean letsIn(Transport transport, InetSocketAddress remote, InetSocketAddress local) {
        NatEntry entry = entries.get(new Inside(transport, local));
        long now = scheduler.now();
        return switch (filtering) {
            case ENDPOINT_INDEPENDENT -> entry != null && !entry.isExpired(lifetimes, now);
            case ADDRESS_DEPENDENT -> entry != null && entry.hasSpokenWith(remote.getAddress(), lifetimes, now);
            case ADDRESS_AND_PORT_DEPENDENT -> entry != null && entry.hasSpokenWith(remote, lifetimes, now);
        };
    }
}
