package libp2p.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import libp2p.core.testing.CountedTurns;
import libp2p.core.testing.Stub;
import libp2p.multiformats.MalformedException;
import libp2p.pubsub.message.SigningPolicy;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.partial.PartialMessage;
import libp2p.pubsub.partial.PartialMessages;
import libp2p.pubsub.router.Version;
import libp2p.pubsub.router.VictimRouter;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** As many strangers as a host keeps connections to, who tell as much as they may of every message in parts. */
class PartialMetadataTest {
    private static final String TOPIC = "parts";
    private static final int CROWD = 190;
    /** The test itself has no room for one of each peer and message. */
    private static final byte[] METADATA = new byte[PubSubLimits.Partials.DEFAULT.metadataBytes()];

    private static final PubSubLimits LIMITS = PubSubLimits.DEFAULT.withinHeap(64 << 20);

    private final List<byte[]> kept = new ArrayList<>();
    private final List<PeerId> crowd = new ArrayList<>();
    private final CountedTurns environment = new CountedTurns(SystemEnvironment.shared());
    private final PartialMessages messages = new PartialMessages(new PartialMessages.Application() {
        @Override
        public @Nullable PartialMessage begin(String topic, byte[] group, PeerId by) {
            return null;
        }

        @Override
        public void changed(String topic, byte[] group, PartialMessage message) {}
    });
    private final LockedRouter core = core();
    private boolean refuses;

    private LockedRouter core() {
        Host host = Stub.of(Host.class, Map.of("environment", arguments -> environment));
        GossipSub family = GossipSub.create()
                .withSigning(SigningPolicy.LAX)
                .withGater(null)
                .withLimits(LIMITS)
                .withPartialMessages(messages);
        LockedRouter router = new LockedRouter(
                environment, RouterNetwork.id("self"), family, peer -> null, new VictimRouter.Output());
        messages.started(new PartialPeers(router, new PeerLinks(host, router, family), true), environment);
        return router;
    }

    /** It takes all metadata, or none. The record of a peer is seen when it is asked about again. */
    private final class Message implements PartialMessage {
        @Override
        public byte[] metadata() {
            return new byte[1];
        }

        @Override
        public byte @Nullable [] lackedBy(byte @Nullable [] theirs) throws MalformedException {
            if (theirs != null && refuses) {
                throw new MalformedException("nonsense");
            }
            if (theirs != null && theirs.length > 1) {
                kept.add(theirs);
            }
            return null;
        }

        @Override
        public boolean add(byte[] parts) {
            return false;
        }

        @Override
        public byte[] metadataOf(byte[] parts) {
            return parts;
        }

        @Override
        public byte[] merged(byte[] before, byte[] more) {
            return before;
        }
    }

    private static byte[] group(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    /** Publishes the messages, and lets all of the crowd tell what they have of each. */
    private void crowd(int groups) {
        for (int i = 0; i < CROWD; i++) {
            PeerId peer = RouterNetwork.id("stranger" + i);
            crowd.add(peer);
            core.addPeer(peer, Version.GOSSIPSUB_1_3, false, RouterNetwork.address(i << 8));
            core.receive(
                    peer,
                    Rpc.hello(List.of(new Rpc.Subscription(true, TOPIC, true, true)), new Rpc.Extensions(true, false)));
        }
        List<PartialMessage> published = new ArrayList<>();
        for (int i = 0; i < groups; i++) {
            published.add(new Message());
            messages.publish(TOPIC, group(i), published.get(i), List.of());
        }
        for (PeerId peer : crowd) {
            for (int i = 0; i < groups; i++) {
                messages.partial(peer, new Rpc.Partial(TOPIC, group(i), null, METADATA));
            }
            environment.runThreads();
        }
        kept.clear();
        for (int i = 0; i < groups; i++) {
            messages.publish(TOPIC, group(i), published.get(i), List.of());
        }
    }

    private void end() {
        for (int i = 0; i <= PubSubLimits.Partials.DEFAULT.heartbeats(); i++) {
            messages.heartbeat();
        }
    }

    @Test
    void metadataOfAllMessagesHasABound() {
        core.join(new Rpc.Subscription(true, TOPIC, true, true));
        long before = core.held().all();
        crowd(PubSubLimits.Partials.DEFAULT.groups());
        long most = LIMITS.state().peerBytes();
        long bytes = (long) kept.size() * METADATA.length;
        assertThat(bytes).isBetween(most / 2, 2 * most);
        assertThat(core.held().all()).isBetween(bytes, 2 * most);
        end();
        assertThat(messages.groups()).isZero();
        crowd.forEach(core::removePeer);
        assertThat(core.held().all()).isEqualTo(before);
    }

    @Test
    void metadataThatTheApplicationRefusesIsForgotten() {
        crowd(0);
        long before = core.held().all();
        refuses = true;
        Message message = new Message();
        messages.publish(TOPIC, group(0), message, List.of());
        messages.partial(crowd.getFirst(), new Rpc.Partial(TOPIC, group(0), null, METADATA));
        environment.runThreads();
        assertThat(core.held().all()).isEqualTo(before);
    }
}
