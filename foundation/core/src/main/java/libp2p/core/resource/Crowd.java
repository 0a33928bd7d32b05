package libp2p.core.resource;

import java.net.InetAddress;
import java.util.ArrayList;
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
 * @param <T> a holder of a place
 */
public final class Crowd<T> {
    /** By name, so that the choice depends on the generator alone. */
    private final Map<String, List<T>> groups = new TreeMap<>();

    /**
     * The group of a peer, by the address of its connection and never by one that it names: the
     * {@linkplain Subnet#group IP group}, in a private network the {@linkplain Subnet#network network}; empty without
     * an IP address.
     */
    public static String groupOf(@Nullable Multiaddr connection) {
        InetAddress ip = connection == null ? null : connection.ip();
        if (ip == null) {
            return "";
        }
        Subnet group = Subnet.group(ip);
        return String.valueOf(group == null ? Subnet.network(ip) : group);
    }

    /** Counts one that has a place. */
    public void add(String group, T one) {
        groups.computeIfAbsent(group, name -> new ArrayList<>()).add(one);
    }

    /**
     * The one that makes room: a random one of the group that has most, and of a random one of several such groups.
     *
     * @param group of the newest, which is counted with it
     * @return null if there is none
     */
    public @Nullable T leaving(String group, RandomGenerator random) {
        List<T> crowded = List.of();
        int most = 0;
        int equal = 0;
        for (Map.Entry<String, List<T>> one : groups.entrySet()) {
            int has = one.getValue().size() + (one.getKey().equals(group) ? 1 : 0);
            equal = has > most ? 1 : has == most ? equal + 1 : equal;
            if (has > most || has == most && random.nextInt(equal) == 0) {
                crowded = one.getValue();
                most = has;
            }
        }
        return crowded.isEmpty() ? null : crowded.get(random.nextInt(crowded.size()));
    }
}
