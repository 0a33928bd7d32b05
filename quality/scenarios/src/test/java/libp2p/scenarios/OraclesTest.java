package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import libp2p.bitswap.Bitswap;
import libp2p.bitswap.BitswapSession;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.routing.Results;
import libp2p.discovery.rendezvous.RendezvousClient;
import libp2p.discovery.rendezvous.RendezvousLimits;
import libp2p.discovery.rendezvous.RendezvousService;
import libp2p.ipld.Block;
import libp2p.ipns.Ipns;
import libp2p.ipns.IpnsName;
import libp2p.ipns.IpnsRecord;
import libp2p.ipns.IpnsValidator;
import libp2p.ipns.NameService;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.kad.KadLimits;
import libp2p.kad.table.TableLimits;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.PubSubService;
import libp2p.testkit.OverQuic;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Hosts do what the oracles of the world judge, and no more is asserted here: what is said to peers keeps the
 * specifications. The mistakes of {@code quality/mistakes/list/oracles.txt} are found by that alone.
 */
@ExtendWith(OverQuic.class)
class OraclesTest {
    private static final int SEEDS = 4;
    private static final int WINDOW = 64 << 10;
    private static final Duration UNTIL_JUDGED = Duration.ofSeconds(40);

    private static final int PIECE = 3000;

    /** The end of a stream. */
    private enum End {
        READ("/read/1.0.0"),
        RESET("/hold/1.0.0"),
        STOPPED("/stop/1.0.0");

        final String protocol;

        End(String protocol) {
            this.protocol = protocol;
        }
    }

    /** A pair of hosts over QUIC with small windows, and the way between them. */
    private record Pair(World world, TestNode alice, TestNode bob) {
        static Pair of(World world) throws IOException {
            Pair pair = new Pair(world, node(world, "alice"), node(world, "bob"));
            pair.bob.host().handle("/read/1.0.0", stream -> stream.input().readAllBytes());
            pair.bob.host().handle("/hold/1.0.0", stream -> world.sleep(Duration.ofMinutes(1)));
            pair.bob.host().handle("/stop/1.0.0", stream -> {
                stream.input().readNBytes(1000);
                stream.closeRead(ErrorCode.NONE);
                stream.closeWrite();
            });
            pair.alice.connect(pair.bob);
            return pair;
        }

        private static TestNode node(World world, String name) throws IOException {
            return world.node(
                    name, builder -> builder.limit("quic.window", WINDOW).limit("quic.stream-window", WINDOW));
        }

        void loss(double share) {
            world.network().link(alice.environment(), bob.environment()).loss(share);
        }

        /** Opens streams and writes so many pieces to each; those that the reader stops stay open. */
        List<Stream> write(int count, int pieces, End... ends) throws IOException {
            List<Stream> open = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                End end = ends[i % ends.length];
                Stream stream = alice.open(bob, end.protocol);
                for (int j = 0; j < pieces; j++) {
                    stream.write(new byte[PIECE]);
                }
                switch (end) {
                    case READ -> stream.closeWrite();
                    case RESET -> stream.reset(7);
                    case STOPPED -> open.add(stream);
                }
            }
            return open;
        }

