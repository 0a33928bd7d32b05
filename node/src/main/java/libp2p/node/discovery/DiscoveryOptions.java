package libp2p.node.discovery;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import libp2p.HostBuilder;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent;
import libp2p.core.event.Subscription;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.discovery.mdns.Mdns;
import libp2p.discovery.mdns.PeerDiscovered;
import libp2p.discovery.mdns.PeerExpired;
import libp2p.discovery.namespace.NamespaceService;
import libp2p.discovery.namespace.TopicDiscovery;
import libp2p.discovery.pubsub.PeerAnnounced;
import libp2p.discovery.pubsub.PubSubPeerDiscovery;
import libp2p.discovery.rendezvous.RendezvousClient;
import libp2p.discovery.rendezvous.RendezvousLimits;
import libp2p.discovery.rendezvous.RendezvousService;
import libp2p.kad.Dht;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.security.pnet.PreSharedKey;
import libp2p.system.SystemEnvironment;
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
            description = "Dial those that --mdns finds while this node has dialed fewer peers; 0: never. Default: 32.")
    private @Nullable Integer connections;

    @Option(
            names = "--rendezvous-service",
            description = "Be a rendezvous point: peers register here, and others ask who has. Outlives a restart with"
                    + " --data.")
    private boolean service;

    @Option(
            names = "--rendezvous-at",
            paramLabel = "MULTIADDR",
            description = "A rendezvous point for --advertise and --topic-discovery, beside the DHT; repeatable.")
    private List<String> points = List.of();

    @Option(
            names = "--advertise",
            paramLabel = "NAMESPACE",
            description = "Announce this host under this name, as long as it runs, in the DHT and at the rendezvous"
                    + " points; repeatable. Others find it with p2p dht discover and p2p rendezvous discover.")
    private List<String> advertised = List.of();

    @Option(
            names = "--topic-discovery",
            description = "Find peers for the topics that have too few, by the DHT and the rendezvous points.")
    private boolean topics;

    @Option(
            names = "--pubsub-discovery",
            paramLabel = "TOPIC",
            arity = "0..1",
            fallbackValue = PubSubPeerDiscovery.TOPIC,
            description = "Find peers by what they announce on a topic, and be found; repeatable; without TOPIC: "
                    + PubSubPeerDiscovery.TOPIC + ", as js-libp2p has it.")
    private List<String> discoveryTopics = List.of();

    /** For the first announcement, with the wait for a peer to which it can be made. */
    private static final Duration FIRST = Duration.ofMinutes(1);

    private final Found found = new Found();

    /** Hears what is found from the start of the host on, before it is printed. */
    private static final class Found implements HostService {
        private @Nullable Subscription<HostEvent> events;

        @Override
        public void start(Host host) {
            events = host.events().subscribe(HostEvent.class, Found::matters, Duration.ZERO);
        }

        private static boolean matters(HostEvent event) {
            return event instanceof PeerDiscovered || event instanceof PeerAnnounced || event instanceof PeerExpired;
        }

        @Override
        public void close() {
            if (events != null) {
                events.close();
            }
        }
    }

    /** Whether pubsub has to be there. */
    public boolean needsPubSub() {
        return !discoveryTopics.isEmpty();
    }

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
            builder.with(RendezvousService.family(RendezvousLimits.ofThisProcess()));
        }
        if (connections != null && !isLocal()) {
            throw new IllegalArgumentException("--mdns-connections needs --mdns");
        }
        if (isLocal()) {
            Mdns.Options options = Mdns.Options.DEFAULT.withConnections(connections == null ? 32 : connections);
            if (!interfaces.isEmpty()) {
                options = options.withInterfaces(interfaces::contains);
            }
            builder.with(new Mdns(psk == null ? options : options.withPrivateNetwork(psk.fingerprint())));
        }
        if (isLocal() || needsPubSub()) {
            builder.with(found);
        }
    }

    /** Adds what needs the DHT and the other services of the host, which exist already. */
    public void installLast(HostBuilder builder) {
        if (!points.isEmpty()) {
            builder.with(
                    new RendezvousClient(points.stream().map(PeerAddress::parse).toList(), RendezvousLimits.DEFAULT));
        }
        if (!advertised.isEmpty()) {
            builder.with(new NamespaceService(List.of()));
        }
        if (!discoveryTopics.isEmpty()) {
            builder.with(PubSubPeerDiscovery.on(discoveryTopics.toArray(String[]::new)));
        }
        if (topics) {
            builder.with(new TopicDiscovery(TopicDiscovery.Options.DEFAULT));
        }
    }

    /** Announces the host where that is asked for, and prints who comes and goes, if anybody is looked for. */
    public void follow(Host host, DiscoveryPrinter output) {
        host.find(NamespaceService.class)
                .ifPresent(names -> advertised.forEach(namespace ->
                        host.environment().start("advertise", () -> advertise(host, names, namespace, output))));
        if (isLocal() || needsPubSub()) {
            Subscription<HostEvent> events = HostService.started("discovery", found.events);
            Thread _ = SystemEnvironment.shared().start("discovery-events", () -> print(events, output));
        }
    }

    /** Announces the host once, says how that went, and goes on announcing it. */
    private static void advertise(Host host, NamespaceService names, String namespace, DiscoveryPrinter output) {
        Deadline deadline = Deadline.after(host.environment(), FIRST);
        try {
            Dht dht = host.find(Dht.class).orElse(null);
            if (dht != null) {
                dht.awaitPeers(deadline);
            }
            long ttl = names.advertise(namespace, deadline).toSeconds();
            output.event("advertised", "found under " + namespace, "namespace", namespace, "ttl", ttl);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (IOException e) {
            if (e instanceof InterruptedIOException && !(e instanceof DeadlineExceededException)) {
                return;
            }
            output.event("not_advertised", namespace + ": " + e.getMessage(), "namespace", namespace);
        }
        names.keep(namespace);
    }

    private static void print(Subscription<HostEvent> events, DiscoveryPrinter output) {
        try {
            for (HostEvent event; (event = events.take(Deadline.NONE)) != null; ) {
                switch (event) {
                    case PeerDiscovered found -> found(output, found.peer(), found.addresses(), "on the local network");
                    case PeerAnnounced found ->
                        found(output, found.peer(), found.addresses(), "on topic " + found.topic());
                    case PeerExpired gone ->
                        output.event("expired", gone.peer() + " has left the local network", "peer", gone.peer());
                    default -> {}
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void found(DiscoveryPrinter output, PeerId peer, List<Multiaddr> addresses, String where) {
        List<String> texts = addresses.stream()
                .map(address -> address.withPeer(peer.toBytes()).toString())
                .toList();
        output.event("found", "found " + peer + " " + where, "peer", peer, "addrs", texts);
    }
}
