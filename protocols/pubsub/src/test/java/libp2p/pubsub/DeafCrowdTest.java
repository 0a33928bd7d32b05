package libp2p.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.ProtobufException;
import libp2p.pubsub.message.SigningPolicy;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.router.GossipRouter;
import libp2p.pubsub.router.HeldBytes;
import libp2p.pubsub.router.PendingMessage;
import libp2p.pubsub.router.RouterObserver;
import libp2p.pubsub.router.ValidationResult;
import libp2p.pubsub.router.Version;
import libp2p.pubsub.router.VictimRouter;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.rpc.RpcDecoder;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** As many strangers as a host keeps connections to, who read nothing of what they make it send. */
class DeafCrowdTest {
    private static final String TOPIC = "news";
    private static final int CROWD = 190;
    private static final long HEAP = 64L << 20;
    private static final PubSubLimits LIMITS = PubSubLimits.DEFAULT.withinHeap(HEAP);

    private final HeldBytes waiting = new HeldBytes(LIMITS.state().peerBytes());
    private final Map<PeerId, Outbox> outboxes = new LinkedHashMap<>();
    private final List<Rpc> answers = new ArrayList<>();
    private final List<PendingMessage> candidates = new ArrayList<>();
    private long asked;
    private long now = RouterNetwork.SECOND;
    private final GossipRouter router =
            VictimRouter.create(LIMITS, SigningPolicy.LAX, RouterObserver.NONE, new VictimRouter.Output() {
                @Override
                public void send(PeerId to, Rpc rpc, Priority priority) {
                    if (outboxes.get(to).offer(rpc, priority) && priority == Priority.GOSSIP) {
                        asked += rpc.delimitedLength();
                    }
                    if (!rpc.messages().isEmpty()) {
                        answers.add(rpc);
                    }
                }

                @Override
                public long room(PeerId to) {
                    return outboxes.get(to).room();
                }

                @Override
                public boolean validate(PendingMessage candidate) {
                    return candidates.add(candidate);
                }
            });

    private void connect() {
        router.join(new Rpc.Subscription(true, TOPIC), now);
        for (int i = 0; i < CROWD; i++) {
            PeerId peer = RouterNetwork.id("stranger" + i);
            outboxes.put(
                    peer,
                    new Outbox(SystemEnvironment.shared(), LIMITS.queues(), waiting, () -> {}, (stream, why) -> {}));
            router.addPeer(peer, Version.GOSSIPSUB_1_2, false, RouterNetwork.address(i << 8), now);
        }
    }

    private void receive(PeerId from, Rpc rpc) {
        try {
            Rpc decoded = RpcDecoder.decode(rpc.encoded(), LIMITS.frame());
            router.receive(
                    from, decoded, decoded.messages().stream().map(router::id).toList(), now);
        } catch (ProtobufException malformed) {
            throw new AssertionError(malformed);
        }
    }

    @Test
    void idsThatAreAskedFor() {
        connect();
        int number = 0;
        for (PeerId peer : outboxes.keySet()) {
            for (int rpc = 0; rpc < 3; rpc++) {
                List<MessageId> ids = new ArrayList<>();
                for (int j = 0; j < 1_600; j++) {
                    ids.add(MessageId.of(
                            ByteBuffer.allocate(256).putInt(number++).array()));
                }
                receive(
                        peer,
                        Rpc.of(new Rpc.Control(
                                List.of(new Rpc.IHave(TOPIC, ids)), List.of(), List.of(), List.of(), List.of(), null)));
            }
        }
        assertThat(asked).isLessThan(HEAP / 8);
    }

    @Test
    void aMessageThatAllAskForIsEncodedOnce() {
        connect();
        PeerId first = outboxes.keySet().iterator().next();
        Message large = new Message(first.toBytes(), new byte[1_000_000], new byte[8], TOPIC, null, null);
        receive(first, Rpc.of(large));
        PendingMessage candidate = candidates.get(0);
        router.authenticated(candidate, now);
        router.validated(candidate, ValidationResult.ACCEPT, now);
        answers.clear();
        for (PeerId peer : outboxes.keySet()) {
            receive(
                    peer,
                    Rpc.of(new Rpc.Control(
                            List.of(),
                            List.of(new Rpc.IWant(List.of(candidate.id()))),
                            List.of(),
                            List.of(),
                            List.of(),
                            null)));
        }
        long arrays = answers.stream()
                .map(Rpc::delimited)
                .map(System::identityHashCode)
                .distinct()
                .count();
        assertThat(answers).hasSizeGreaterThanOrEqualTo(CROWD - 1);
        assertThat(arrays).isLessThanOrEqualTo(2);
    }
}
