package libp2p.node.content;

import java.net.URI;
import java.util.List;
import libp2p.HostBuilder;
import libp2p.core.environment.Environment;
import libp2p.delegated.routing.DelegatedRouting;
import libp2p.delegated.routing.RoutingLimits;
import libp2p.delegated.routing.RoutingService;
import libp2p.http.client.JdkHttpClient;
import libp2p.ipns.PubSubNames;
import libp2p.protocols.fetch.Fetch;
import libp2p.system.SystemEnvironment;
import picocli.CommandLine.Option;

/** The routing of a node beside its DHT: servers of delegated routing, and topics of names. */
public final class RoutingOptions {
    private static final int SERVERS = 16;

    @Option(
            names = "--routing",
            paramLabel = "URL",
            description =
                    "A server of delegated routing (/routing/v1) that is asked for providers and peers beside the DHT,"
                            + " such as http://127.0.0.1:8080; may be repeated.")
    private List<URI> servers = List.of();

    @Option(
            names = "--ipns-pubsub",
            description = "Publish and resolve names by topics of publish and subscribe too, and tell peers that ask"
                    + " (fetch).")
    private boolean topics;

    /** Whether publish and subscribe is needed. */
    public boolean needsPubSub() {
        return topics;
    }

    /** Adds them to a host; before the DHT, so that they are its routing together. */
    public void addTo(HostBuilder builder) {
        if (servers.size() > SERVERS) {
            throw new IllegalArgumentException("--routing takes " + SERVERS + " servers at most");
        }
        if (topics) {
            Fetch fetch = new Fetch();
            PubSubNames names = new PubSubNames(fetch::fetch);
            fetch.register("/ipns/", (peer, key) -> names.known(key));
            builder.with(fetch).with(names);
        }
        if (!servers.isEmpty()) {
            builder.with(assembly -> RoutingService.with(asked(assembly.limits(RoutingLimits.DEFAULT)))
                    .contribute(assembly));
        }
    }

    private List<DelegatedRouting> asked(RoutingLimits limits) {
        Environment environment = SystemEnvironment.shared();
        return servers.stream()
                .map(server -> new DelegatedRouting(
                        environment, new JdkHttpClient(environment, server, null), List.of(), limits))
                .toList();
    }
}
