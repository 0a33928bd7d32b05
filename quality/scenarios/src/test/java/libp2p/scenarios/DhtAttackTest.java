package libp2p.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import libp2p.core.connection.DialException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.NetworkException;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.Delimited;
import libp2p.core.routing.Results;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.kad.KadLimits;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.KadPeer;
import libp2p.kad.message.KadRecord;
import libp2p.kad.message.MessageLimits;
import libp2p.kad.message.MessageType;
import libp2p.kad.store.StoreLimits;
import libp2p.kad.validator.AnyValueValidator;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.multiformats.Varint;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.storage.MemoryDatastore;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Peers that lie to lookups of whole hosts, and peers that flood a server. The heap is small. */
@Tag("small-heap")
class DhtAttackTest {
    private static final String PROTOCOL = "/test/kad/1.0.0";
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int HONEST = 8;
    private static final int LIARS = 5;
    private static final int SEEDS = 1;
    private static final int RECORDS = 50;
    private static final int PROVIDERS = 500;

    /** How a liar answers one request. */
    private interface Lie {
        void answer(World world, RandomGenerator random, Stream stream, KadMessage request) throws Exception;
    }

    private static Kad kad() {
        return Kad.server().withPrefix("/test").withoutLocal().withValidator(new AnyValueValidator("v"));
    }

    private static Dht dht(TestNode node) {
        return node.host().find(Dht.class).orElseThrow();
    }

    private static Deadline soon(TestNode node) {
        return Deadline.after(node.environment(), MINUTE);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static Cid cid(String text) {
        return Cid.v1(Multicodec.RAW, Multihash.sha256(bytes(text)));
    }

    private static PeerId madeUp(RandomGenerator random) {
        byte[] id = new byte[34];
        random.nextBytes(id);
        id[0] = 0x12;
        id[1] = 32;
        return PeerId.fromBytes(id);
    }

    private static List<KadPeer> madeUp(RandomGenerator random, int count, int addresses) {
        List<KadPeer> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Multiaddr> where = new ArrayList<>();
            for (int j = 0; j < addresses; j++) {
                where.add(Multiaddr.parse("/ip4/10.99." + i % 250 + "." + j % 250 + "/tcp/4001"));
            }
            peers.add(KadPeer.of(madeUp(random), where));
        }
        return peers;
    }

    /** Most peers of a network lie; those that do not still find each other, values and providers. */
    private static void lied(Lie lie) {
        World.underSeeds(SEEDS, world -> {
            RandomGenerator random = world.random();
            List<TestNode> honest = new ArrayList<>();
            for (int i = 0; i < HONEST; i++) {
                honest.add(world.node("honest-" + i, builder -> builder.with(kad())));
                if (i > 0) {
                    honest.get(i).connect(honest.getFirst());
                }
            }
            for (int i = 0; i < LIARS; i++) {
                TestNode liar = world.node("liar-" + i);
                liar.host().handle(PROTOCOL, stream -> {
                    MessageLimits limits = MessageLimits.DEFAULT;
                    byte[] request = Delimited.readOrEnd("request", stream.input(), limits.bytes());
                    if (request != null) {
                        lie.answer(world, random, stream, KadMessage.decode(request, limits));
                    }
                });
                for (TestNode server : honest) {
                    meet(world, liar, server);
                }
            }
            world.sleep(Duration.ofMinutes(3));
            TestNode asking = honest.get(3);
            TestNode other = honest.get(6);
            assertThat(world.timed(() -> assertThat(
                                    dht(asking).findPeer(honest.get(5).id(), soon(asking)))
                            .isNotEmpty()))
                    .isLessThan(MINUTE);
            dht(other).putValue(bytes("/v/key"), bytes("value"), soon(other));
            assertThat(dht(asking).getValue(bytes("/v/key"), soon(asking))).isEqualTo(bytes("value"));
            dht(other).provide(cid("content"), soon(other));
            List<PeerId> found = new ArrayList<>();
            try (Results<PeerAddress> results = dht(asking).findProviders(cid("content"), soon(asking))) {
                for (PeerAddress one; (one = results.next()) != null; ) {
                    found.add(one.peer());
                }
            }
            assertThat(found).contains(other.id());
            List<PeerId> closest = dht(asking).closestPeers(bytes("anything"), soon(asking)).stream()
                    .map(PeerAddress::peer)
                    .toList();
            honest.stream()
                    .filter(node -> node != asking)
                    .forEach(node -> assertThat(closest).contains(node.id()));
        });
    }

    /** Both may dial at the same moment, as soon as a server has heard of the liar. */
    private static void meet(World world, TestNode liar, TestNode server) throws Exception {
        try {
            liar.connect(server);
        } catch (DialException e) {
            world.sleep(Duration.ofSeconds(10));
            liar.connect(server);
        }
    }

    private static void write(Stream stream, KadMessage message) throws IOException {
        Delimited.write(stream.output(), message.toBytes());
        stream.closeWrite();
    }

