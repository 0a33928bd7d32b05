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
    /** Apart from each other: strangers that hold all circuits to a peer do not keep it from opening its own. */
    private final Map<PeerId, Integer> circuitsFrom = new HashMap<>();

    private final Map<PeerId, Integer> circuitsTo = new HashMap<>();
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
     * Ends the reservations that have expired.
     *
     * @return the peers that had them
     */
    List<PeerId> expire(long now) {
        List<PeerId> ended = new ArrayList<>();
        reservations.forEach((peer, held) -> {
            if (held.expires <= now) {
                ended.add(peer);
            }
        });
        ended.forEach(reservations::remove);
        return ended;
    }

    /** The moment at which the next reservation expires; {@code Long.MAX_VALUE} if there is none. */
    long nextExpiry() {
        return reservations.values().stream().mapToLong(Held::expires).min().orElse(Long.MAX_VALUE);
    }

    /**
     * Reserves a place, or lengthens the reservation that the peer has. Those that have expired are to be ended before.
     *
     * @param now nanoseconds
     * @param expires nanoseconds
     */
    RelayStatus reserve(PeerId peer, @Nullable InetAddress from, long now, long expires) {
        if (!reservations.containsKey(peer) && !hasRoom(from)) {
            return RelayStatus.RESERVATION_REFUSED;
        }
        if (from != null && isCrowded(peer, from)) {
            return RelayStatus.RESERVATION_REFUSED;
        }
        reservations.put(peer, new Held(from, expires));
        return RelayStatus.OK;
    }

    /**
     * Whether one more peer from there may have a place. An IP group may have as many as are free beside, so that a few
     * groups never have all; one whose networks may have all may have all too.
     */
    private boolean hasRoom(@Nullable InetAddress from) {
        RelayLimits.Reservations bounds = limits.reservations();
        int free = bounds.count() - reservations.size();
        if (free <= 0 || bounds.perNetwork() >= bounds.count()) {
            return free > 0;
        }
        String group = Crowd.groupOfIp(from);
        return reservations.values().stream()
                        .filter(held -> Crowd.groupOfIp(held.from).equals(group))
                        .count()
                <= free;
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
        if (source.equals(target) || circuitsFrom.getOrDefault(source, 0) >= most) {
            return Opening.refused(RelayStatus.RESOURCE_LIMIT_EXCEEDED);
        }
        List<Circuit> leaving = new ArrayList<>();
        Crowd<Circuit> here = toTarget.getOrDefault(target, new Crowd<>());
        boolean room = circuitsTo.getOrDefault(target, 0) < most || makeRoom(here, group, leaving);
        boolean roomInAll = room && (open.size() < limits.circuits().count() || makeRoom(all, group, leaving));
        if (!roomInAll) {
            return Opening.refused(
                    RelayStatus.RESOURCE_LIMIT_EXCEEDED); // leaving is empty: what left a target left all
        }
        Circuit circuit = new Circuit(source, target, group, end);
        open.add(circuit);
        all.add(group, circuit);
        toTarget.computeIfAbsent(target, peer -> new Crowd<>()).add(group, circuit);
        circuitsFrom.merge(source, 1, Integer::sum);
        circuitsTo.merge(target, 1, Integer::sum);
        return new Opening(RelayStatus.OK, circuit, leaving);
    }

    private boolean makeRoom(Crowd<Circuit> crowd, String group, List<Circuit> leaving) {
        Circuit one = crowd.leavingIfMoreCrowded(group, random);
        if (one == null) {
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
        leave(circuitsFrom, circuit.source);
        leave(circuitsTo, circuit.target);
    }

    private static void leave(Map<PeerId, Integer> circuits, PeerId peer) {
        circuits.computeIfPresent(peer, (key, count) -> count == 1 ? null : count - 1);
    }

    int reservations() {
        return reservations.size();
    }

    int circuits() {
        return open.size();
    }
}
