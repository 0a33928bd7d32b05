package libp2p.swarm.gate;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import libp2p.multiformats.multiaddr.Subnet;

/** A set of subnets that finds the one an address is in with one look per length of prefix. Not thread-safe. */
final class SubnetSet {
    private final TreeMap<Integer, Set<Subnet>> byBits = new TreeMap<>();
    private int size;

    boolean add(Subnet subnet) {
        boolean added =
                byBits.computeIfAbsent(subnet.bits(), key -> new HashSet<>()).add(subnet);
        size += added ? 1 : 0;
        return added;
    }

    boolean remove(Subnet subnet) {
        Set<Subnet> same = byBits.get(subnet.bits());
        if (same == null || !same.remove(subnet)) {
            return false;
        }
        if (same.isEmpty()) {
            byBits.remove(subnet.bits());
        }
        size--;
        return true;
    }

    boolean contains(InetAddress address) {
        int width = 8 * address.getAddress().length;
        for (var same : byBits.headMap(width, true).entrySet()) {
            if (same.getValue().contains(Subnet.of(address, same.getKey()))) {
                return true;
            }
        }
        return false;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    List<Subnet> list() {
        List<Subnet> all = new ArrayList<>(size);
        byBits.values().forEach(all::addAll);
        all.sort(java.util.Comparator.comparing(Subnet::toString));
        return all;
    }
}
