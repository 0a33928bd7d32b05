package libp2p.pubsub.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.ProtobufException;
import libp2p.pubsub.message.SigningPolicy;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.rpc.RpcDecoder;
import org.junit.jupiter.api.Test;

/** The memory of the router of a small host that has as many strangers as a host keeps connections to. */
class CrowdMemoryTest {
    private static final int CROWD = 190;
    private static final long HEAP = 64L << 20;
    private static final PubSubLimits LIMITS = PubSubLimits.DEFAULT.withinHeap(HEAP);

    private final long now = RouterNetwork.SECOND;
    private final List<PeerId> crowd = new ArrayList<>();
    private final GossipRouter router =
            VictimRouter.create(LIMITS, SigningPolicy.STRICT_SIGN, RouterObserver.NONE, new VictimRouter.Output() {});

    private void connect() {
        for (int i = 0; i < CROWD; i++) {
            PeerId peer = RouterNetwork.id("stranger" + i);
            crowd.add(peer);
            router.addPeer(peer, Version.GOSSIPSUB_1_2, false, RouterNetwork.address(i << 8), now);
        }
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private void receive(PeerId from, Rpc rpc) {
        try { // as it comes, so that no two peers share an object
            router.receive(from, RpcDecoder.decode(rpc.encoded(), LIMITS.frame()), List.of(), now);
        } catch (ProtobufException malformed) {
            throw new AssertionError(malformed);
        }
    }

    @Test
    void topicsOfStrangers() {
        connect();
        long before = used();
        for (int i = 0; i < CROWD; i++) {
            List<Rpc.Subscription> topics = new ArrayList<>();
            for (int j = 0; j < 1_000; j++) {
                topics.add(new Rpc.Subscription(true, "topic-%06d-%06d-".formatted(i, j) + "x".repeat(44)));
            }
            receive(crowd.get(i), Rpc.of(topics));
        }
        long grown = used() - before;
        assertThat(grown).isLessThan(HEAP / 4);
        assertThat(router.view().topicsOfPeers()).hasSizeLessThan(30_000);
        PeerId newcomer = RouterNetwork.id("newcomer");
        router.addPeer(newcomer, Version.GOSSIPSUB_1_2, false, RouterNetwork.address(1), now);
        List<Rpc.Subscription> few = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            few.add(new Rpc.Subscription(true, "/a/topic/of/a/newcomer/" + i));
        }
        receive(newcomer, Rpc.of(few));
        assertThat(few)
                .allSatisfy(one -> assertThat(router.view().peers(one.topic())).containsExactly(newcomer));
        crowd.forEach(peer -> router.removePeer(peer, now));
        router.removePeer(newcomer, now);
        connect();
        receive(crowd.get(0), Rpc.of(few));
        assertThat(few)
                .as("when the others are gone")
                .allSatisfy(one -> assertThat(router.view().peers(one.topic())).containsExactly(crowd.get(0)));
    }

    /** A topic of this host has room for all of its subscribers. */
    @Test
    void topicsOfThisHostAreHeardOfWhateverOthersHaveTaken() {
        router.join(new Rpc.Subscription(true, "own"), now);
        topicsOfStrangers();
        crowd.forEach(peer -> receive(peer, Rpc.of(List.of(new Rpc.Subscription(true, "own")))));
        assertThat(router.view().peers("own")).hasSize(CROWD);
    }

    @Test
    void idsThatAreNotWanted() {
        connect();
        long before = used();
        for (int i = 0; i < CROWD; i++) {
            List<MessageId> ids = new ArrayList<>();
            for (int j = 0; j < 1_000; j++) {
                ids.add(MessageId.of(
                        ByteBuffer.allocate(256).putInt(i).putInt(j).array()));
            }
            receive(
                    crowd.get(i),
                    Rpc.of(new Rpc.Control(
                            List.of(), List.of(), List.of(), List.of(), List.of(new Rpc.IDontWant(ids)), null)));
        }
        long grown = used() - before;
        assertThat(grown).isLessThan(HEAP / 4);
        assertThat(router.view()).isNotNull();
    }
}
