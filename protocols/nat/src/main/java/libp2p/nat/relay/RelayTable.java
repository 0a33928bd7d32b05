package libp2p.nat.relay;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import libp2p.core.concurrent.KeyedRates;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Crowd;
import libp2p.multiformats.multiaddr.Subnet;
import org.jspecify.annotations.Nullable;

/**
 * The reservations and circuits of a relay, and the bounds of more. No threads, no clock, no I/O: the caller says what
 * time it is and holds a lock.
 */
final class RelayTable {
    /** A circuit that has a place. */
    static final class Circuit {
        final PeerId source;
        final PeerId target;
        private final String group;
        private final Runnable end;

        private Circuit(PeerId source, PeerId target, String group, Runnable end) {
            this.source = source;
            this.target = target;
            this.group = group;
            this.end = end;
        }

        /** Ends it, because another has got its place. */
        void end() {
            end.run();
        }
    }

    /**
     * The answer to a circuit that is asked for.
     *
     * @param circuit that was opened, where the status is {@code OK}
     * @param leaving the circuits that have lost their place to it, and are to be ended
     */
    record Opening(RelayStatus status, @Nullable Circuit circuit, List<Circuit> leaving) {
        private static Opening refused(RelayStatus why) {
            return new Opening(why, null, List.of());
        }
    }

    private record Held(@Nullable InetAddress from, long expires) {}

    private final RelayLimits limits;
    private final Map<PeerId, Held> reservations = new LinkedHashMap<>();
    private final Map<PeerId, Integer> circuitsOf = new HashMap<>();
    /** All circuits by the group of their source, and those to each target. */
    private final Crowd<Circuit> all = new Crowd<>();

    private final Map<PeerId, Crowd<Circuit>> toTarget = new HashMap<>();
    private final Set<Circuit> open = new HashSet<>();
    private final RandomGenerator random;
    private final KeyedRates<PeerId> peerRates;
    private final KeyedRates<Subnet> addressRates;

    RelayTable(RelayLimits limits, RandomGenerator random) {
        this.random = random;
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

    /**
     * Takes a place for a circuit; a caller that gets one calls {@link #closeCircuit} for it once. Where there is no room, a
     * circuit of the group that has more than the newcomer's would have leaves: a stranger with some ids does not hold
     * all places of a target. Where no group is that crowded, those that were there first stay.
     *
     * @param group of the connection of the source, from {@link Crowd#groupOf}
     * @param end ends the circuit if another gets its place
     */
    Opening openCircuit(PeerId source, String group, PeerId target, long now, Runnable end) {
        if (!holds(target, now)) {
            return Opening.refused(RelayStatus.NO_RESERVATION);
        }
        int most = limits.circuits().perPeer();
        if (source.equals(target) || circuitsOf(source) >= most) {
            return Opening.refused(RelayStatus.RESOURCE_LIMIT_EXCEEDED);
        }
        List<Circuit> leaving = new ArrayList<>();
        Crowd<Circuit> here = toTarget.getOrDefault(target, new Crowd<>());
        boolean room = circuitsOf(target) < most || makeRoom(here, group, leaving);
        boolean roomInAll = room && (open.size() < limits.circuits().count() || makeRoom(all, group, leaving));
        if (!roomInAll) {
            return Opening.refused(
                    RelayStatus.RESOURCE_LIMIT_EXCEEDED); // leaving is empty: what left a target left all
        }
        Circuit circuit = new Circuit(source, target, group, end);
        open.add(circuit);
        all.add(group, circuit);
        toTarget.computeIfAbsent(target, peer -> new Crowd<>()).add(group, circuit);
        circuitsOf.merge(source, 1, Integer::sum);
        circuitsOf.merge(target, 1, Integer::sum);
        return new Opening(RelayStatus.OK, circuit, leaving);
    }

    private boolean makeRoom(Crowd<Circuit> crowd, String group, List<Circuit> leaving) {
        Circuit one = crowd.leaving(group, random);
        if (one == null || crowd.weight(one.group) <= crowd.weight(group) + 1) {
            return false;
        }
        closeCircuit(one);
        leaving.add(one);
        return true;
    }

    /** Gives the place of a circuit back; nothing happens if it has none any more. */
    void closeCircuit(Circuit circuit) {
        if (!open.remove(circuit)) {
            return;
        }
        all.remove(circuit.group, circuit);
        Crowd<Circuit> there = toTarget.get(circuit.target);
        if (there != null) {
            there.remove(circuit.group, circuit);
            if (there.isEmpty()) {
                toTarget.remove(circuit.target);
            }
        }
        leave(circuit.source);
        leave(circuit.target);
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
        return open.size();
    }
}
