package libp2p.node.discovery;

import java.util.List;
import libp2p.HostBuilder;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.SystemEnvironment;
import libp2p.core.event.HostEvent;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.discovery.mdns.Mdns;
import libp2p.discovery.mdns.PeerDiscovered;
import libp2p.discovery.mdns.PeerExpired;
import libp2p.discovery.rendezvous.Limits;
import libp2p.discovery.rendezvous.RendezvousService;
import libp2p.security.pnet.PreSharedKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options about finding other hosts. */
public final class DiscoveryOptions {
    @Option(
            names = "--mdns",
            description = "Find the hosts on the local networks, and be found by them, with multicast DNS.")
    private boolean mdns;

    @Option(
            names = "--mdns-interface",
            paramLabel = "NAME",
            description = "With multicast DNS on this interface alone; may be repeated. Without it: on all.")
    private List<String> interfaces = List.of();

    @Option(
            names = "--mdns-connections",
            paramLabel = "COUNT",
            defaultValue = "32",
            description =
                    "Dial those that are found while fewer peers are connected; 0: never. Default: ${DEFAULT-VALUE}.")
    private int connections = 32;

    @Option(
            names = "--rendezvous-service",
            description = "Be a rendezvous point: peers register here, and others ask who has. Outlives a restart with"
                    + " --data.")
    private boolean service;

    /** Whether the local networks are looked at. */
    private boolean isLocal() {
        return mdns || !interfaces.isEmpty();
    }

    /**
     * Adds what the options ask for.
     *
     * @param psk the key of the private network, whose members alone find each other, or null
     */
    public void install(HostBuilder builder, @Nullable PreSharedKey psk) {
        if (service) {
            builder.with(RendezvousService.family(Limits.DEFAULT));
        }
        if (isLocal()) {
            Mdns.Options options = Mdns.Options.DEFAULT.withConnections(connections);
            if (!interfaces.isEmpty()) {
                options = options.withInterfaces(interfaces::contains);
            }
            builder.service(new Mdns(psk == null ? options : options.withPrivateNetwork(psk.fingerprint())));
        }
    }

    /** Prints who comes and goes, if anybody is looked for. */
    public void follow(Host host, DiscoveryPrinter output) {
        if (isLocal()) {
            Subscription<HostEvent> events = host.events().subscribe(HostEvent.class);
            Thread _ = SystemEnvironment.shared().start("discovery-events", () -> print(events, output));
        }
    }

    private static void print(Subscription<HostEvent> events, DiscoveryPrinter output) {
        try {
            for (HostEvent event; (event = events.take(Deadline.NONE)) != null; ) {
                switch (event) {
                    case PeerDiscovered found -> {
                        List<String> addresses = found.addresses().stream()
                                .map(address ->
                                        address.withPeer(found.peer().toBytes()).toString())
                                .toList();
                        output.event(
                                "found",
                                "found " + found.peer() + " on the local network",
                                "peer",
                                found.peer(),
                                "addrs",
                                addresses);
                    }
                    case PeerExpired gone ->
                        output.event("expired", gone.peer() + " has left the local network", "peer", gone.peer());
                    default -> {}
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
