package libp2p.node.host;

import java.io.IOException;
import java.util.function.Consumer;
import libp2p.HostBuilder;
import libp2p.autotls.AutoTls;
import libp2p.node.discovery.DiscoveryOptions;
import libp2p.node.pubsub.SubscriptionOptions;
import libp2p.transports.websocket.WebSocketTransport;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a host that runs until it is told to end. */
public final class NodeOptions extends ListeningOptions {
    /** Options of pubsub. */
    @Mixin
    public SubscriptionOptions pubsub = new SubscriptionOptions();

    /** Options of finding peers. */
    @Mixin
    public DiscoveryOptions discovery = new DiscoveryOptions();

    /** Options of certificates that browsers take. */
    @Mixin
    public AutoTlsOptions autoTls = new AutoTlsOptions();

    /** Whether connections are printed: a busy node has better things to do. */
    @Option(names = "--connections", description = "Print every connection, and when a peer comes and goes.")
    public boolean connections;

    /** The additions of a command to its host. */
    public Consumer<HostBuilder> addition = builder -> {};

    @Override
    WebSocketTransport.Options webSocket() throws IOException {
        AutoTls family = autoTls.family(data);
        if (family != null && hasCertificate()) {
            throw new IllegalArgumentException("--auto-tls and --tls-cert exclude each other");
        }
        WebSocketTransport.Options webSocket = super.webSocket();
        return family == null ? webSocket : webSocket.withCertificates(family.certificates());
    }

    @Override
    public HostBuilder host() throws IOException {
        HostBuilder builder = super.host();
        discovery.install(builder, privateNetwork());
        if (discovery.needsPubSub()) {
            pubsub.want();
        }
        if (pubsub.isUsed()) {
            pubsub.install(builder);
        }
        AutoTls family = autoTls.family(data);
        if (family != null) {
            builder.with(family);
        }
        addition.accept(builder);
        discovery.installLast(builder);
        return builder;
    }
}