        /** Lets the time pass in which what is owed is sent, and sends what shows that the way is open. */
        void settle(List<Stream> open) throws Exception {
            world.sleep(UNTIL_JUDGED);
            loss(0);
            for (int i = 0; i < 3; i++) {
                alice.ping(bob);
                bob.ping(alice);
                world.sleep(Duration.ofSeconds(5));
            }
            open.forEach(stream -> stream.reset(ErrorCode.NONE));
        }
    }

    @Test
    void controlFramesThatAreLostAreSentAgain() {
        World.underSeeds(SEEDS, world -> {
            Pair pair = Pair.of(world);
            pair.loss(0.1);
            pair.settle(pair.write(60, 1, End.READ, End.RESET, End.STOPPED));
        });
    }

    @Test
    void bytesOfStreamsThatAreResetAreCreditAgain() {
        World.underSeeds(SEEDS, world -> {
            Pair pair = Pair.of(world);
            pair.settle(pair.write(3, 4, End.RESET));
        });
    }

    @Test
    void bytesOfStreamsThatAreStoppedAreCreditAgain() {
        World.underSeeds(SEEDS, world -> {
            Pair pair = Pair.of(world);
            world.network()
                    .link(pair.alice.environment(), pair.bob.environment())
                    .latency(Duration.ofMillis(200));
            for (int i = 0; i < 3; i++) {
                Stream stream = pair.write(1, 1, End.STOPPED).getFirst();
                world.sleep(Duration.ofMillis(250)); // the reader has stopped, and the writer has not heard of it
                for (int j = 0; j < 4; j++) {
                    stream.write(new byte[PIECE]);
                }
                world.sleep(Duration.ofSeconds(1));
                stream.reset(7);
            }
            pair.settle(List.of());
        });
    }

    @Test
    void streamsThatAreResetMakePlacesForOthers() {
        World.underSeeds(1, world -> {
            Pair pair = Pair.of(world);
            pair.settle(pair.write(500, 1, End.RESET));
        });
    }

    private record Member(TestNode node, PubSubService pubsub) {}

    private static List<Member> mesh(World world, int count) throws IOException {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            TestNode node = world.node("member-" + i, builder -> builder.with(GossipSub.create()));
            Member member = new Member(node, GossipSub.on(node.host()));
            for (Member other : members) {
                node.connect(other.node);
            }
            members.add(member);
        }
        return members;
    }

    @Test
    void backOffsAreKeptByThoseThatSentAndThoseThatGotAPrune() {
        World.underSeeds(SEEDS, world -> {
            List<Member> members = mesh(world, 18);
            for (Member member : members) {
                member.pubsub.join("news").subscribe(message -> {});
            }
            world.sleep(Duration.ofSeconds(30));
            for (Member leaving : members.subList(0, 4)) {
                leaving.pubsub.join("news").close(); // all subscriptions
                world.sleep(Duration.ofSeconds(3));
                leaving.pubsub.join("news").subscribe(message -> {});
            }
            world.sleep(Duration.ofSeconds(50));
        });
    }

    @Test
    void messagesThatAPeerDoesNotWantAreKeptBack() {
        World.underSeeds(SEEDS, world -> {
            List<Member> members = mesh(world, 9);
            for (Member member : members) {
                member.pubsub.join("news").subscribe(message -> {});
            }
            world.sleep(Duration.ofSeconds(5));
            TestNode slow = members.getLast().node;
            for (Member member : members.subList(0, 8)) {
                world.network()
                        .link(slow.environment(), member.node.environment())
                        .latency(Duration.ofMillis(1500));
            }
            for (int i = 0; i < 12; i++) {
                byte[] message = new byte[20_000];
                new Random(i).nextBytes(message);
                members.get(i % 8).pubsub.publish("news", message);
                world.sleep(Duration.ofSeconds(1));
            }
            world.sleep(Duration.ofSeconds(10));
        });
    }

    @Test
    void wantsAreCancelledAtAllWhoWereAskedWhenTheBlockHasCome() {
        World.underSeeds(SEEDS, world -> {
            MemoryBlockStore own = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            TestNode asking = world.node("asking", builder -> builder.with(Bitswap.over(own)));
            List<MemoryBlockStore> stores = new ArrayList<>();
            List<TestNode> peers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
                stores.add(store);
                TestNode node = world.node("peer-" + i, builder -> builder.with(Bitswap.over(store)));
                asking.connect(node);
                peers.add(node);
            }
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                byte[] content = new byte[2000];
                new Random(i).nextBytes(content);
                blocks.add(Block.of(Multicodec.RAW, content));
                for (MemoryBlockStore store : stores) {
                    store.put(blocks.getLast());
                }
            }
            Bitswap bitswap = asking.host().find(Bitswap.class).orElseThrow();
            for (Block block : blocks) { // the first opens the streams; each session asks all peers
                try (BitswapSession session = bitswap.session(Duration.ofSeconds(60))) {
                    assertThat(session.get(block.cid())).isNotNull();
                    world.sleep(Duration.ofSeconds(5));
                }
                for (int i = 0; i < peers.size(); i++) {
                    Duration latency = Duration.ofMillis(20 + 400 * i);
                    world.network()
                            .link(asking.environment(), peers.get(i).environment())
                            .latency(latency);
                }
            }
            world.sleep(UNTIL_JUDGED);
        });
    }

    private static Deadline soon(TestNode node) {
        return Deadline.after(node.environment(), Duration.ofMinutes(2));
    }

    private static <T> void drain(Results<T> results) throws IOException {
        try (results) {
            while (results.next() != null) {
                // the oracles look at what the servers answer
            }
        }
    }

    private static List<TestNode> servers(World world) throws Exception {
        List<TestNode> servers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            servers.add(world.node(
                    "server-" + i,
                    builder -> builder.with(Kad.server()
                                    .withPrefix("/test")
                                    .withoutLocal()
                                    .withValidator(new IpnsValidator(world.machine(
                                            "clock-" + world.nodes().size())))
                                    .withLimits(KadLimits.DEFAULT.withTable(
                                            TableLimits.DEFAULT.withRefresh(Duration.ofHours(12)))))
                            .with(new NameService(List.of(), Duration.ofDays(30)))));
            if (i > 0) {
                servers.getLast().connect(servers.getFirst());
            }
        }
        world.sleep(Duration.ofMinutes(1));
        return servers;
    }

    @Test
    void providersAreNamedForTwoDays() {
        World.overDays(1, Duration.ofDays(4), world -> {
            List<TestNode> servers = servers(world);
            Cid cid = Block.of(Multicodec.RAW, new byte[] {1, 2, 3}).cid();
            dht(servers.get(1)).provide(cid, soon(servers.get(1)));
            world.sleep(Duration.ofHours(47).plusMinutes(50));
            for (int i = 0; i < 10; i++) { // expired records are deleted once in an hour
                drain(dht(servers.get(3)).findProviders(cid, soon(servers.get(3))));
                world.sleep(Duration.ofMinutes(5));
            }
        });
    }

    private static Dht dht(TestNode node) {
        return node.host().find(Dht.class).orElseThrow();
    }

    @Test
    void namesAreAnsweredUntilTheyExpire() {
        World.overDays(1, Duration.ofDays(1), world -> {
            List<TestNode> servers = servers(world);
            TestNode writer = servers.get(1);
            Ipns ipns = writer.host().find(NameService.class).orElseThrow().ipns();
            IpnsRecord record = ipns.publish(
                    writer.host().identity(),
                    "/ipfs/bafkqaaa",
                    Duration.ofHours(1),
                    Duration.ofMinutes(5),
                    soon(writer));
            assertThat(record).isNotNull();
            IpnsName name = IpnsName.of(writer.host().identity().publicKey());
            for (int hour = 0; hour < 3; hour++) {
                dht(servers.get(3)).getValue(name.routingKey(), soon(servers.get(3)));
                world.sleep(Duration.ofMinutes(50));
            }
        });
    }

    @Test
    void registrationsAreNamedUntilTheyEnd() {
        World.overDays(1, Duration.ofDays(1), world -> {
            TestNode point =
                    world.node("point", builder -> builder.with(RendezvousService.family(RendezvousLimits.DEFAULT)));
            List<TestNode> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                clients.add(world.node(
                        "client-" + i,
                        builder -> builder.with(
                                new RendezvousClient(List.of(point.address()), RendezvousLimits.DEFAULT))));
            }
            client(clients.get(0)).advertise("chat", soon(clients.get(0)));
            client(clients.get(1)).advertise("chat", soon(clients.get(1)));
            client(clients.get(1)).unregister(point.address(), "chat", soon(clients.get(1)));
            for (int hour = 0; hour < 4; hour++) {
                world.sleep(Duration.ofMinutes(55));
                drain(client(clients.get(2)).findPeers("chat", soon(clients.get(2))));
            }
        });
    }

    private static RendezvousClient client(TestNode node) {
        return node.host().find(RendezvousClient.class).orElseThrow();
    }
}