    @Test
    void peersThatAnswerFirstAndNameOnlyPeersThatDoNotExist() {
        lied((world, random, stream, request) -> write(
                stream,
                KadMessage.of(request.type(), request.key())
                        .withCloserPeers(madeUp(random, 20, 1))
                        .withProviderPeers(
                                request.type() == MessageType.GET_PROVIDERS ? madeUp(random, 20, 1) : List.of())));
    }

    @Test
    void answersThatNameHundredsOfPeersWithHundredsOfAddresses() {
        lied((world, random, stream, request) ->
                write(stream, KadMessage.of(request.type(), request.key()).withCloserPeers(madeUp(random, 200, 200))));
    }

    @Test
    void recordsOfAnotherKeyOfAnotherNamespaceAndTooLong() {
        lied((world, random, stream, request) -> write(
                stream,
                KadMessage.of(request.type(), request.key())
                        .withRecord(
                                random.nextBoolean()
                                        ? KadRecord.of(bytes("/pk/another"), bytes("lie"))
                                        : KadRecord.of(request.key(), new byte[100_000]))));
    }

    @Test
    void answersThatNeverEndAndAnswersThatSayTheyAreHuge() {
        lied((world, random, stream, request) -> {
            boolean huge = random.nextBoolean();
            stream.output().write(Varint.encode(huge ? 1L << 40 : MessageLimits.DEFAULT.bytes()));
            for (int i = 0; i < 600; i++) { // a byte now and then, for ten minutes
                stream.output().write(0);
                world.sleep(Duration.ofSeconds(1));
            }
        });
    }

    @Test
    void peersThatNeverAnswer() {
        lied((world, random, stream, request) -> {
            while (stream.input().read() >= 0) {
                // until the other side gives up
            }
        });
    }

    private static void tell(Host flooder, TestNode victim, List<KadMessage> messages) throws IOException {
        try (Stream stream = flooder.open(victim.address(), PROTOCOL)) {
            for (KadMessage message : messages) {
                Delimited.write(stream.output(), message.toBytes());
            }
            stream.closeWrite();
            while (stream.input().read() >= 0) {
                // the answers
            }
        } catch (NetworkException e) {
            // refused, which is as well
        }
    }

    private static long bytesOf(MemoryDatastore datastore) throws IOException {
        long bytes = 0;
        try (var entries = datastore.scan(new byte[0])) {
            for (var entry = entries.next(); entry != null; entry = entries.next()) {
                bytes += entry.key().length + entry.value().length;
            }
        }
        return bytes;
    }

    @Test
    void aFloodOfValuesAndOfAnnouncementsFillsNothing() {
        World.underSeeds(1, world -> {
            RandomGenerator random = world.random();
            MemoryDatastore datastore = new MemoryDatastore();
            KadLimits limits = KadLimits.DEFAULT.withStore(
                    StoreLimits.DEFAULT.withRecords(RECORDS, 64 << 10).withProviders(PROVIDERS, 20, 400));
            TestNode victim = world.node(
                    "victim", builder -> builder.with(kad().withLimits(limits).withDatastore(datastore)));
            Dht dht = dht(victim);
            List<TestNode> flooders = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                flooders.add(world.node("flooder-" + i));
            }
            long full = 0;
            for (int round = 0; round < 8; round++) {
                for (TestNode flooder : flooders) {
                    List<KadMessage> flood = new ArrayList<>();
                    for (int i = 0; i < 200; i++) {
                        int number = random.nextInt();
                        byte[] key =
                                Multihash.sha256(bytes("content " + number)).toBytes();
                        flood.add(KadMessage.addProvider(
                                key,
                                List.of(KadPeer.of(flooder.id(), flooder.host().addresses()))));
                        flood.add(KadMessage.addProvider(
                                key,
                                List.of(KadPeer.of(victim.id(), flooder.host().addresses()))));
                    }
                    tell(flooder.host(), victim, flood);
                    for (String key : List.of("", "a", "/x", "/x/y", "/v/" + round + flooder.id())) {
                        List<KadMessage> puts = new ArrayList<>();
                        for (int i = 0; i < 50; i++) {
                            puts.add(KadMessage.putValue(
                                    KadRecord.of(bytes(key + (key.startsWith("/v") ? i : "")), new byte[1000])));
                        }
                        tell(flooder.host(), victim, puts);
                    }
                }
                world.sleep(Duration.ofSeconds(20));
                Dht.Status status = dht.status().getFirst();
                assertThat(status.records()).isLessThanOrEqualTo(RECORDS);
                assertThat(status.providers()).isLessThanOrEqualTo(PROVIDERS);
                if (round == 2) {
                    full = bytesOf(datastore);
                }
            }
            assertThat(dht.status().getFirst().records()).isEqualTo(RECORDS);
            assertThat(dht.status().getFirst().providers()).isGreaterThan(PROVIDERS / 2);
            assertThat(bytesOf(datastore)).as("bytes in the store").isLessThan(full * 5 / 4);
        });
    }
}
