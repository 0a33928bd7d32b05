package libp2p.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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
            MOST);
    private final SessionWant want = new SessionWant(Cid.v1(Multicodec.RAW, Multihash.sha256(new byte[] {1})), 1);

    @Test
    void aStrangerThatLeavesIsForgottenTogetherWithWhatItSaid() {
        PeerId stranger = connect(1);
        peers.ask(want);
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
        peers.ask(want); // all others are asked too, but owe nothing
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
    void aPeerThatOwesABlockGivesItsPlaceToNobody() {
        for (int i = 0; i < MOST; i++) {
            PeerId named = peer(i);
            peers.addUseful(named, List.of());
            peers.get(named).owed.put(want.cid.hash(), want.cid);
        }
        peers.addUseful(peer(100), List.of(want));
        assertThat(peers.get(peer(100))).isNull();
        assertThat(peers.size()).isEqualTo(MOST);
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
