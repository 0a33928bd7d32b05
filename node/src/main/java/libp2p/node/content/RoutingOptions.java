package libp2p.node.content;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import libp2p.HostBuilder;
import libp2p.core.environment.Environment;
import libp2p.core.environment.system.SystemEnvironment;
import libp2p.exchange.http.JdkHttpCaller;
import libp2p.exchange.routing.DelegatedRouting;
import libp2p.exchange.routing.RoutingLimits;
import libp2p.exchange.routing.RoutingService;
import libp2p.ipns.PubSubNames;
import libp2p.protocols.fetch.Fetch;
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
        Environment environment = SystemEnvironment.shared();
        List<DelegatedRouting> asked = new ArrayList<>();
        for (URI server : servers) {
            asked.add(new DelegatedRouting(
                    environment, new JdkHttpCaller(environment, server, null), List.of(), RoutingLimits.DEFAULT));
        }
        if (topics) {
            Fetch fetch = new Fetch();
            PubSubNames names = new PubSubNames(fetch::fetch);
            fetch.register("/ipns/", (peer, key) -> names.known(key));
            builder.service(fetch).service(names);
        }
        if (!asked.isEmpty()) {
            builder.with(RoutingService.with(asked));
        }
    }
}
