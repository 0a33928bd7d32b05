package libp2p.kad.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import libp2p.core.datastore.Datastore;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.kad.store.ProviderStore.Provider;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.storage.MemoryDatastore;
import org.junit.jupiter.api.Test;

/** The stores of a server: bounded, expiring, and complete when the store is opened anew. */
class StoresTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:34:00Z");
    private static final Key SELF = Key.of("self".getBytes(UTF_8));
    private static final List<Multiaddr> ADDRESSES = List.of(Multiaddr.parse("/ip4/1.2.3.4/tcp/4001"));

    private final SplittableRandom random = new SplittableRandom(1);
    private final Datastore datastore = new MemoryDatastore();

    private PeerId peer() {
        byte[] id = new byte[34];
        random.nextBytes(id);
        id[0] = 0x12;
        id[1] = 32;
        return PeerId.fromBytes(id);
    }

    private static byte[] key(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    private RecordStore records(StoreLimits limits) throws IOException {
        return RecordStore.open(datastore, limits, random);
    }

    private ProviderStore providers(StoreLimits limits) throws IOException {
        return ProviderStore.open(datastore, limits, random);
    }

    @Test
    void recordsAreThereAgainUntilTheyExpire() throws IOException {
        RecordStore store = records(StoreLimits.DEFAULT);
        assertThat(store.put(key(1), key(10), "", NOW)).isTrue();
        assertThat(store.put(key(1), key(11), "", NOW.plusSeconds(1))).isTrue();
        RecordStore again = records(StoreLimits.DEFAULT);
        assertThat(again.size()).isEqualTo(1);
        Duration age = StoreLimits.DEFAULT.recordAge();
        assertThat(Objects.requireNonNull(again.get(key(1), NOW.plus(age))).value())
                .isEqualTo(key(11));
        assertThat(again.get(key(1), NOW.plus(age).plusSeconds(1))).isNull();
        assertThat(again.collect(NOW.plus(age))).isZero();
        assertThat(again.collect(NOW.plus(age).plusSeconds(1))).isEqualTo(1);
        assertThat(again.size()).isZero();
        assertThat(records(StoreLimits.DEFAULT).size()).isZero();
    }

    @Test
    void aValueThatStrangersSendAgainAndAgainDoesNotKeepItsOwnerFromReplacingIt() throws IOException {
        RecordStore store = records(StoreLimits.DEFAULT);
        store.put(key(1), key(10), "", NOW);
        long compared = store.version(key(1));
        assertThat(store.replace(key(1), key(10), "", NOW, compared)).isEqualTo(RecordStore.Outcome.KEPT);
        assertThat(store.replace(key(1), key(11), "", NOW, compared)).isEqualTo(RecordStore.Outcome.KEPT);
        assertThat(store.replace(key(1), key(10), "", NOW, compared)).isEqualTo(RecordStore.Outcome.OVERTAKEN);
    }

    /** A stranger may choose keys that are nearer to this host than all others. */
    private byte[] nearKey(int number) {
        byte[] best = key(number);
        for (int i = 1; i < 64; i++) {
            byte[] other = key(number + i * 10_000_000);
            best = SELF.compareDistances(Key.of(other), Key.of(best)) < 0 ? other : best;
        }
        return best;
    }

    @Test
    void aFloodOfRecordsNearToThisHostPushesOutItsOwn() throws IOException {
        RecordStore store = records(StoreLimits.DEFAULT.withRecords(100, 1 << 20));
        for (int i = 0; i < 100; i++) {
            store.put(nearKey(i), key(i), "80.1.0.0/16", NOW);
        }
        for (int i = 100; i < 140; i++) {
            assertThat(store.put(key(i), key(i), "91." + i + ".0.0/16", NOW)).isTrue();
        }
        for (int i = 1_000; i < 3_000; i++) {
            store.put(nearKey(i), key(i), "80.1.0.0/16", NOW);
        }
        // Sent again by the stranger, a value does not become one of its own.
        for (int i = 100; i < 140; i++) {
            store.put(key(i), key(i), "80.1.0.0/16", NOW);
        }
        for (int i = 3_000; i < 4_000; i++) {
            store.put(nearKey(i), key(i), "80.1.0.0/16", NOW);
        }
        assertThat(store.size()).isEqualTo(100);
        for (int i = 100; i < 140; i++) {
            assertThat(store.get(key(i), NOW)).as("value %d", i).isNotNull();
        }
        assertThat(entries()).isEqualTo(100);
        assertThat(records(StoreLimits.DEFAULT).size()).isEqualTo(100);
    }

    /** A disk that is slow to keep one value holds up neither those who read nor those who write others. */
    @Test
    void noCallerWaitsForTheDiskOfAnother() throws Exception {
        java.util.concurrent.CountDownLatch waits = new java.util.concurrent.CountDownLatch(1);
        java.util.concurrent.CountDownLatch goesOn = new java.util.concurrent.CountDownLatch(1);
        Datastore slow = new Datastore() {
            @Override
            public byte[] get(byte[] key) throws IOException {
                return datastore.get(key);
            }

            @Override
            public void write(List<Change> batch) throws IOException {
                writeLazily(batch, Duration.ZERO);
                sync();
            }

            @Override
            public void writeLazily(List<Change> batch, Duration within) throws IOException {
                datastore.write(batch);
            }

            @Override
            public void sync() throws IOException {
                waits.countDown();
                try {
                    if (!goesOn.await(30, java.util.concurrent.TimeUnit.SECONDS)) {
                        throw new IOException("others wait for the disk too");
                    }
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }

            @Override
            public Entries scan(Scan scan) throws IOException {
                return datastore.scan(scan);
            }

            @Override
            public void close() {}
        };
        RecordStore store = RecordStore.open(slow, StoreLimits.DEFAULT, random);
        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> store.put(key(1), key(1), "", NOW));
            waits.await();
            assertThat(store.size()).isEqualTo(1);
            assertThat(store.get(key(1), NOW)).isNotNull();
            assertThat(first.isDone()).isFalse();
            goesOn.countDown();
            assertThat(first.get()).isTrue();
        }
    }

    /** An announcement is written when the disk has time: a server takes thousands of them a second under one lock. */
    @Test
    void anAnnouncementWaitsForNoDisk() throws IOException {
        Datastore lazy = new Datastore() {
            @Override
            public byte[] get(byte[] key) throws IOException {
                return datastore.get(key);
            }

            @Override
            public void write(List<Change> batch) throws IOException {
                throw new IOException("the disk was waited for");
            }

            @Override
            public void writeLazily(List<Change> batch, Duration within) throws IOException {
                assertThat(within).isEqualTo(StoreLimits.DEFAULT.providerWriteDelay());
                datastore.write(batch);
            }

            @Override
            public void sync() throws IOException {
                throw new IOException("the disk was waited for");
            }

            @Override
            public Entries scan(Scan scan) throws IOException {
                return datastore.scan(scan);
            }

            @Override
            public void close() {}
        };
        ProviderStore store = ProviderStore.open(lazy, StoreLimits.DEFAULT.withProviders(500, 2, 50), random);
        for (int i = 0; i < 3; i++) {
            assertThat(store.add(key(1), new Provider(peer(), ADDRESSES), "", NOW))
                    .isTrue();
        }
        assertThat(store.get(key(1), 10, NOW)).hasSize(2);
        assertThat(store.collect(NOW.plus(StoreLimits.DEFAULT.providerAge()))).isEqualTo(2);
    }

    @Test
    void ofLargeRecordsNoMoreAreKeptThanTheirBytesAllow() throws IOException {
        RecordStore store = records(StoreLimits.DEFAULT.withRecords(1000, 10_000));
        for (int i = 0; i < 100; i++) {
            store.put(key(i), new byte[3000], "", NOW);
        }
        assertThat(store.size()).isEqualTo(3);
        assertThat(store.put(key(1000), new byte[20_000], "", NOW)).isFalse();
        assertThat(store.size()).isEqualTo(3);
    }

    private int entries() throws IOException {
        int count = 0;
        try (Datastore.Entries entries = datastore.scan(new byte[0])) {
            while (entries.next() != null) {
                count++;
            }
        }
        return count;
    }

    @Test
    void providersAreThereAgainAndTheirAddressesEndBeforeThem() throws IOException {
        StoreLimits limits = StoreLimits.DEFAULT;
        PeerId peer = peer();
        providers(limits).add(key(1), new Provider(peer, ADDRESSES), "", NOW);
        ProviderStore again = providers(limits);
        assertThat(again.size()).isEqualTo(1);
        assertThat(again.get(key(1), 10, NOW)).containsExactly(new Provider(peer, ADDRESSES));
        assertThat(again.get(key(1), 10, NOW.plus(limits.addressAge()))).containsExactly(new Provider(peer, List.of()));
        assertThat(again.get(key(1), 10, NOW.plus(limits.providerAge()))).isEmpty();
        assertThat(again.get(key(2), 10, NOW)).isEmpty();
        again.add(key(1), new Provider(peer, ADDRESSES), "", NOW.plus(Duration.ofHours(22)));
        assertThat(again.get(key(1), 10, NOW.plus(Duration.ofHours(47)))).hasSize(1);
        assertThat(again.collect(NOW.plus(Duration.ofHours(48)))).isZero();
        assertThat(again.collect(NOW.plus(Duration.ofHours(70)))).isEqualTo(1);
        assertThat(again.size()).isZero();
    }

    @Test
    void floodsOfProvidersAreBoundedPerKeyPerPeerAndInAll() throws IOException {
        ProviderStore store = providers(StoreLimits.DEFAULT.withProviders(500, 20, 50));
        PeerId flooder = peer();
        for (int i = 0; i < 10_000; i++) {
            store.add(key(i), new Provider(flooder, ADDRESSES), "", NOW);
        }
        assertThat(store.size()).isEqualTo(50);
        for (int i = 0; i < 1000; i++) {
            store.add(key(1_000_000), new Provider(peer(), ADDRESSES), "", NOW);
        }
        assertThat(store.get(key(1_000_000), 1000, NOW)).hasSize(20);
        for (int i = 0; i < 5000; i++) {
            store.add(key(2_000_000 + i), new Provider(peer(), ADDRESSES), "", NOW);
        }
        assertThat(store.size()).isEqualTo(500);
        assertThat(entries()).isEqualTo(3 * store.size()); // each with its places in the indexes
        assertThat(providers(StoreLimits.DEFAULT).size()).isEqualTo(store.size());
    }

    @Test
    void aFloodOfProvidersOfKeysNearToThisHostPushesOutItsOwn() throws IOException {
        ProviderStore store = providers(StoreLimits.DEFAULT.withProviders(500, 20, 50));
        for (int i = 0; i < 100; i++) {
            store.add(key(i), new Provider(peer(), ADDRESSES), "91." + i + ".0.0/16", NOW);
        }
        for (int i = 1_000; i < 4_000; i++) {
            store.add(nearKey(i), new Provider(peer(), ADDRESSES), "80." + i % 3 + ".0.0/16", NOW);
        }
        assertThat(store.size()).isEqualTo(500);
        for (int i = 0; i < 100; i++) {
            assertThat(store.get(key(i), 1, NOW)).as("provider %d", i).hasSize(1);
        }
        ProviderStore again = providers(StoreLimits.DEFAULT.withProviders(500, 20, 50));
        for (int i = 4_000; i < 5_000; i++) {
            again.add(nearKey(i), new Provider(peer(), ADDRESSES), "80." + i % 3 + ".0.0/16", NOW);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(again.get(key(i), 1, NOW)).as("provider %d", i).hasSize(1);
        }
        assertThat(entries()).isEqualTo(1_500);
    }

    @Test
    void anIndexThatIsNotThereIsWrittenAndWhatHasExpiredIsCollectedByIt() throws IOException {
        ProviderStore store = providers(StoreLimits.DEFAULT);
        for (int i = 0; i < 2500; i++) {
            store.add(key(i), new Provider(peer(), ADDRESSES), "", NOW.plusSeconds(i));
        }
        try (Datastore.Entries entries = datastore.scan(Datastore.Scan.keys(new byte[] {'e'}))) {
            for (Datastore.Entry entry; (entry = entries.next()) != null; ) {
                datastore.delete(entry.key());
            }
        }
        ProviderStore again = providers(StoreLimits.DEFAULT);
        assertThat(entries()).isEqualTo(7500);
        Instant then = NOW.plus(StoreLimits.DEFAULT.providerAge()).plusSeconds(1999);
        assertThat(again.collect(then)).isEqualTo(2000);
        assertThat(again.size()).isEqualTo(500);
        assertThat(entries()).isEqualTo(1500);
        assertThat(again.get(key(1999), 1, NOW)).isEmpty();
        assertThat(again.get(key(2000), 1, NOW)).hasSize(1);
    }

    @Test
    void peersThatAnsweredWellAreExpectedToDoSoAgainAlsoAfterARestart() throws IOException {
        PeerHistory history = PeerHistory.open(datastore, 3);
        PeerId quick = peer();
        PeerId slow = peer();
        PeerId unreliable = peer();
        for (int i = 0; i < 10; i++) {
            history.answered(quick, 10_000_000);
            history.answered(slow, 300_000_000);
            history.answered(unreliable, 10_000_000);
            history.failed(unreliable);
        }
        history.save();
        PeerHistory again = PeerHistory.open(datastore, 3);
        assertThat(again.expected(peer())).isZero();
        assertThat(again.expected(quick)).isEqualTo(10_000_000);
        assertThat(again.expected(slow)).isBetween(10_000_001L, again.expected(unreliable) - 1);
        // A peer that works again is trusted again, and of too many the one that was asked longest ago is forgotten.
        for (int i = 0; i < 200; i++) {
            again.answered(unreliable, 10_000_000);
        }
        assertThat(again.expected(unreliable)).isEqualTo(10_000_000);
        again.answered(peer(), 1);
        again.save();
        assertThat(PeerHistory.open(datastore, 3).size()).isEqualTo(3);
        assertThat(PeerHistory.open(datastore, 10).size()).isEqualTo(3);
    }

    /** Requests to very many peers come between two saves where every refresh fails. */
    @Test
    void peersThatAreForgottenBeforeTheyAreSavedLeaveNothingToWrite() throws IOException {
        int[] changes = {0};
        Datastore counting = (Datastore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Datastore.class}, (proxy, method, arguments) -> {
                    if (method.getName().startsWith("write")) {
                        changes[0] += ((List<?>) arguments[0]).size();
                    }
                    return method.invoke(datastore, arguments);
                });
        PeerHistory history = PeerHistory.open(counting, 100);
        List<PeerId> earlier = Stream.generate(this::peer).limit(100).toList();
        earlier.forEach(history::failed);
        history.save();
        changes[0] = 0;
        List<PeerId> last = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            PeerId peer = peer();
            history.failed(peer);
            if (i >= 100_000 - 50) {
                last.add(peer);
            }
        }
        for (PeerId back : earlier.subList(0, 50)) {
            history.answered(back, 5);
        }
        history.save();
        assertThat(changes[0]).as("changes of the second save").isLessThanOrEqualTo(200);
        PeerHistory again = PeerHistory.open(datastore, 1000);
        assertThat(again.size()).isEqualTo(100);
        assertThat(last).allMatch(peer -> again.expected(peer) > 0);
        assertThat(earlier.subList(0, 50)).allMatch(peer -> again.expected(peer) == 5);
        assertThat(earlier.subList(50, 100)).allMatch(peer -> again.expected(peer) == 0);
        changes[0] = 0;
        PeerHistory.open(counting, 40).save();
        assertThat(changes[0]).as("changes of a history that remembers fewer").isEqualTo(60);
        assertThat(PeerHistory.open(datastore, 1000).size()).isEqualTo(40);
    }

    @Test
    void keysToAnnounceAreRememberedWithWhenTheyAreDue() throws IOException {
        ProvidedKeys keys = ProvidedKeys.open(datastore, StoreLimits.DEFAULT);
        keys.add(List.of(key(1), key(2), key(3)));
        assertThat(keys.due(NOW)).hasSize(3).isSortedAccordingTo(Comparator.comparing(ProvidedKeys.Provided::place));
        keys.announced(keys.due(NOW).subList(0, 2), NOW, NOW.plusMillis(1));
        assertThat(keys.next()).isEqualTo(Instant.EPOCH);
        ProvidedKeys again = ProvidedKeys.open(datastore, StoreLimits.DEFAULT);
        assertThat(again.size()).isEqualTo(3);
        assertThat(again.due(NOW)).hasSize(1);
        again.add(List.of(key(1), key(2), key(3)));
        assertThat(again.due(NOW)).hasSize(1);
        assertThat(again.due(NOW.plusMillis(1))).hasSize(3);
        again.remove(List.of(key(1), key(2), key(3), key(4)));
        assertThat(ProvidedKeys.open(datastore, StoreLimits.DEFAULT).size()).isZero();
    }

    @Test
    void moreKeysThanADatastoreTakesAtOnceAreAddedAnnouncedAndRemoved() throws IOException {
        List<byte[]> many = new ArrayList<>();
        for (int i = 0; i < 12_000; i++) {
            many.add(key(i));
        }
        ProvidedKeys keys = ProvidedKeys.open(datastore, StoreLimits.DEFAULT);
        keys.add(many);
        keys.announced(keys.due(NOW), NOW, NOW.plusSeconds(1));
        assertThat(ProvidedKeys.open(datastore, StoreLimits.DEFAULT).next()).isEqualTo(NOW.plusSeconds(1));
        keys.remove(many);
        assertThat(entries()).isZero();
    }

    @Test
    void tooManyKeysAreNotAdded() throws IOException {
        ProvidedKeys keys = ProvidedKeys.open(datastore, StoreLimits.DEFAULT.withProvided(2));
        keys.add(List.of(key(1)));
        assertThatThrownBy(() -> keys.add(List.of(key(2), key(3)))).hasMessageContaining("the limit of 2");
        assertThat(keys.size()).isEqualTo(1);
    }

    @Test
    void theTableIsSaved() throws IOException {
        SavedPeers saved = new SavedPeers(datastore);
        assertThat(saved.load()).isEmpty();
        List<SavedPeers.Saved> peers =
                List.of(new SavedPeers.Saved(peer(), ADDRESSES), new SavedPeers.Saved(peer(), List.of()));
        saved.save(peers);
        assertThat(new SavedPeers(datastore).load()).isEqualTo(peers);
        datastore.put(new byte[] {'t'}, new byte[] {1, 2, 3});
        assertThat(saved.load()).isEmpty();
    }

    @Test
    void whatCannotBeReadIsDeletedOrPassedOver() throws IOException {
        RecordStore store = records(StoreLimits.DEFAULT);
        store.put(key(1), key(1), "", NOW);
        datastore.put("rbroken".getBytes(UTF_8), new byte[] {1});
        assertThat(records(StoreLimits.DEFAULT).size()).isEqualTo(1);
        assertThat(datastore.get("rbroken".getBytes(UTF_8))).isNull();
        datastore.put("pbroken".getBytes(UTF_8), new byte[] {1});
        assertThat(providers(StoreLimits.DEFAULT).size()).isZero();
        assertThat(providers(StoreLimits.DEFAULT).size()).isZero();
        assertThat(entries()).isEqualTo(1); // the record
    }
}
