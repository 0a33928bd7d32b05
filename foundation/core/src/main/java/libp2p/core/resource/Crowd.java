package libp2p.core.resource;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Subnet;
import org.jspecify.annotations.Nullable;

/**
 * The holders of places of which there are only so many, by the network that they came from. There is no quota while there
 * is room. When there is none, the newest takes the place of a random one of the most crowded group, so that a stranger
 * with many names and few networks pushes out its own. Not thread-safe.
 *
 * @param <T> a holder of a place, equal to itself alone
 */
public final class Crowd<T> {
    /** By name, so that the choice depends on the generator alone. */
    private final Map<String, Group<T>> groups = new TreeMap<>();

    /**
     * The group of a peer, by the address of its connection and never by one that it names: the
     * {@linkplain Subnet#group IP group}, in a private network the {@linkplain Subnet#network network}; empty without
     * an IP address.
     */
    public static String groupOf(@Nullable Multiaddr connection) {
        return groupOfIp(connection == null ? null : connection.ip());
    }

    /** As {@link #groupOf}, by an IP address. */
    public static String groupOfIp(@Nullable InetAddress ip) {
        if (ip == null) {
            return "";
        }
        Subnet group = Subnet.group(ip);
        return String.valueOf(group == null ? Subnet.network(ip) : group);
    }

    /** Counts one that has a place, which weighs 1. */
    public void add(String group, T one) {
        add(group, one, 1);
    }

    /**
     * Counts one that has a place.
     *
     * @param one that has none so far
     * @param weight how much of what there is it takes; positive
     */
    public void add(String group, T one, long weight) {
        groups.computeIfAbsent(group, name -> new Group<>()).add(one, weight);
    }

    /** Counts one no more that has left its place; returns whether it had one. */
    public boolean remove(String group, T one) {
        Group<T> from = groups.get(group);
        if (from == null || !from.remove(one)) {
            return false;
        }
        if (from.members.isEmpty()) {
            groups.remove(group);
        }
        return true;
    }

    /** Whether none has a place. */
    public boolean isEmpty() {
        return groups.isEmpty();
    }

    /** What the holders of a group weigh together. */
    public long weight(String group) {
        Group<T> one = groups.get(group);
        return one == null ? 0 : one.weight;
    }

    /**
     * As {@link #leaving(String, RandomGenerator)}, where those that were first stay: null too where no group has more than
     * that of the newest would have then.
     */
    public @Nullable T leavingIfMoreCrowded(String group, RandomGenerator random) {
        long most = groups.values().stream().mapToLong(one -> one.weight).max().orElse(0);
        return most > weight(group) + 1 ? leaving(group, random) : null;
    }

    /** As {@link #leaving(String, long, RandomGenerator)}, for a newest that weighs 1. */
    public @Nullable T leaving(String group, RandomGenerator random) {
        return leaving(group, 1, random);
    }

    /**
     * The one that makes room: a random one of the group that weighs most, and of a random one of several such groups.
     *
     * @param group of the newest, which is counted with it
     * @param weight of the newest
     * @return null if there is none
     */
    public @Nullable T leaving(String group, long weight, RandomGenerator random) {
        List<T> crowded = List.of();
        long most = 0;
        int equal = 0;
        for (Map.Entry<String, Group<T>> one : groups.entrySet()) {
            long has = one.getValue().weight + (one.getKey().equals(group) ? weight : 0);
            equal = has > most ? 1 : has == most ? equal + 1 : equal;
            if (has > most || has == most && random.nextInt(equal) == 0) {
                crowded = one.getValue().members;
                most = has;
            }
        }
        return crowded.isEmpty() ? null : crowded.get(random.nextInt(crowded.size()));
    }

    /** The holders of one network. */
    private static final class Group<T> {
        private record Seat(int at, long weight) {}

        final List<T> members = new ArrayList<>();
        final Map<T, Seat> seats = new HashMap<>();
        long weight;

        void add(T one, long itsWeight) {
            seats.put(one, new Seat(members.size(), itsWeight));
            members.add(one);
            weight += itsWeight;
        }

        /** The last one gets the place of the one that leaves. */
        boolean remove(T one) {
            Seat left = seats.remove(one);
            if (left == null) {
                return false;
            }
            weight -= left.weight();
            T last = members.removeLast();
            if (left.at() < members.size()) {
                members.set(left.at(), last);
                seats.computeIfPresent(last, (moved, seat) -> new Seat(left.at(), seat.weight()));
            }
            return true;
        }
    }
}
