package libp2p.pubsub.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import libp2p.pubsub.network.RouterNetwork;
import org.junit.jupiter.api.Test;

class PeerSetTest {
    @Test
    void behavesAsASetInTheOrderOfInsertion() {
        List<Peer> peers = IntStream.range(0, 30)
                .mapToObj(i -> new Peer(
                        RouterNetwork.id("p" + i), Version.GOSSIPSUB_1_2, false, false, new HeldBytes(1 << 20)))
                .toList();
        Random random = new Random(1);
        Set<Peer> model = new LinkedHashSet<>();
        Set<Peer> set = new PeerSet();
        for (int step = 0; step < 2_000; step++) {
            Peer peer = peers.get(random.nextInt(peers.size()));
            switch (random.nextInt(4)) {
                case 0, 1 -> assertThat(set.add(peer)).isEqualTo(model.add(peer));
                case 2 -> assertThat(set.remove(peer)).isEqualTo(model.remove(peer));
                default -> {
                    int bit = random.nextInt(8);
                    assertThat(set.removeIf(one -> (peers.indexOf(one) & 7) == bit))
                            .isEqualTo(model.removeIf(one -> (peers.indexOf(one) & 7) == bit));
                }
            }
            assertThat(set).containsExactlyElementsOf(model);
            assertThat(set.contains(peer)).isEqualTo(model.contains(peer));
        }
    }
}
