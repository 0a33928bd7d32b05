package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import libp2p.blocks.tier.TierOptions;
import libp2p.blocks.tier.TieredBlockStore;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pins beside collections, and their owners. */
class PinsTest {
    private final Environment environment = SystemEnvironment.shared();
    private final MemoryDatastore datastore = new MemoryDatastore();

    @TempDir
    private Path folder;

    /** A file of some blocks. */
    private record Dag(Cid root, List<Block> blocks) {
        static Dag of(int seed) throws IOException {
            byte[] data = new byte[20_000];
            new Random(seed).nextBytes(data);
            List<Block> blocks = new ArrayList<>();
            Cid root = new FileImporter(
                            ImportOptions.V0_2015
                                    .withRawLeaves(true)
                                    .withChunker("size-1000")
                                    .withFileLinks(5),
                            blocks::add)
                    .add(new ByteArrayInputStream(data))
                    .cid();
            return new Dag(root, blocks);
        }

        Block leaf() {
            return blocks.getFirst();
        }

        /** A block with links that is neither the root nor a leaf. */
        Block middle() {
            return blocks.stream()
                    .filter(block -> block.cid().codec() == Multicodec.DAG_PB
                            && !block.cid().equals(root))
                    .findFirst()
                    .orElseThrow();
        }

        void assertIn(BlockStore store) throws IOException {
            for (Block block : blocks) {
                assertThat(store.find(block.cid())).isEqualTo(block.data());
            }
        }
    }

