package libp2p.kad.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import libp2p.core.datastore.Datastore;
import libp2p.core.identity.PeerId;
import libp2p.kad.store.ProviderStore.Provider;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.storage.MemoryDatastore;
import org.junit.jupiter.api.Test;

/** Provider records with as many and as long addresses as a message takes. */
class ProviderBytesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:34:00Z");
    private static final int ADDRESSES = 32;
    private static final int NAME = 200;
    /** A few more than there is room for. */
    private static final int RECORDS = 9_000;

    private static final long HEAP = 64 << 20;

    private final SplittableRandom random = new SplittableRandom(1);
    private final Datastore datastore = new MemoryDatastore();

    private PeerId peer() {
        byte[] id = new byte[34];
        random.nextBytes(id);
        id[0] = 0x12;
        id[1] = 32;
        return PeerId.fromBytes(id);
    }

    private static List<Multiaddr> addresses() {
        List<Multiaddr> all = new ArrayList<>();
        for (int i = 0; i < ADDRESSES; i++) {
            String label = "a".repeat(50) + ".";
            all.add(Multiaddr.parse("/dns4/" + label.repeat(NAME / 51) + i + ".example/tcp/4001"));
        }
        return all;
    }

    private long bytes() throws IOException {
        long bytes = 0;
        try (Datastore.Entries entries = datastore.scan(new byte[0])) {
            for (Datastore.Entry entry; (entry = entries.next()) != null; ) {
                bytes += entry.key().length + entry.value().length;
            }
        }
        return bytes;
    }

    @Test
    void longAddressesOfStrangersFillNoSmallHeap() throws IOException {
        StoreLimits limits = StoreLimits.DEFAULT.withinHeap(HEAP);
        ProviderStore store = ProviderStore.open(datastore, limits, random);
        PeerId stranger = peer();
        List<Multiaddr> addresses = addresses();
        for (int i = 0; i < RECORDS; i++) {
            byte[] key = ByteBuffer.allocate(4).putInt(i).array();
            store.add(key, new Provider(stranger, addresses), "80.1.0.0/16", NOW);
        }
        assertThat(store.size()).isEqualTo(limits.providers());
        assertThat(bytes()).isLessThan(HEAP / 4);
    }
}
