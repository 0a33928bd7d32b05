package libp2p.kad;

import java.util.List;
import libp2p.core.peer.AddressScope;
import libp2p.multiformats.multiaddr.Multiaddr;

/** Which peers are members. */
enum Kind {
    /** Those of the internet; where this host is not known to be there itself, those that it can reach. */
    WIDE,
    /** Those of the local network and of this machine. */
    LOCAL;

    /** Whether a peer that was reached so may be in the table of a host that is on the internet, or is not. */
    boolean admits(AddressScope reach, boolean onTheInternet) {
        return switch (this) {
            case WIDE -> reach == AddressScope.INTERNET || !onTheInternet;
            case LOCAL -> reach != AddressScope.INTERNET;
        };
    }

    /** The addresses that are told to, or believed of, a peer that was reached so. */
    List<Multiaddr> fitting(AddressScope reach, List<Multiaddr> addresses) {
        List<Multiaddr> fitting = reach.fitting(addresses);
        return this == WIDE
                ? fitting
                : fitting.stream()
                        .filter(address -> AddressScope.of(address) != AddressScope.INTERNET)
                        .toList();
    }
}
