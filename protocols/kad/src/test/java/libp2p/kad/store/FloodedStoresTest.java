package libp2p.kad.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import libp2p.core.datastore.Datastore;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.storage.FileDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Strangers that store values and announcements without end: once the stores are full, neither the file nor the heap
 * grows.
 */
class FloodedStoresTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int RECORDS = 200;
    private static final int PROVIDERS = 400;
    private static final int ROUNDS = 10;
    private static final int STRANGERS = 50;
    /**
     * The kept records take 300 KiB; the file holds up to four times as much until it is compacted. A round of the
     * flood is 5 MiB.
     */
    private static final long FILE = 4 << 20;
    /**
     * The cache of the engine, 16 MiB, and as much again of pages that wait to be written: how full they are changes from
     * round to round by up to 26 MiB. All rounds but the first bring 45 MiB.
     */
    private static final long ENGINE = 32 << 20;

    private static final StoreLimits LIMITS =
            StoreLimits.DEFAULT.withRecords(RECORDS, 64 << 10).withProviders(PROVIDERS, 20, PROVIDERS / 4);
    /** Of 400 bytes, so that few announcements are many bytes. */
    private static final List<Multiaddr> WHERE = IntStream.range(0, 10)
            .mapToObj(i -> Multiaddr.parse("/dns4/host-" + i + ".a-name-of-some-length.example/tcp/4001"))
            .toList();

    private final SplittableRandom random = new SplittableRandom(1);

    @TempDir
    private Path folder;

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private PeerId stranger() {
        byte[] id = bytes(34);
        id[0] = 0x12;
        id[1] = 32;
        return PeerId.fromBytes(id);
    }

    /** Twice the values, each of which is forced to the disk, and 25 times the announcements that the stores hold. */
    private void flood(Datastore datastore, RecordStore records, ProviderStore providers) throws IOException {
        List<PeerId> strangers =
                Stream.generate(this::stranger).limit(STRANGERS).toList();
        for (int i = 0; i < 2 * RECORDS; i++) {
            records.put(bytes(34), bytes(300), "", NOW);
        }
        for (int i = 0; i < 25 * PROVIDERS; i++) {
            providers.add(bytes(34), new ProviderStore.Provider(strangers.get(i % STRANGERS), WHERE), "", NOW);
        }
        datastore.sync(); // nothing is being written when it is measured
    }

    private long disk() throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void neitherTheFileNorTheHeapGrows() throws IOException {
        try (Datastore datastore = FileDatastore.open(SystemEnvironment.shared(), folder.resolve("dht"))) {
            RecordStore records = RecordStore.open(datastore, LIMITS, new Random(2));
            ProviderStore providers = ProviderStore.open(datastore, LIMITS, new Random(1));
            flood(datastore, records, providers);
            long fullHeap = heap();
            for (int round = 1; round < ROUNDS; round++) {
                flood(datastore, records, providers);
                assertThat(disk()).as("bytes of the file after round %d", round).isLessThan(FILE);
                assertThat(heap()).as("heap after round %d", round).isLessThan(fullHeap + ENGINE);
            }
            assertThat(records.size()).isLessThanOrEqualTo(RECORDS);
            assertThat(providers.size()).isLessThanOrEqualTo(PROVIDERS);
            Reference.reachabilityFence(datastore);
        }
    }
}
