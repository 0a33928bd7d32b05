package libp2p.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.junit.jupiter.api.Test;

class SessionPeersTest {
    private static final int MOST = 8;

    private final List<PeerId> connected = new ArrayList<>();
    private final SessionPeers peers = new SessionPeers(
            new SessionPeers.Network() {
                @Override
                public void forEachConnected(Consumer<PeerId> visitor) {
                    connected.forEach(visitor);
                }

                @Override
                public boolean mayBeAsked(PeerId peer) {
                    return true;
                }

                @Override
                public long nanoTime() {
                    return 0;
                }
            },
            4,
            MOST,
            Duration.ofSeconds(5));
    private final SessionWant want = new SessionWant(Cid.v1(Multicodec.RAW, Multihash.sha256(new byte[] {1})), 1);

    @Test
    void aStrangerThatLeavesIsForgottenTogetherWithWhatItSaid() {
        PeerId stranger = connect(1);
        peers.ask(List.of(want));
        want.refused.add(stranger);
        assertThat(want.queried).containsExactly(stranger);
        peers.disconnected(stranger, List.of(want));
        assertThat(peers.size()).isZero();
        assertThat(want.queried).isEmpty();
        assertThat(want.refused).isEmpty();
    }

    @Test
    void aPeerThatSentBlocksOrWasNamedIsKept() {
        PeerId sender = connect(1);
        peers.get(sender).delivered(0);
        PeerId named = peer(2);
        peers.addUseful(named, List.of());
        peers.disconnected(sender, List.of(want));
        peers.disconnected(named, List.of(want));
        assertThat(peers.all()).extracting(peer -> peer.id).containsExactly(sender, named);
    }

    @Test
    void aNamedPeerThatFailedAndLeftIsForgotten() {
        PeerId named = peer(1);
        peers.addUseful(named, List.of());
        peers.get(named).failed = true;
        peers.disconnected(named, List.of(want));
        assertThat(peers.size()).isZero();
    }

    @Test
    void strangersTakeNoMorePlacesThanThereAre() {
        for (int i = 0; i < 3 * MOST; i++) {
            connect(i);
        }
        assertThat(peers.size()).isEqualTo(MOST);
    }

    @Test
    void aNamedPeerTakesThePlaceOfAStranger() {
        for (int i = 0; i < MOST; i++) {
            connect(i);
        }
        PeerId sender = peer(0);
        peers.get(sender).delivered(0);
        peers.ask(List.of(want)); // all others are asked too, but owe nothing
        PeerId named = peer(100);
        peers.addUseful(named, List.of(want));
        assertThat(peers.size()).isEqualTo(MOST);
        assertThat(peers.get(named)).isNotNull();
        assertThat(peers.get(sender)).isNotNull();
        assertThat(want.queried).doesNotContain(named).containsExactly(sender);
    }

    /** Strangers say that they have what a session wants, and name each other. */
    @Test
    void aPeerThatHasSentBlocksKeepsItsPlaceAmongThoseThatAreNamed() {
        PeerId sender = peer(0);
        for (int i = 0; i < MOST; i++) {
            peers.addUseful(peer(i), List.of());
        }
        peers.get(sender).delivered(0);
        for (int i = MOST; i < 3 * MOST; i++) {
            peers.addUseful(peer(i), List.of());
            assertThat(peers.get(peer(i))).isNotNull();
        }
        assertThat(peers.get(sender)).isNotNull();
        assertThat(peers.size()).isEqualTo(MOST);
    }

    @Test
    void aPeerThatOwesABlockKeepsItsPlace() {
        for (int i = 0; i < MOST; i++) {
            PeerId named = peer(i);
            peers.addUseful(named, List.of());
            peers.get(named).owed.put(want.cid.hash(), want.cid);
        }
        peers.addUseful(peer(100), List.of(want));
        assertThat(peers.get(peer(100))).isNull();
        assertThat(peers.size()).isEqualTo(MOST);
    }

    private static SessionWant want(int number) {
        return new SessionWant(
                Cid.v1(Multicodec.RAW, Multihash.sha256(new byte[] {2, (byte) number, (byte) (number >> 8)})), 1);
    }

    /** Each word to each of the peers, and what is remembered of it, costs memory that strangers would have a host pay. */
    @Test
    void allPeersAreAskedForFewBlocksAtATimeAndForThoseThatCallersWaitFor() {
        for (int i = 0; i < MOST; i++) {
            connect(i);
        }
        List<SessionWant> wants = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            wants.add(want(i));
        }
        peers.ask(wants);
        assertThat(wants.stream().mapToInt(one -> one.queried.size()).sum()).isEqualTo(MOST * SessionPeers.AROUND);
        assertThat(peers.takeWantlists().values()).allMatch(list -> list.size() == SessionPeers.AROUND);
        wants.getLast().await();
        peers.ask(wants);
        assertThat(wants.getLast().queried).hasSize(MOST);
        peers.settle(wants.getFirst(), peer(0));
        peers.settle(wants.get(1), peer(0));
        peers.ask(wants.subList(2, wants.size()));
        assertThat(wants.stream().filter(one -> !one.queried.isEmpty())).hasSize(SessionPeers.AROUND + 2);
    }

    @Test
    void noStrangerIsAskedForWhatAUsefulPeerWillSoonHaveRoomFor() {
        connect(1);
        peers.addUseful(peer(2), List.of());
        List<SessionWant> wants = List.of(want(1), want(2), want(3), want(4), want(5), want(6));
        peers.ask(wants);
        assertThat(wants.stream().filter(one -> peer(2).equals(one.asked))).hasSize(4);
        assertThat(peers.takeWantlists().keySet()).containsExactly(peer(2));
    }

    @Test
    void aPeerThatDripsMakesRoomForOneThatCanBeAsked() {
        connect(1);
        peers.addUseful(peer(1), List.of());
        Map<Multihash, SessionWant> wants = new LinkedHashMap<>();
        for (int i = 0; i < 4; i++) {
            wants.put(want(i).cid.hash(), want(i));
        }
        peers.ask(wants.values());
        SessionPeer slow = peers.get(peer(1));
        for (int i = 1; i <= 20; i++) {
            slow.delivered(i * 4_900_000_000L);
        }
        peers.relieve(slow, wants);
        assertThat(slow.owed).as("no other can be asked").hasSize(4);
        peers.addUseful(peer(2), List.of());
        peers.relieve(slow, wants);
        assertThat(slow.owed).hasSize(1);
        assertThat(peers.get(peer(2)).owed).hasSize(3);
        wants.values().forEach(one -> one.have.add(peer(1)));
        SessionWant next = want(9);
        next.have.add(peer(1));
        peers.settle(wants.values().iterator().next(), peer(1));
        peers.ask(List.of(next));
        assertThat(next.asked)
                .as("its word that it has the block does not make up for that")
                .isEqualTo(peer(2));
    }

    private PeerId connect(int number) {
        PeerId peer = peer(number);
        connected.add(peer);
        peers.addConnected();
        return peer;
    }

    private static PeerId peer(int number) {
        return PeerId.fromBytes(Multihash.sha256(new byte[] {(byte) number, (byte) (number >> 8)})
                .toBytes());
    }
}
