package libp2p.application.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import libp2p.application.event.AppEvent.MessageReceived;
import libp2p.application.event.AppEvent.NetworkError;
import libp2p.application.event.AppEvent.PeerConnected;
import libp2p.application.event.AppEvent.PeerDisconnected;
import libp2p.application.event.AppEvent.PeerEvent;
import libp2p.core.identity.PeerId;
import org.junit.jupiter.api.Test;

class HandlerQueueTest {
    private static final PeerId ALICE = peer(1);
    private static final PeerId BOB = peer(2);

    private static PeerId peer(int number) {
        return PeerId.fromBytes(ByteBuffer.allocate(34)
                .put((byte) 0x12)
                .put((byte) 32)
                .putInt(number)
                .array());
    }

    private static MessageReceived message(int number, int length) {
        return new MessageReceived("topic-" + number, ALICE, new byte[length]);
    }

    private static List<AppEvent> drain(HandlerQueue queue) {
        List<AppEvent> all = new ArrayList<>();
        for (AppEvent event = queue.poll(); event != null; event = queue.poll()) {
            all.add(event);
        }
        return all;
    }

    @Test
    void theOldestMessageOrErrorOfAFullQueueMakesRoom() {
        HandlerQueue queue = new HandlerQueue(new EventDrivenLimits(4, 1000));
        NetworkError error = new NetworkError(null, "first", null);
        queue.offer(new PeerConnected(ALICE));
        queue.offer(error);
        for (int i = 0; i < 4; i++) {
            queue.offer(message(i, 1));
        }
        assertThat(queue.dropped()).isEqualTo(2);
        List<AppEvent> all = drain(queue);
        assertThat(all.getFirst()).isEqualTo(new PeerConnected(ALICE));
        assertThat(all.subList(1, 4))
                .extracting(event -> ((MessageReceived) event).topic())
                .containsExactly("topic-1", "topic-2", "topic-3");
    }

    @Test
    void longMessagesMakeRoomForEachOtherButOneMayBeLongerThanTheBound() {
        HandlerQueue queue = new HandlerQueue(new EventDrivenLimits(100, 1000));
        queue.offer(message(0, 600));
        queue.offer(message(1, 600));
        queue.offer(message(2, 5000));
        queue.offer(new NetworkError(ALICE, "stays", null));
        assertThat(queue.dropped()).isEqualTo(2);
        assertThat(drain(queue)).hasSize(2);
        queue.offer(message(3, 400));
        queue.offer(message(4, 400));
        assertThat(queue.dropped()).as("bytes are given back with the events").isEqualTo(2);
        assertThat(drain(queue)).hasSize(2);
    }

    @Test
    void withRoomEveryEventOfAPeerIsDelivered() {
        HandlerQueue queue = new HandlerQueue(new EventDrivenLimits(4, 1000));
        List<AppEvent> told = List.of(new PeerConnected(ALICE), new PeerDisconnected(ALICE), new PeerConnected(ALICE));
        told.forEach(queue::offer);
        queue.offer(new PeerConnected(ALICE)); // known
        assertThat(drain(queue)).isEqualTo(told);
    }

    @Test
    void aFullQueueMergesTheEventsOfAPeerToTheLastState() {
        HandlerQueue queue = new HandlerQueue(new EventDrivenLimits(2, 1000));
        for (int i = 0; i < 1000; i++) {
            queue.offer(new PeerConnected(ALICE));
            queue.offer(new PeerConnected(BOB));
            queue.offer(new PeerDisconnected(ALICE));
            assertThat(queue.size()).isLessThanOrEqualTo(2);
        }
        assertThat(drain(queue)).containsExactly(new PeerConnected(BOB));
        assertThat(queue.dropped()).isZero();
    }

    @Test
    void strangersThatSendOrComeAndGoWithoutEndPushOutTheirOwn() {
        HandlerQueue queue = new HandlerQueue(new EventDrivenLimits(100, 10_000));
        for (int i = 0; i < 10; i++) {
            queue.offer(message(i, 100), "198.51.100.0/24");
            for (int j = 0; j < 100; j++) {
                queue.offer(new MessageReceived("flood", BOB, new byte[500]), "192.0.2.0/24");
                queue.offer(new PeerConnected(peer(1000 * i + j)));
                queue.offer(new PeerDisconnected(peer(1000 * i + j)));
                queue.offer(new NetworkError(null, "of a stranger", null));
            }
        }
        assertThat(drain(queue).stream()
                        .filter(MessageReceived.class::isInstance)
                        .map(event -> ((MessageReceived) event).topic())
                        .filter(topic -> !topic.equals("flood")))
                .hasSize(10);
    }

    /** Whatever is offered and taken: order, bounds, the last state of each peer, and the count of what was lost. */
    @Test
    void aWalkOfManyStepsKeepsWhatIsPromised() {
        for (int seed = 0; seed < 200; seed++) {
            walk(new Random(seed));
        }
    }

    private static void walk(Random random) {
        int capacity = 1 + random.nextInt(8);
        int peers = 1 + random.nextInt(6);
        HandlerQueue queue = new HandlerQueue(new EventDrivenLimits(capacity, 50));
        Map<PeerId, Boolean> truth = new HashMap<>();
        Map<PeerId, Boolean> taken = new HashMap<>();
        int offered = 0;
        int got = 0;
        int last = -1;
        for (int step = 0; step < 500; step++) {
            switch (random.nextInt(4)) {
                case 0 -> queue.offer(message(offered++, random.nextInt(30)));
                case 1 -> {
                    PeerId peer = peer(random.nextInt(peers));
                    boolean comes = random.nextBoolean();
                    truth.put(peer, comes);
                    queue.offer(comes ? new PeerConnected(peer) : new PeerDisconnected(peer));
                }
                case 2 -> {
                    PeerId peer = peer(random.nextInt(peers));
                    truth.merge(peer, true, (was, now) -> !was);
                    queue.offer(truth.get(peer) ? new PeerConnected(peer) : new PeerDisconnected(peer));
                }
                default -> {
                    AppEvent event = random.nextInt(3) == 0 ? queue.poll() : null;
                    last = take(event, taken, last);
                    got += event instanceof MessageReceived ? 1 : 0;
                }
            }
            assertThat(queue.size()).isLessThanOrEqualTo(Math.max(capacity, peers));
        }
        for (AppEvent event : drain(queue)) {
            last = take(event, taken, last);
            got += event instanceof MessageReceived ? 1 : 0;
        }
        truth.values().removeIf(connected -> !connected);
        taken.values().removeIf(connected -> !connected);
        assertThat(taken).isEqualTo(truth);
        assertThat(queue.dropped()).isEqualTo(offered - got);
    }

    private static int take(AppEvent event, Map<PeerId, Boolean> taken, int last) {
        if (event instanceof PeerEvent peer) {
            boolean comes = peer instanceof PeerConnected;
            assertThat(taken.put(peer.peer(), comes)).as("before %s", peer).isNotEqualTo(comes);
        }
        if (event instanceof MessageReceived message) {
            int number = Integer.parseInt(message.topic().substring("topic-".length()));
            assertThat(number).isGreaterThan(last);
            return number;
        }
        return last;
    }
}
