package libp2p.nat.autonat;

import java.util.List;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.autonat.v2.ProbedAddresses.Finding;

/**
 * Ways in which a host is reached.
 *
 * @param state of the host as a whole
 * @param addresses the public addresses with the findings of servers
 * @param servers how many peers can be asked
 * @param because the reason in words, for people
 */
public record ReachabilityReport(Reachability state, List<Address> addresses, int servers, String because) {
    /**
     * One address and the finding about it.
     *
     * @param address without {@code /p2p}
     * @param finding what is known of it
     */
    public record Address(Multiaddr address, Finding finding) {}

    public ReachabilityReport {
        addresses = List.copyOf(addresses);
    }
}
