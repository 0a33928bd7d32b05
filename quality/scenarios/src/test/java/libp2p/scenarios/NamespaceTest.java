package libp2p.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.Discovery;
import libp2p.core.routing.Results;
import libp2p.discovery.namespace.Advertiser;
import libp2p.discovery.namespace.CombinedDiscovery;
import libp2p.discovery.namespace.NamespaceLimits;
import libp2p.discovery.namespace.NamespaceService;
import libp2p.discovery.namespace.TopicDiscovery;
import libp2p.kad.Dht;
import libp2p.kad.DhtDiscovery;
import libp2p.kad.Kad;
import libp2p.pubsub.GossipSub;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Hosts that find others by the name of what they offer. */
class NamespaceTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int SEEDS = 3;

    private static TestNode node(World world, String name) throws IOException {
        return world.node(
                name,
                builder -> builder.with(Kad.server().withPrefix("/test").withoutLocal())
                        .with(new NamespaceService(List.of(
                                host -> new DhtDiscovery(host.find(Dht.class).orElseThrow())))));
    }

    private static NamespaceService names(TestNode node) {
        return node.host().find(NamespaceService.class).orElseThrow();
    }

    private static List<PeerId> all(Results<PeerAddress> results) throws IOException {
        List<PeerId> found = new ArrayList<>();
        try (results) {
            for (PeerAddress one; (one = results.next()) != null; ) {
                found.add(one.peer());
            }
        }
        return found;
    }

    @Test
    void whoAnnouncesItselfOverTheDhtIsFoundUnderThatNameAlone() {
        World.underSeeds(SEEDS, world -> {
            List<TestNode> nodes = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                nodes.add(node(world, "node-" + i));
                if (i > 0) {
                    nodes.get(i).connect(nodes.getFirst());
                }
            }
            world.sleep(MINUTE);
            names(nodes.get(2)).keep("my-service");
            names(nodes.get(5)).keep("my-service");
            world.sleep(MINUTE);
            Deadline deadline = Deadline.after(nodes.get(7).environment(), MINUTE);
            assertThat(all(names(nodes.get(7)).findPeers("my-service", deadline)))
                    .containsExactlyInAnyOrder(nodes.get(2).id(), nodes.get(5).id());
            assertThat(all(names(nodes.get(7)).findPeers("other", deadline))).isEmpty();
        });
    }

    @Test
    void aTopicThatHasTooFewPeersFindsThemByItsName() {
        World.underSeeds(SEEDS, world -> {
            TestNode first = world.node(
                    "meeting-point",
                    builder -> builder.with(Kad.server().withPrefix("/test").withoutLocal()));
            List<TestNode> members = new ArrayList<>();
            List<String> heard = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                TestNode member = world.node(
                        "member-" + i,
                        builder -> builder.with(Kad.client().withPrefix("/test").withoutLocal())
                                .with(GossipSub.create())
                                .with(new NamespaceService(List.of(host ->
                                        new DhtDiscovery(host.find(Dht.class).orElseThrow()))))
                                .with(new DhtNames())
                                .with(new TopicDiscovery(TopicDiscovery.Options.DEFAULT)));
                members.add(member);
                member.connect(first);
                GossipSub.on(member.host()).subscribe("news", message -> heard.add(new String(message.data(), UTF_8)));
            }
            world.sleep(Duration.ofMinutes(3));
            for (TestNode member : members) {
                assertThat(GossipSub.on(member.host()).peers("news")).hasSize(3);
            }
            GossipSub.on(members.getFirst().host()).publish("news", "hello".getBytes(UTF_8));
            world.sleep(Duration.ofSeconds(5));
            assertThat(heard).containsExactly("hello", "hello", "hello", "hello");
        });
    }

    /** The DHT as a service that is a {@link Discovery}. */
    private static final class DhtNames implements libp2p.core.host.HostService, Discovery {
        private Discovery dht;

        @Override
        public void start(libp2p.core.host.Host host) {
            dht = new DhtDiscovery(host.find(Dht.class).orElseThrow());
        }

        @Override
        public Duration advertise(String namespace, Deadline deadline) throws IOException {
            return dht.advertise(namespace, deadline);
        }

        @Override
        public Results<PeerAddress> findPeers(String namespace, Deadline deadline) {
            return dht.findPeers(namespace, deadline);
        }

        @Override
        public void close() {}
    }

    /** Says what it is told to say. */
    private static final class Scripted implements Discovery {
        private final Environment environment;
        private final List<PeerAddress> peers;
        private final Duration holds;
        private final Duration takes;
        private IOException failure;
        private int advertised;

        Scripted(Environment environment, Duration holds, Duration takes, PeerAddress... peers) {
            this.environment = environment;
            this.holds = holds;
            this.takes = takes;
            this.peers = List.of(peers);
        }

        Scripted failing(String why) {
            failure = new IOException(why);
            return this;
        }

        private void pause(Deadline deadline) throws IOException {
            Deadline until = Deadline.after(environment, takes);
            while (!until.passed(environment)) {
                if (deadline.passed(environment)) {
                    throw new DeadlineExceededException("scripted");
                }
                environment.park(this, until.earlier(deadline));
            }
        }

        @Override
        public Duration advertise(String namespace, Deadline deadline) throws IOException {
            advertised++;
            pause(deadline);
            if (failure != null) {
                throw failure;
            }
            return holds;
        }

        @Override
        public Results<PeerAddress> findPeers(String namespace, Deadline deadline) {
            return new Results<>() {
                private int next;
                private volatile boolean closed;

                @Override
                public PeerAddress next() throws IOException {
                    if (failure != null) {
                        throw failure;
                    }
                    if (closed || next >= peers.size()) {
                        return null;
                    }
                    pause(deadline);
                    return peers.get(next++);
                }

                @Override
                public void close() {
                    closed = true;
                }
            };
        }
    }

    private static PeerAddress[] peers(Environment environment, int count) {
        PeerAddress[] peers = new PeerAddress[count];
        for (int i = 0; i < count; i++) {
            peers[i] = PeerAddress.of(Identity.generate(environment).peerId());
        }
        return peers;
    }

    @Test
    void severalWaysAreAskedAtTheSameTimeAndAPeerIsFoundOnce() {
        World.inExactTime(SEEDS, world -> {
            Environment environment = world.machine("asking");
            PeerAddress[] peers = peers(environment, 4);
            Duration second = Duration.ofSeconds(1);
            Scripted one = new Scripted(environment, Duration.ofHours(2), second, peers[0], peers[1], peers[2]);
            Scripted two = new Scripted(environment, Duration.ofHours(1), second, peers[2], peers[1], peers[3]);
            Scripted broken = new Scripted(environment, Duration.ofMinutes(1), second).failing("no way");
            Discovery all = new CombinedDiscovery(environment, List.of(one, two, broken), NamespaceLimits.DEFAULT);
            Duration took = world.timed(() -> {
                assertThat(all.advertise("name", Deadline.after(environment, MINUTE)))
                        .isEqualTo(Duration.ofHours(1));
                assertThat(all(all.findPeers("name", Deadline.after(environment, MINUTE))))
                        .hasSize(4)
                        .doesNotHaveDuplicates();
            });
            assertThat(took).isLessThan(Duration.ofSeconds(5));
        });
    }

    @Test
    void theDeadlineEndsASearchAsAWholeAndKeepsWhatWasFound() {
        World.inExactTime(SEEDS, world -> {
            Environment environment = world.machine("asking");
            Scripted slow = new Scripted(environment, MINUTE, Duration.ofSeconds(4), peers(environment, 10));
            Discovery all = new CombinedDiscovery(environment, List.of(slow), NamespaceLimits.DEFAULT);
            Duration took = world.timed(() -> assertThat(
                            all(all.findPeers("name", Deadline.after(environment, Duration.ofSeconds(10)))))
                    .hasSize(2));
            assertThat(took).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
        });
    }

    @Test
    void aSearchHasNoMoreResultsThanTheLimit() {
        World.inExactTime(SEEDS, world -> {
            Environment environment = world.machine("asking");
            Scripted many = new Scripted(environment, MINUTE, Duration.ZERO, peers(environment, 40));
            NamespaceLimits limits = new NamespaceLimits(7, 3, 1, 255, MINUTE, MINUTE, MINUTE);
            Discovery all = new CombinedDiscovery(environment, List.of(many, many), limits);
            assertThat(all(all.findPeers("name", Deadline.after(environment, MINUTE))))
                    .hasSize(7);
        });
    }

    @Test
    void aSearchFailsWhenEveryWayFails() {
        World.inExactTime(SEEDS, world -> {
            Environment environment = world.machine("asking");
            Scripted one = new Scripted(environment, MINUTE, Duration.ZERO).failing("first");
            Scripted two = new Scripted(environment, MINUTE, Duration.ZERO).failing("second");
            Discovery all = new CombinedDiscovery(environment, List.of(one, two), NamespaceLimits.DEFAULT);
            Deadline deadline = Deadline.after(environment, MINUTE);
            assertThatThrownBy(() -> all(all.findPeers("name", deadline))).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> all.advertise("name", deadline)).isInstanceOf(IOException.class);
        });
    }

    @Test
    void anAnnouncementIsMadeAgainBeforeItEndsAndSoonAfterItFailed() {
        World.inExactTime(SEEDS, world -> {
            Environment environment = world.machine("announcing");
            Scripted way = new Scripted(environment, Duration.ofMinutes(40), Duration.ZERO);
            Advertiser advertiser = new Advertiser(environment, way, NamespaceLimits.DEFAULT);
            try (Registration first = advertiser.advertise("name");
                    Registration second = advertiser.advertise("name")) {
                world.sleep(Duration.ofMinutes(30));
                assertThat(way.advertised).isEqualTo(1);
                world.sleep(Duration.ofMinutes(6));
                assertThat(way.advertised).isEqualTo(2);
                first.close();
                first.close();
                way.failing("gone");
                world.sleep(Duration.ofMinutes(40));
                assertThat(way.advertised).isBetween(4, 7);
            }
            int until = way.advertised;
            world.sleep(Duration.ofHours(1));
            assertThat(way.advertised).as("after the last has let go").isEqualTo(until);
            advertiser.close();
        });
    }

    @Test
    void tooManyAndTooLongNamesAreRefused() {
        World.inExactTime(1, world -> {
            Environment environment = world.machine("announcing");
            Scripted way = new Scripted(environment, MINUTE, Duration.ZERO);
            try (Advertiser advertiser =
                    new Advertiser(environment, way, new NamespaceLimits(1, 1, 2, 10, MINUTE, MINUTE, MINUTE))) {
                advertiser.advertise("a");
                advertiser.advertise("0123456789");
                assertThatThrownBy(() -> advertiser.advertise("c")).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> advertiser.advertise("01234567890"))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> advertiser.advertise("")).isInstanceOf(IllegalArgumentException.class);
            }
        });
    }
}
