package libp2p.scenarios.dht;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import libp2p.core.connection.Stream;
import libp2p.core.protobuf.Delimited;
import libp2p.core.record.PeerRecord;
import libp2p.core.record.SignedEnvelope;
import libp2p.kad.Kad;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.KadPeer;
import libp2p.kad.message.MessageLimits;
import libp2p.kad.message.MessageType;
import libp2p.multiformats.Multihash;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A server's limits on messages of strangers, and its answers to them. */
class DhtMessagesTest {
    private static final int SEEDS = 5;
    private static final String PROTOCOL = "/test/kad/1.0.0";

    /** A server, another server that it knows, and a stranger that sends messages. */
    private record Three(TestNode server, TestNode other, TestNode asking) {
        static Three meet(World world) throws Exception {
            Kad kad = Kad.server().withPrefix("/test").withoutLocal();
            Three three = new Three(
                    world.node("server", builder -> builder.with(kad)),
                    world.node("other", builder -> builder.with(kad)),
                    world.node("asking"));
            three.other.connect(three.server);
            world.sleep(Duration.ofMinutes(1));
            return three;
        }

        @Nullable
        KadMessage ask(KadMessage request) throws IOException {
            try (Stream stream = asking.host().open(server.address(), PROTOCOL)) {
                Delimited.write(stream.output(), request.toBytes());
                stream.closeWrite();
                MessageLimits limits = MessageLimits.DEFAULT;
                byte[] answer = Delimited.readOrEnd(PROTOCOL, stream.input(), limits.bytes());
                return answer == null ? null : KadMessage.decode(answer, limits);
            }
        }

        KadMessage find(byte @Nullable [] senderRecord) throws IOException {
            KadMessage request = KadMessage.of(MessageType.FIND_NODE, other.id().toBytes());
            return Objects.requireNonNull(ask(senderRecord == null ? request : request.withSenderRecord(senderRecord)));
        }

        KadPeer named(KadMessage answer) {
            return answer.closerPeers().stream()
                    .filter(peer -> peer.id().equals(other.id()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static byte[] recordOf(TestNode node) {
        return PeerRecord.seal(node.host().identity(), 7, node.host().addresses())
                .toBytes();
    }

    @Test
    void aPeerThatSendsItsSignedRecordGetsThoseOfTheServerAndOfThePeersItNames() {
        World.underSeeds(SEEDS, world -> {
            Three three = Three.meet(world);
            KadMessage answer = three.find(recordOf(three.asking()));
            SignedEnvelope servers =
                    SignedEnvelope.fromBytes(Objects.requireNonNull(answer.senderRecord(), "the server's record"));
            assertThat(PeerRecord.open(servers).peerId())
                    .isEqualTo(three.server().id());
            SignedEnvelope named = SignedEnvelope.fromBytes(
                    Objects.requireNonNull(three.named(answer).signedRecord(), "the record of who is named"));
            assertThat(PeerRecord.open(named).peerId()).isEqualTo(three.other().id());
            assertThat(three.server().host().peerstore().record(three.asking().id()))
                    .isNotNull();
        });
    }

    @Test
    void aPeerThatSendsNoneGetsNone() {
        World.underSeeds(SEEDS, world -> {
            Three three = Three.meet(world);
            KadMessage answer = three.find(null);
            assertThat(answer.senderRecord()).isNull();
            assertThat(three.named(answer).signedRecord()).isNull();
        });
    }

    @Test
    void aRecordThatAnotherPeerHasSignedIsNotTaken() {
        World.underSeeds(SEEDS, world -> {
            Three three = Three.meet(world);
            TestNode stranger = world.node("stranger");
            assertThat(three.find(recordOf(stranger)).senderRecord()).isNull();
            assertThat(three.server().host().peerstore().record(stranger.id())).isNull();
            byte[] broken = recordOf(three.asking());
            broken[broken.length - 1] ^= 1;
            assertThat(three.find(broken).senderRecord()).isNull();
        });
    }

    @Test
    void onlyTheProviderItselfMaySayThatItProvides() {
        World.underSeeds(SEEDS, world -> {
            Three three = Three.meet(world);
            byte[] key = Multihash.sha256("content".getBytes(UTF_8)).toBytes();
            KadMessage question = KadMessage.of(MessageType.GET_PROVIDERS, key);
            KadPeer other = KadPeer.of(three.other().id(), three.other().host().addresses());
            three.ask(KadMessage.addProvider(key, List.of(other)));
            assertThat(Objects.requireNonNull(three.ask(question)).providerPeers())
                    .isEmpty();
            KadPeer itself =
                    KadPeer.of(three.asking().id(), three.asking().host().addresses());
            three.ask(KadMessage.addProvider(key, List.of(other, itself)));
            assertThat(Objects.requireNonNull(three.ask(question)).providerPeers())
                    .extracting(KadPeer::id)
                    .containsExactly(three.asking().id());
        });
    }
}
