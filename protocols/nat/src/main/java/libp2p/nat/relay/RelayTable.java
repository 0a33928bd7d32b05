package libp2p.nat.relay;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import libp2p.core.concurrent.KeyedRates;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Subnet;
import org.jspecify.annotations.Nullable;

/**
 * The reservations and circuits of a relay, and the bounds of more. No threads, no clock, no I/O: the caller says what
 * time it is and holds a lock.
 */
final class RelayTable {
    private record Held(@Nullable InetAddress from, long expires) {}

    private final RelayLimits limits;
    private final Map<PeerId, Held> reservations = new LinkedHashMap<>();
    private final Map<PeerId, Integer> circuitsOf = new HashMap<>();
    private final KeyedRates<PeerId> peerRates;
    private final KeyedRates<Subnet> addressRates;
    private int circuits;

    RelayTable(RelayLimits limits) {
        this.limits = limits;
        this.peerRates =
                new KeyedRates<>(limits.requests().perPeer(), limits.requests().keys());
        this.addressRates = new KeyedRates<>(
                limits.requests().perAddress(), limits.requests().keys());
    }

    /** Whether a peer may ask now; it counts whatever the answer will be. */
    boolean mayAsk(PeerId peer, @Nullable InetAddress from, long now) {
        boolean address = from == null || addressRates.take(Subnet.machine(from), now);
        return address && peerRates.take(peer, now);
    }

    /**
     * Reserves a place, or lengthens the reservation that the peer has.
     *
     * @param now nanoseconds
     * @param expires nanoseconds
     */
    RelayStatus reserve(PeerId peer, @Nullable InetAddress from, long now, long expires) {
        reservations.values().removeIf(held -> held.expires <= now);
        if (!reservations.containsKey(peer)) {
            RelayLimits.Reservations bounds = limits.reservations();
            if (reservations.size() >= bounds.count()) {
                return RelayStatus.RESERVATION_REFUSED;
            }
        }
        if (from != null && isCrowded(peer, from)) {
            return RelayStatus.RESERVATION_REFUSED;
        }
        reservations.put(peer, new Held(from, expires));
        return RelayStatus.OK;
    }

    private boolean isCrowded(PeerId peer, InetAddress from) {
        Subnet host = Subnet.machine(from);
        Subnet network = Subnet.network(from);
        int sameHost = 0;
        int sameNetwork = 0;
        for (Map.Entry<PeerId, Held> other : reservations.entrySet()) {
            InetAddress there = other.getValue().from;
            if (there != null && !other.getKey().equals(peer)) {
                sameHost += Subnet.machine(there).equals(host) ? 1 : 0;
                sameNetwork += Subnet.network(there).equals(network) ? 1 : 0;
            }
        }
        return sameHost >= limits.reservations().perAddress()
                || sameNetwork >= limits.reservations().perNetwork();
    }

    /** Ends the reservation of a peer; whether it had one. */
    boolean release(PeerId peer) {
        return reservations.remove(peer) != null;
    }

    /** Whether a peer has a reservation now. */
    boolean holds(PeerId peer, long now) {
        Held held = reservations.get(peer);
        return held != null && held.expires > now;
    }

    /** Takes a place for a circuit; a caller that gets {@code OK} calls {@link #closeCircuit} once. */
    RelayStatus openCircuit(PeerId source, PeerId target, long now) {
        if (!holds(target, now)) {
            return RelayStatus.NO_RESERVATION;
        }
        int most = limits.circuits().perPeer();
        if (source.equals(target)
                || circuits >= limits.circuits().count()
                || circuitsOf(source) >= most
                || circuitsOf(target) >= most) {
            return RelayStatus.RESOURCE_LIMIT_EXCEEDED;
        }
        circuits++;
        circuitsOf.merge(source, 1, Integer::sum);
        circuitsOf.merge(target, 1, Integer::sum);
        return RelayStatus.OK;
    }

    void closeCircuit(PeerId source, PeerId target) {
        circuits--;
        leave(source);
        leave(target);
    }

    private void leave(PeerId peer) {
        circuitsOf.computeIfPresent(peer, (key, count) -> count == 1 ? null : count - 1);
    }

    private int circuitsOf(PeerId peer) {
        return circuitsOf.getOrDefault(peer, 0);
    }

    int reservations() {
        return reservations.size();
    }

    int circuits() {
        return circuits;
    }
}
