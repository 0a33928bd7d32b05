package libp2p.swarm.peerstore;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import libp2p.core.connection.Connection;
import libp2p.core.peer.AddressBook.Observation;
import libp2p.core.peer.AddressReach;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;

/**
 * Counts who sees this host under which IP address and port. A connection has one vote, the last it gave, as long as it
 * is open; all connections from one IPv4 address or one IPv6 /56 are one observer, so that one machine cannot speak
 * with many voices. An address is believed once enough observers see it, and until only half as many do. Guarded by the
 * lock of the address book.
 */
public final class ObservedAddresses {

    /** @param chosen whether this host has chosen the observer, and not the other way round */
    private record Vote(Multiaddr observed, ThinWaist waist, String observer, boolean chosen) {}

    /** Those who see one address. */
    private static final class Observers {
        /** One that this host has chosen may lie as well. */
        private static final int AGREED = 2;

        static final Comparator<Observers> MOST_BELIEVED =
                Comparator.comparingInt(Observers::agreed).thenComparingInt(one -> one.all.size());

        final Set<String> all = new HashSet<>();
        final Set<String> chosen = new HashSet<>();

        void add(Vote vote) {
            all.add(vote.observer());
            if (vote.chosen()) {
                chosen.add(vote.observer());
            }
        }

        private int agreed() {
            return chosen.size() >= AGREED ? chosen.size() : 0;
        }
    }

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
        ballot.votes.put(
                connection, new Vote(observed, seen, observer(from), connection.direction() == Direction.OUTBOUND));
        if (ballot.votes.size() > limits.votes()) {
            makeRoom(ballot);
        }
        return true;
    }

    /** Forgets the oldest vote of a stranger, or else the oldest. */
    private static void makeRoom(Ballot ballot) {
        Connection leaving = ballot.votes.entrySet().stream()
                .filter(vote -> !vote.getValue().chosen())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() -> ballot.votes.sequencedKeySet().getFirst());
        ballot.votes.remove(leaving);
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
        return observers(ballot.votes.values().stream(), Vote::waist).entrySet().stream()
                .filter(seen -> seen.getValue().all.size() >= needed(ballot, seen.getKey()))
                .sorted(Map.Entry.<ThinWaist, Observers>comparingByValue(Observers.MOST_BELIEVED)
                        .reversed())
                .limit(limits.perLocal())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static <K> Map<K, Observers> observers(Stream<Vote> votes, Function<Vote, K> seen) {
        Map<K, Observers> observers = new LinkedHashMap<>();
        votes.forEach(vote -> observers
                .computeIfAbsent(seen.apply(vote), key -> new Observers())
                .add(vote));
        return observers;
    }

    private int needed(Ballot ballot, ThinWaist seen) {
        return ballot.believed.contains(seen) ? (limits.observers() + 1) / 2 : limits.observers();
    }

    /**
     * Everything that a peer sees. First is what most peers see that this host has chosen, if two do: strangers who come
     * with many addresses do not put theirs before it. Then come those with most observers.
     */
    List<Observation> all() {
        Stream<Vote> votes = ballots.values().stream().flatMap(ballot -> ballot.votes.values().stream());
        return observers(votes, Vote::observed).entrySet().stream()
                .sorted(Map.Entry.<Multiaddr, Observers>comparingByValue(Observers.MOST_BELIEVED)
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(seen -> new Observation(seen.getKey(), seen.getValue().all.size()))
                .toList();
    }

    private static String observer(InetAddress address) {
        byte[] bytes = address.getAddress();
        return Arrays.toString(address instanceof Inet4Address ? bytes : Arrays.copyOf(bytes, 7));
    }
}