    private BlockStore open(String kind) throws IOException {
        return switch (kind) {
            case "memory" -> new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            case "segments" ->
                SegmentBlockStore.open(
                        environment, folder.resolve("blocks"), new MemoryDatastore(), BlockStoreLimits.DEFAULT);
            default ->
                new TieredBlockStore(
                        environment,
                        null,
                        new MemoryBlockStore(BlockStoreLimits.DEFAULT),
                        TierOptions.DEFAULT.withBytes(1000, 0));
        };
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    /** The store of a collector, which does something else before it calls a method the first time. */
    private static BlockStore before(BlockStore store, String method, Step step) {
        List<Step> steps = new ArrayList<>(List.of(step));
        return (BlockStore) Proxy.newProxyInstance(
                BlockStore.class.getClassLoader(), new Class<?>[] {BlockStore.class}, (proxy, called, arguments) -> {
                    if (called.getName().equals(method) && !steps.isEmpty()) {
                        steps.removeFirst().run();
                    }
                    try {
                        return called.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "segments", "tiers"})
    void aPinThatIsMadeWhileACollectionRunsKeepsItsContent(String kind) throws IOException {
        try (BlockStore store = open(kind)) {
            Pins pins = new Pins(datastore, store);
            Dag dag = Dag.of(1);
            Dag loose = Dag.of(2);
            store.putAll(dag.blocks());
            store.putAll(loose.blocks());
            BlockStore collected = before(
                    store, "forEach", () -> pins.add(dag.root(), Pins.Kind.RECURSIVE, store)); // the pins are marked

            GarbageCollector.Result result = new GarbageCollector(collected, pins).collect();

            assertThat(result.removed()).isPositive();
            assertThat(store.has(loose.root())).isFalse();
            dag.assertIn(store);
            assertThat(new GarbageCollector(store, pins).collect().broken()).isEmpty();
            dag.assertIn(store);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "segments", "tiers"})
    void aPinOfWhatACollectionHasJustRemovedIsRefused(String kind) throws IOException {
        try (BlockStore store = open(kind)) {
            Pins pins = new Pins(datastore, store);
            Dag dag = Dag.of(1);
            store.putAll(dag.blocks());
            List<Multihash> some = List.of(dag.leaf().cid().hash());
            BlockStore collected = before(store, "delete", () -> {
                store.delete(some); // the collector is half-way
                assertThatThrownBy(() -> pins.add(dag.root(), Pins.Kind.RECURSIVE, store))
                        .isInstanceOf(BlockNotFoundException.class);
            });

            new GarbageCollector(collected, pins).collect();

            assertThat(pins.list()).isEmpty();
        }
    }

    /** A cache, or blocks that another has not stored yet. */
    @Test
    void aBlockThatTheSourceAloneHasIsStoredByThePin() throws IOException {
        try (BlockStore store = open("memory")) {
            Pins pins = new Pins(datastore, store);
            Dag dag = Dag.of(1);
            Map<Cid, byte[]> elsewhere = new HashMap<>();
            dag.blocks().forEach(block -> elsewhere.put(block.cid(), block.data()));

            pins.add(dag.root(), Pins.Kind.RECURSIVE, elsewhere::get);

            dag.assertIn(store);
        }
    }

    @Test
    void nothingIsPinnedIfABlockIsMissing() throws IOException {
        try (BlockStore store = open("memory")) {
            Pins pins = new Pins(datastore, store);
            Dag dag = Dag.of(1);
            store.putAll(dag.blocks());
            store.delete(List.of(dag.leaf().cid().hash()));
            assertThatThrownBy(() -> pins.add(dag.root(), Pins.Kind.RECURSIVE, store))
                    .isInstanceOf(BlockNotFoundException.class);
            assertThat(pins.has(dag.root())).isFalse();
            pins.add(dag.root(), Pins.Kind.DIRECT, store);
            assertThat(pins.get(dag.root()).kind()).isEqualTo(Pins.Kind.DIRECT);
        }
    }

    @Test
    void whatAWriterWroteIsPinnedWhenItIsDurable() throws IOException {
        try (BlockStore store = open("segments")) {
            Pins pins = new Pins(datastore, store);
            Dag dag = Dag.of(1);
            try (BlockWriter writer = new BlockWriter(environment, store)) {
                assertThatThrownBy(() -> pins.add(dag.root(), Pins.Kind.RECURSIVE, writer))
                        .hasMessageContaining("was not written");
                for (Block block : dag.blocks()) {
                    writer.put(block);
                }
                pins.add(dag.root(), Pins.Kind.RECURSIVE, writer);
                dag.assertIn(store);
            }
            assertThat(pins.has(dag.root(), Pins.OWN)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "segments", "tiers"})
    void aCollectionGoesOnBesideAPinThatIsNotWhole(String kind) throws IOException {
        try (BlockStore store = open(kind)) {
            Pins pins = new Pins(datastore, store);
            Dag dag = Dag.of(1);
            Dag loose = Dag.of(2);
            store.putAll(dag.blocks());
            store.putAll(loose.blocks());
            pins.add(dag.root(), Pins.Kind.RECURSIVE, store);
            store.delete(List.of(dag.leaf().cid().hash()));

            GarbageCollector.Result result = new GarbageCollector(store, pins).collect();

            assertThat(result.removed()).isEqualTo(loose.blocks().size());
            assertThat(result.kept()).isEqualTo(dag.blocks().size() - 1);
            assertThat(result.broken()).singleElement().satisfies(broken -> {
                assertThat(broken.pin().cid()).isEqualTo(dag.root());
                assertThat(broken.missing()).isEqualTo(dag.leaf().cid());
            });
            store.put(dag.leaf());
            dag.assertIn(store);
            assertThat(new GarbageCollector(store, pins).collect().broken()).isEmpty();
        }
    }

    /** The blocks below it cannot be told from those that no pin keeps, and would be lost though they are whole. */
    @ParameterizedTest
    @ValueSource(strings = {"memory", "segments", "tiers"})
    void nothingIsRemovedWhileAPinLacksABlockThatMayHaveLinks(String kind) throws IOException {
        try (BlockStore store = open(kind)) {
            Pins pins = new Pins(datastore, store);
            Dag dag = Dag.of(1);
            store.putAll(dag.blocks());
            store.putAll(Dag.of(2).blocks());
            pins.add(dag.root(), Pins.Kind.RECURSIVE, store);
            store.delete(List.of(dag.middle().cid().hash()));

            assertThatThrownBy(() -> new GarbageCollector(store, pins).collect())
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll(
                            "nothing was removed",
                            dag.root().toString(),
                            dag.middle().cid().toString());

            store.put(dag.middle());
            dag.assertIn(store);
            assertThat(new GarbageCollector(store, pins).collect().removed())
                    .isEqualTo(Dag.of(2).blocks().size());
        }
    }

    @Test
    void aPinStaysUntilItsLastOwnerGivesItUp() throws IOException {
        try (BlockStore store = open("memory")) {
            Pins pins = new Pins(datastore, store);
            Dag dag = Dag.of(1);
            store.putAll(dag.blocks());
            pins.add(dag.root(), Pins.Kind.DIRECT, store);
            pins.add(dag.root(), Pins.Kind.RECURSIVE, "request/1", store);
            pins.add(dag.root(), Pins.Kind.RECURSIVE, "request/2", store);
            assertThat(pins.list()).singleElement().satisfies(pin -> {
                assertThat(pin.owners().keySet()).containsExactly(Pins.OWN, "request/1", "request/2");
                assertThat(pin.kind()).isEqualTo(Pins.Kind.RECURSIVE);
            });
            assertThat(pins.remove(dag.root(), "request/1")).isTrue();
            assertThat(pins.remove(dag.root(), "request/1")).isFalse();
            assertThat(pins.remove(dag.root(), "request/2")).isTrue();
            assertThat(pins.get(dag.root()).kind()).isEqualTo(Pins.Kind.DIRECT);
            assertThat(pins.remove(dag.root())).isTrue();
            assertThat(pins.has(dag.root())).isFalse();
        }
    }

    /** Otherwise the next collection would remove what is below the root. */
    @Test
    void aDirectPinDoesNotReplaceARecursiveOneOfTheSameOwner() throws IOException {
        try (BlockStore store = open("memory")) {
            Pins pins = new Pins(datastore, store);
            Dag dag = Dag.of(1);
            store.putAll(dag.blocks());
            pins.add(dag.root(), Pins.Kind.RECURSIVE, store);
            assertThatThrownBy(() -> pins.add(dag.root(), Pins.Kind.DIRECT, store))
                    .isInstanceOf(PinnedRecursivelyException.class)
                    .hasMessageContaining("already pinned recursively");
            pins.add(dag.root(), Pins.Kind.DIRECT, "request/1", store);
            assertThat(pins.get(dag.root()).owners())
                    .containsEntry(Pins.OWN, Pins.Kind.RECURSIVE)
                    .containsEntry("request/1", Pins.Kind.DIRECT);
            assertThat(new GarbageCollector(store, pins).collect().removed()).isZero();
            dag.assertIn(store);
        }
    }

    /** Two nodes share the pins: one has looked, and is stopped before it writes. */
    @Test
    void aDirectPinThatComesLateDoesNotReplaceTheRecursiveOneOfAnotherNode() throws IOException {
        try (BlockStore store = open("memory")) {
            Pins other = new Pins(datastore, store);
            Dag dag = Dag.of(1);
            store.putAll(dag.blocks());
            Datastore late = (Datastore) Proxy.newProxyInstance(
                    Datastore.class.getClassLoader(), new Class<?>[] {Datastore.class}, (proxy, called, arguments) -> {
                        if (called.getName().equals("write")) {
                            other.add(dag.root(), Pins.Kind.RECURSIVE, store);
                        }
                        return called.invoke(datastore, arguments);
                    });
            new Pins(late, store).add(dag.root(), Pins.Kind.DIRECT, store);
            assertThat(other.get(dag.root()).owners()).containsExactly(Map.entry(Pins.OWN, Pins.Kind.RECURSIVE));
            assertThat(new GarbageCollector(store, other).collect().removed()).isZero();
            dag.assertIn(store);
            assertThat(other.remove(dag.root())).isTrue();
            assertThat(other.list()).isEmpty();
        }
    }

    @Test
    void pinsOfFormerVersionsAreOfTheOwnerOfTheStore() throws IOException {
        try (BlockStore store = open("memory")) {
            Cid cid = Dag.of(1).root();
            byte[] bytes = cid.toBytes();
            byte[] key = new byte[1 + bytes.length];
            key[0] = 'p';
            System.arraycopy(bytes, 0, key, 1, bytes.length);
            datastore.put(key, new byte[] {1});
            Pins pins = new Pins(datastore, store);
            assertThat(pins.list()).singleElement().satisfies(pin -> {
                assertThat(pin.cid()).isEqualTo(cid);
                assertThat(pin.owners()).containsExactly(Map.entry(Pins.OWN, Pins.Kind.RECURSIVE));
            });
            assertThat(pins.remove(cid)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "segments", "tiers"})
    void whatALeaseKeepsStaysUntilItEnds(String kind) throws IOException {
        try (BlockStore store = open(kind)) {
            Block block = Dag.of(1).leaf();
            List<Multihash> hashes = List.of(block.cid().hash());
            store.put(block);
            BlockStore.Lease lease = store.lease();
            lease.keep(hashes);
            store.delete(hashes);
            assertThat(store.has(block.cid())).isTrue();
            lease.close();
            assertThatThrownBy(() -> lease.keep(hashes)).isInstanceOf(IllegalStateException.class);
            store.delete(hashes);
            assertThat(store.has(block.cid())).isFalse();
        }
    }

    /** There is always one that is open, and each ends. */
    @ParameterizedTest
    @ValueSource(strings = {"memory", "segments", "tiers"})
    void leasesThatOverlapEachOtherKeepNothingForEver(String kind) throws IOException {
        try (BlockStore store = open(kind)) {
            List<Block> blocks = Dag.of(1).blocks();
            Block old = blocks.getFirst();
            Block wanted = blocks.getLast();
            BlockStore.Lease first = store.lease();
            store.put(old);
            store.put(wanted);
            BlockStore.Lease second = store.lease();
            second.keep(List.of(wanted.cid().hash()));
            store.put(wanted);
            List<BlockStore.Lease> others = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                others.add(store.lease());
            }
            others.forEach(BlockStore.Lease::close);
            List<Multihash> hashes = List.of(old.cid().hash(), wanted.cid().hash());
            store.delete(hashes);
            assertThat(store.missing(List.of(old.cid(), wanted.cid()))).isEmpty();
            first.close();
            store.delete(hashes);
            assertThat(store.missing(List.of(old.cid(), wanted.cid()))).containsExactly(old.cid());
            BlockStore.Lease third = store.lease();
            second.close();
            store.delete(hashes);
            assertThat(store.has(wanted.cid())).isFalse();
            third.close();
        }
    }

    /** The collection has listed the pins, and the holder of the lease pins before it closes it. */
    @ParameterizedTest
    @ValueSource(strings = {"memory", "segments", "tiers"})
    void whatALeaseKeepsStaysUntilTheCollectionHasEndedThatBeganBeside(String kind) throws IOException {
        try (BlockStore store = open(kind)) {
            List<Block> blocks = Dag.of(1).blocks();
            Block old = blocks.getFirst();
            Block written = blocks.getLast();
            List<Multihash> hashes = List.of(old.cid().hash(), written.cid().hash());
            store.put(old);
            BlockStore.Lease lease = store.lease();
            lease.keep(List.of(old.cid().hash()));
            store.put(written);
            BlockStore.Lease collection = store.collection();
            lease.close();
            BlockStore.Lease later = store.lease();
            store.delete(hashes);
            assertThat(store.missing(List.of(old.cid(), written.cid()))).isEmpty();
            collection.close();
            assertThat(store.delete(hashes)).containsExactlyInAnyOrderElementsOf(hashes);
            later.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "segments", "tiers"})
    void aCollectionCallsNothingRemovedThatALeaseKeeps(String kind) throws IOException {
        try (BlockStore store = open(kind)) {
            List<Block> blocks = Dag.of(1).blocks();
            GarbageCollector collector = new GarbageCollector(store, new Pins(new MemoryDatastore(), store));
            store.put(blocks.getFirst());
            BlockStore.Lease lease = store.lease();
            lease.keep(List.of(blocks.getFirst().cid().hash()));
            store.put(blocks.getLast());
            List<Multihash> told = new ArrayList<>();
            GarbageCollector.Listener listener = new GarbageCollector.Listener() {
                @Override
                public void removed(Multihash hash) {
                    told.add(hash);
                }
            };
            assertThat(collector.collect(listener).removed()).isZero();
            assertThat(told).isEmpty();
            assertThat(store.usage().blocks()).isEqualTo(2);
            lease.close();
            GarbageCollector.Result result = collector.collect(listener);
            assertThat(result.removed()).isEqualTo(2);
            assertThat(result.removedBytes())
                    .isEqualTo(blocks.getFirst().size() + blocks.getLast().size());
            assertThat(told).hasSize(2);
        }
    }
}
