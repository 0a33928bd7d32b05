package libp2p.pubsub.router;

import static libp2p.pubsub.network.RouterNetwork.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.router.GossipParameters.Trials;
import libp2p.pubsub.rpc.Message;
import org.junit.jupiter.api.Test;

/** How strangers come into a mesh that has as many members as it wants. */
class AdmissionTest {
    private static final int LOW = 5;
    private static final int DESIRED = 6;

    private final DeliveryTrials trials = new DeliveryTrials(RouterNetwork.id("self"), Trials.DEFAULT, new Random(1));
    private final List<PeerId> members = new ArrayList<>();

    private static Peer peer(String name) {
        return new Peer(RouterNetwork.id(name), Version.GOSSIPSUB_1_1, false, false, new HeldBytes(1 << 20));
    }

    private Peer enter(String name, long now) {
        Peer peer = peer(name);
        trials.add(peer, now);
        members.add(peer.id);
        return peer;
    }

    private boolean admits(String stranger, long now) {
        return trials.admits(peer(stranger), members.size(), LOW, DESIRED, now);
    }

    /** All these bring as many messages of another author as show that they do. */
    private void bring(List<PeerId> bringers, long now) {
        for (int i = 0; i < Trials.DEFAULT.passes(); i++) {
            Message message = new Message(
                    RouterNetwork.id("author").toBytes(), new byte[1], new byte[] {(byte) i}, "news", null, null);
            trials.brought(message, bringers.getFirst(), bringers, now);
        }
    }

    @Test
    void strangersEnterAFullMeshOneByOne() {
        for (int i = 0; i < DESIRED; i++) {
            enter("member" + i, 0);
        }
        bring(members, SECOND);
        long now = Trials.DEFAULT.probation().toNanos();
        assertThat(admits("first", now)).isTrue();
        Peer first = enter("first", now);
        assertThat(admits("second", now)).as("the first has shown nothing").isFalse();
        now += Trials.DEFAULT.probation().toNanos();
        bring(members.subList(0, DESIRED), now);
        assertThat(admits("second", now)).as("nor has it later").isFalse();
        bring(List.of(first.id), now);
        assertThat(admits("second", now)).isTrue();
    }

    /** Attackers ask at the same time, as soon as a place is free: it is not given to the first that asks. */
    @Test
    void afterFailuresStrangersAreAdmittedByChanceAndSeldom() {
        for (int i = 0; i < DESIRED; i++) {
            enter("member" + i, 0);
        }
        long pause = Trials.DEFAULT.closed().toSeconds() / 4; // in the mean, after a failure
        trials.fail(peer("failed"), 0);
        assertThat(admits("stranger", 0)).isFalse();
        int heartbeats = 4_000;
        int open = 0;
        for (int i = 0; i < heartbeats; i++) {
            trials.open(0, SECOND);
            open += admits("stranger", 0) ? 1 : 0;
        }
        assertThat(open).isBetween((int) (heartbeats / pause / 2), (int) (heartbeats / pause * 2));
    }
}
