package libp2p.swarm.listen;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The addresses of the machine's interfaces at one moment, without the link-local ones, which are not announced.
 *
 * @param present in the order of the network
 * @param gone that were there once and are not now; at most as many as ever were
 */
public record Interfaces(List<InetAddress> present, Set<InetAddress> gone) {
    /** Addresses that are remembered as gone; the machine has had more than enough of them then. */
    private static final int MOST_GONE = 1024;

    public Interfaces {
        present = List.copyOf(present);
        gone = Set.copyOf(gone);
    }

    /** The addresses that a machine has when it is looked at for the first time. */
    public static Interfaces first(List<InetAddress> addresses) {
        return new Interfaces(withoutLinkLocal(addresses), Set.of());
    }

    private static List<InetAddress> withoutLinkLocal(List<InetAddress> addresses) {
        return addresses.stream()
                .filter(address -> !address.isLinkLocalAddress())
                .distinct()
                .toList();
    }

    /** The same machine when it has these addresses. */
    Interfaces next(List<InetAddress> addresses) {
        List<InetAddress> now = withoutLinkLocal(addresses);
        Set<InetAddress> missing = new LinkedHashSet<>(present);
        if (gone.size() < MOST_GONE) {
            missing.addAll(gone);
        }
        now.forEach(missing::remove);
        return new Interfaces(now, missing);
    }

    /** Whether the machine has the same addresses, in whatever order. */
    boolean isSame(Interfaces other) {
        return new HashSet<>(present).equals(new HashSet<>(other.present));
    }
}
