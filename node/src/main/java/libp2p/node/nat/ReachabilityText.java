package libp2p.node.nat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.core.host.Host;
import libp2p.core.host.PublicAddresses;
import libp2p.core.peer.AddressBook;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.nat.address.Circuits;
import libp2p.nat.autonat.AutoNat;
import libp2p.nat.autonat.ReachabilityReport;

/** Says in words what kind of network a host is in, and how it is reached. */
public final class ReachabilityText {
    private ReachabilityText() {}

    /** The lines, one thing in each. */
    public static List<String> of(Host host) {
        AutoNat autoNat = host.find(AutoNat.class).orElseThrow();
        ReachabilityReport report = autoNat.report();
        List<String> lines = new ArrayList<>();
        lines.add(
                switch (report.state()) {
                    case PUBLIC -> "Others can dial this host: " + report.because() + ".";
                    case PRIVATE -> "Others cannot dial this host: " + report.because() + ".";
                    case UNKNOWN -> "It is not known yet whether others can dial this host: " + report.because() + ".";
                });
        lines.add(
                report.servers() == 1
                        ? "1 machine among its peers can be asked."
                        : report.servers() + " machines among its peers can be asked.");
        lines.add(router(host, autoNat));
        for (ReachabilityReport.Address address : report.addresses()) {
            lines.add(address.address() + ": " + address.finding().name().toLowerCase(Locale.ROOT));
        }
        List<Multiaddr> relayed =
                host.addresses().stream().filter(Circuits::isCircuit).toList();
        relayed.forEach(address -> lines.add("reached through a relay: " + address));
        if (relayed.isEmpty() && report.state() == Reachability.PRIVATE) {
            lines.add("No relay keeps a place for it; --auto-relay or --relay would.");
        }
        return lines;
    }

    /** The findings from the addresses under which peers see this host. */
    private static String router(Host host, PublicAddresses publicAddresses) {
        boolean own = host.addressBook().entries().stream()
                .anyMatch(entry ->
                        entry.origin() == AddressBook.Origin.LISTEN && publicAddresses.isPublic(entry.address()));
        if (own) {
            return "It has a public address of its own.";
        }
        return router(host.addressBook().observations(), publicAddresses);
    }

    /**
     * The kind of router, as far as the observations show it.
     *
     * @param observations most observers first
     */
    static String router(List<AddressBook.Observation> observations, PublicAddresses publicAddresses) {
        if (observations.isEmpty()) {
            return "No peer has said yet under which address it sees this host.";
        }
        Set<String> outside = new TreeSet<>();
        Map<Boolean, Integer> ports = new HashMap<>();
        for (AddressBook.Observation observation : observations) {
            Multiaddr seen = observation.address();
            outside.add(seen.value(seen.has(Protocol.IP4) ? Protocol.IP4 : Protocol.IP6)
                    + (publicAddresses.isPublic(seen) ? "" : " (not public)"));
            ports.merge(seen.has(Protocol.TCP), 1, Integer::sum);
        }
        String kind;
        if (observations.getFirst().observers() > 1) {
            kind = "It is behind a router that keeps one port for all destinations: holes can be punched.";
        } else if (ports.values().stream().anyMatch(count -> count > 1)) {
            kind = "It is behind a router that takes another port for each destination: holes can be punched only"
                    + " with open routers.";
        } else {
            kind = "It is behind a router, of which one peer's word does not tell the kind.";
        }
        return kind + " Seen as " + outside;
    }
}
