package libp2p.kad;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * The addresses that several peers name for one. Those that peers of most IP groups name come first, and from one answer
 * only a few are taken: a liar alone neither hides what the others say nor fills the memory. Not thread-safe.
 */
final class NamedAddresses {
    private static final class Votes {
        final Set<String> groups = new HashSet<>();
        int peers;

        int groups() {
            return groups.size();
        }

        int peers() {
            return peers;
        }
    }

    private final int perAnswer;
    private final Map<Multiaddr, Votes> named = new LinkedHashMap<>();

    /** @param perAnswer addresses that are taken from one answer */
    NamedAddresses(int perAnswer) {
        this.perAnswer = perAnswer;
    }

    /** Takes what one peer names; to be called once for each. */
    void add(String group, List<Multiaddr> addresses) {
        addresses.stream().distinct().limit(perAnswer).forEach(address -> {
            Votes votes = named.computeIfAbsent(address, one -> new Votes());
            votes.groups.add(group);
            votes.peers++;
        });
    }

    boolean isEmpty() {
        return named.isEmpty();
    }

    /** The addresses that are named by peers of most IP groups, then by most peers, then first. */
    List<Multiaddr> best(int most) {
        Comparator<Votes> order = Comparator.comparingInt(Votes::groups)
                .thenComparingInt(Votes::peers)
                .reversed();
        return named.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(order))
                .limit(most)
                .map(Map.Entry::getKey)
                .toList();
    }
}
