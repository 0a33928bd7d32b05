package libp2p.kad.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Crowd;
import libp2p.kad.store.ProviderStore.Provider;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.storage.MemoryDatastore;
import org.junit.jupiter.api.Test;

/** Strangers with many ids of one network at a key that honest peers provide, too. */
class CrowdedKeyTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:34:00Z");
    private static final byte[] KEY = "content".getBytes(UTF_8);
    private static final int HOLDERS = 20;
    private static final int TOLD = 40;
    private static final int HONEST = 100;

    private final Random random = new Random(1);
    private final List<ProviderStore> holders = new ArrayList<>();
    private final Set<PeerId> honest = new HashSet<>();

    CrowdedKeyTest() throws IOException {
        for (int i = 0; i < HOLDERS; i++) {
            holders.add(ProviderStore.open(new MemoryDatastore(), StoreLimits.DEFAULT, new Random(i)));
        }
    }

    /** An id of which the first bytes of the digest are 0, as grinding makes them, or higher ones by chance. */
    private PeerId peer(boolean ground) {
        byte[] id = new byte[34];
        random.nextBytes(id);
        id[0] = 0x12;
        id[1] = 32;
        id[2] = (byte) (ground ? 0 : id[2] | 1);
        return PeerId.fromBytes(id);
    }

    private void announce(PeerId peer, String ip) throws IOException {
        Multiaddr where = Multiaddr.parse("/ip4/" + ip + "/tcp/4001");
        for (ProviderStore holder : holders) {
            holder.add(KEY, new Provider(peer, List.of(where)), Crowd.groupOf(where), NOW);
        }
    }

    private void announceHonest() throws IOException {
        for (int i = 0; i < HONEST; i++) {
            PeerId peer = peer(false);
            honest.add(peer);
            announce(peer, "91." + i + ".2.3");
        }
    }

    private void announceGround(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            announce(peer(true), "80.1.2." + i % 250);
        }
    }

    private Set<PeerId> named() throws IOException {
        Set<PeerId> named = new HashSet<>();
        for (ProviderStore holder : holders) {
            List<Provider> told = holder.get(KEY, TOLD, NOW);
            assertThat(told).hasSize(TOLD).doesNotHaveDuplicates();
            told.forEach(provider -> named.add(provider.peer()));
        }
        named.retainAll(honest);
        return named;
    }

    @Test
    void fortyGroundIdsHideNoHonestProvider() throws IOException {
        announceHonest();
        announceGround(40);
        assertThat(named()).hasSizeGreaterThanOrEqualTo(95);
    }

    @Test
    void aKeyThatStrangersOfOneNetworkHaveFilledTakesHonestProviders() throws IOException {
        announceGround(200);
        announceHonest();
        assertThat(named()).hasSizeGreaterThanOrEqualTo(95);
    }

    @Test
    void strangersOfOneNetworkPushOutTheirOwn() throws IOException {
        announceHonest();
        announceGround(5_000);
        for (ProviderStore holder : holders) {
            List<PeerId> held = holder.get(KEY, HONEST * 10, NOW).stream()
                    .map(Provider::peer)
                    .toList();
            assertThat(held).hasSize(StoreLimits.DEFAULT.providersPerKey()).containsAll(honest);
        }
    }

    @Test
    void oneNetworkMayHaveAllPlacesWhileThereIsRoom() throws IOException {
        announceGround(StoreLimits.DEFAULT.providersPerKey());
        assertThat(holders.getFirst().size()).isEqualTo(StoreLimits.DEFAULT.providersPerKey());
    }
}
