package libp2p.swarm.peerstore;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import libp2p.core.connection.Connection;
import libp2p.core.peer.AddressBook.Observation;
import libp2p.core.peer.AddressReach;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;

/**
 * Counts who sees this host under which IP address and port. A connection has one vote, the last it gave, as long as it
 * is open; all connections from one IPv4 address or one IPv6 /56 are one observer, so that one machine cannot speak
 * with many voices. An address is believed once enough observers see it, and until only half as many do. Guarded by the
 * lock of the address book.
 */
public final class ObservedAddresses {

    private record Vote(Multiaddr observed, ThinWaist waist, String observer) {}

    /** The votes of the connections that end at one local address. */
    private static final class Ballot {
        final SequencedMap<Connection, Vote> votes = new LinkedHashMap<>();
        final Set<ThinWaist> believed = new HashSet<>();
    }

    private final ObservedAddressLimits limits;
    private final SequencedMap<ThinWaist, Ballot> ballots = new LinkedHashMap<>(16, 0.75f, true);

    ObservedAddresses(ObservedAddressLimits limits) {
        this.limits = limits;
    }

    /** Takes a vote, if it can be one; returns whether it was taken. */
    boolean report(Connection connection, Multiaddr observed) {
        ThinWaist local = ThinWaist.of(connection.localAddress());
        ThinWaist seen = ThinWaist.of(observed);
        InetAddress from = connection.remoteAddress().ip();
        if (local == null
                || seen == null
                || from == null
                || !connection.isOpen()
                || !isCredible(connection, local, observed, seen)) {
            return false;
        }
        Ballot ballot = ballots.computeIfAbsent(local, key -> new Ballot());
        if (ballots.size() > limits.locals()) {
            ballots.pollFirstEntry();
        }
        ballot.votes.remove(connection);
        ballot.votes.put(connection, new Vote(observed, seen, observer(from)));
        if (ballot.votes.size() > limits.votes()) {
            ballot.votes.pollFirstEntry();
        }
        return true;
    }

    /** Takes the vote of a connection back; returns whether it had one. */
    boolean forget(Connection connection) {
        ThinWaist local = ThinWaist.of(connection.localAddress());
        Ballot ballot = local == null ? null : ballots.get(local);
        if (ballot == null || ballot.votes.remove(connection) == null) {
            return false;
        }
        return true;
    }

    private static boolean isCredible(Connection connection, ThinWaist local, Multiaddr observed, ThinWaist seen) {
        Multiaddr remote = connection.remoteAddress();
        return connection.isDirect()
                && local.ip() instanceof Inet4Address == seen.ip() instanceof Inet4Address
                && !seen.ip().isLoopbackAddress()
                && !seen.ip().isAnyLocalAddress()
                && !seen.ip().isMulticastAddress()
                && !observed.has(Protocol.P2P_CIRCUIT)
                && observed.protocols().equals(connection.localAddress().protocols())
                && AddressReach.of(remote).test(observed)
                && !seen.equals(local);
    }

    /** The addresses believed now, by local address. */
    Map<ThinWaist, List<ThinWaist>> believed() {
        Map<ThinWaist, List<ThinWaist>> result = new LinkedHashMap<>();
        ballots.values().removeIf(ballot -> ballot.votes.isEmpty() && ballot.believed.isEmpty());
        ballots.forEach((local, ballot) -> {
            List<ThinWaist> elected = elected(ballot);
            ballot.believed.clear();
            ballot.believed.addAll(elected);
            if (!elected.isEmpty()) {
                result.put(local, elected);
            }
        });
        return result;
    }

    private List<ThinWaist> elected(Ballot ballot) {
        return counts(List.of(ballot)).entrySet().stream()
                .filter(count -> count.getValue().size() >= needed(ballot, count.getKey()))
                .sorted(Comparator.comparingInt((Map.Entry<ThinWaist, Set<String>> count) ->
                                count.getValue().size())
                        .reversed())
                .limit(limits.perLocal())
                .map(Map.Entry::getKey)
                .toList();
    }

    private int needed(Ballot ballot, ThinWaist seen) {
        return ballot.believed.contains(seen) ? (limits.observers() + 1) / 2 : limits.observers();
    }

    private static Map<ThinWaist, Set<String>> counts(Iterable<Ballot> ballots) {
        Map<ThinWaist, Set<String>> counts = new LinkedHashMap<>();
        for (Ballot ballot : ballots) {
            for (Vote vote : ballot.votes.values()) {
                counts.computeIfAbsent(vote.waist(), key -> new HashSet<>()).add(vote.observer());
            }
        }
        return counts;
    }

    /** Everything that a peer sees, most observers first. */
    List<Observation> all() {
        Map<Multiaddr, Set<String>> observers = new LinkedHashMap<>();
        for (Ballot ballot : ballots.values()) {
            for (Vote vote : ballot.votes.values()) {
                observers
                        .computeIfAbsent(vote.observed(), key -> new HashSet<>())
                        .add(vote.observer());
            }
        }
        List<Observation> all = new ArrayList<>();
        observers.forEach((address, by) -> all.add(new Observation(address, by.size())));
        all.sort(Comparator.comparingInt(Observation::observers).reversed().thenComparing(Observation::address));
        return List.copyOf(all);
    }

    private static String observer(InetAddress address) {
        byte[] bytes = address.getAddress();
        return Arrays.toString(address instanceof Inet4Address ? bytes : Arrays.copyOf(bytes, 7));
    }
}
