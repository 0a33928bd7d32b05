package libp2p.growth;

import static libp2p.growth.Messages.address;
import static libp2p.growth.Messages.bytes;
import static libp2p.growth.Messages.name;
import static libp2p.growth.Messages.protobuf;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.Identity;
import libp2p.core.record.PeerRecord;
import libp2p.discovery.namespace.CombinedDiscovery;
import libp2p.discovery.namespace.NamespaceLimits;
import libp2p.discovery.namespace.NamespaceService;
import libp2p.discovery.namespace.TopicDiscovery;
import libp2p.discovery.rendezvous.RendezvousClient;
import libp2p.discovery.rendezvous.RendezvousLimits;
import libp2p.growth.Scene.Victim;
import libp2p.pubsub.GossipSub;

/** Drivers of what finds peers. */
final class DiscoveryDrivers {
    private static final String RENDEZVOUS = "/rendezvous/1.0.0";
    private static final String NAMESPACE = "growth";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private DiscoveryDrivers() {}

    static List<HostileDriver> all() {
        return List.of(rendezvous());
    }

    /** The registration of a peer that is not there. */
    private static byte[] found(RandomGenerator random, Host stranger) {
        Identity invented = Identity.generate(stranger.environment());
        byte[] record = PeerRecord.seal(invented, random.nextInt(1 << 20), List.of(address(random)))
                .toBytes();
        return protobuf(out -> out.enumeration(1, 4)
                .message(
                        6,
                        answer -> answer.message(
                                        1,
                                        one -> one.string(1, random.nextInt(4) > 0 ? NAMESPACE : name(random))
                                                .bytes(2, record)
                                                .uint64(3, random.nextInt(100_000)))
                                .bytes(2, bytes(random, 20))
                                .enumeration(3, 0)));
    }

    /** The stranger is the only rendezvous point; the victim asks it for peers, also for those of a topic. */
    private static Registration ask(Victim victim, Host stranger) throws IOException {
        RendezvousClient client = new RendezvousClient(
                List.of(PeerAddress.of(stranger.peerId(), stranger.addresses())), RendezvousLimits.DEFAULT);
        client.start(victim.host());
        NamespaceService namespaces = new NamespaceService(List.of(host -> client));
        namespaces.start(victim.host());
        TopicDiscovery topics =
                new TopicDiscovery(List.of(client), TopicDiscovery.Options.DEFAULT, NamespaceLimits.DEFAULT);
        topics.start(victim.host());
        topics.listening();
        Deadline deadline = Deadline.after(stranger.environment(), PATIENCE);
        RoutingDrivers.drain(namespaces.findPeers(NAMESPACE, deadline), deadline);
        try {
            namespaces.advertise(NAMESPACE, deadline);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
        return () -> {
            topics.close();
            namespaces.close();
            client.close();
        };
    }

    private static HostileDriver rendezvous() {
        return new StreamDriver(
                        "answers of rendezvous points",
                        RendezvousClient.class,
                        NamespaceService.class,
                        CombinedDiscovery.class,
                        TopicDiscovery.class)
                .answers(RENDEZVOUS, DiscoveryDrivers::found)
                .victim(host -> host.with(GossipSub.create()))
                .meeting(DiscoveryDrivers::ask);
    }
}
