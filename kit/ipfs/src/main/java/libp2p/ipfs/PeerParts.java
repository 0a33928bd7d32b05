package libp2p.ipfs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.bitswap.Bitswap;
import libp2p.bitswap.BitswapLimits;
import libp2p.core.environment.Environment;
import libp2p.core.host.Capabilities;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.routing.ContentRouting;
import libp2p.discovery.pubsub.PubSubPeerDiscovery;
import libp2p.kad.Kad;
import libp2p.nat.Nat;
import libp2p.nat.relay.RelayLimits;
import libp2p.pubsub.GossipSub;

/** The parts that are exchanged when the role changes. */
record PeerParts(Role role, Host host, Content content, ContentRoutingManager routing, Announcements announcements) {
    /** Ends all but the content. */
    void stop() {
        content.peers(null);
        routing.discovery().close();
        announcements.close();
        host.close();
    }

    /** Starts the host and what runs on it; blocks until it listens. */
    static PeerParts start(
            Environment environment,
            IpfsOptions options,
            Identity identity,
            ResourceMeter meter,
            Role role,
            Content content,
            List<String> listen)
            throws IOException {
        HostBuilder builder = Libp2p.host()
                .environment(environment)
                .identity(identity)
                .observer(meter)
                .listen(listen.toArray(String[]::new));
        Path data = options.data();
        if (data != null) {
            builder.dataDirectory(data);
        }
        Kad kad = EnhancedDhtDiscovery.family(role, options.kadPrefix(), options.refresh());
        builder.with(
                options.isOptimistic() ? kad.withOptimisticProvide() : kad,
                Bitswap.over(content.blocks, sendingLimits(options.sendRate())),
                GossipSub.create(),
                role.isRelay()
                        ? Nat.create().withRelayService(RelayLimits.DEFAULT)
                        : Nat.create().withAutoRelay());
        builder.with(new Attestations());
        if (!options.discoveryTopics().isEmpty()) {
            builder.with(PubSubPeerDiscovery.on(options.discoveryTopics().toArray(String[]::new)));
        }
        options.addition().accept(builder);
        Host host = builder.start();
        options.capabilities().forEach(capability -> Capabilities.declare(host, capability));
        EnhancedDhtDiscovery discovery = new EnhancedDhtDiscovery(
                host,
                role,
                options.bootstrap().stream().map(PeerAddress::parse).toList(),
                content.reputation,
                ProviderLimits.DEFAULT);
        discovery.start();
        ContentRoutingManager routing = new ContentRoutingManager(host, discovery, content, options);
        content.peers(routing::block);
        return new PeerParts(
                role,
                host,
                content,
                routing,
                Announcements.start(
                        environment,
                        content.repository,
                        options.strategy(role),
                        () -> host.find(ContentRouting.class)));
    }

    private static BitswapLimits sendingLimits(long bytesPerSecond) {
        return bytesPerSecond == 0 ? BitswapLimits.DEFAULT : BitswapLimits.DEFAULT.withSendRate(bytesPerSecond);
    }
}
