package libp2p.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import libp2p.blocks.BlockStore;
import libp2p.blocks.GarbageCollector;
import libp2p.blocks.Pins;
import libp2p.blocks.StoreException;
import libp2p.core.datastore.Datastore;
import libp2p.ipld.Block;
import libp2p.ipld.BlockSource;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two nodes on one store: what one of them writes, keeps or pins, the collections of the other do not remove. The object
 * store is in memory, the database is a real one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedCollectionsTest {
    private static final SharedStoreLimits SHORT = SharedStoreLimits.DEFAULT.withGrace(Duration.ofMinutes(5));

    private final Servers servers = new Servers();
    private int port;
    private int tables;

    @AfterAll
    void stop() throws Exception {
        servers.close();
    }

    private Place place(String kind) throws Exception {
        if (kind.equals("s3")) {
            return Place.s3();
        }
        port = port == 0 ? servers.postgres() : port;
        return Place.sql(port, "collections" + tables++);
    }

    private static NodeEnvironment node() {
        return new NodeEnvironment(Duration.ZERO);
    }

    private static Block block(String text) {
        return Block.of(Multicodec.RAW, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void collect(BlockStore store, Datastore pins) throws Exception {
        new GarbageCollector(store, new Pins(pins, store)).collect();
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3", "sql"})
    void whatAnotherNodePinsWhileACollectionRunsStays(String kind) throws Exception {
        try (Place place = place(kind);
                BlockStore one = place.open(node(), SHORT);
                BlockStore other = place.open(node(), SHORT);
                Datastore records = new MapDatastore()) {
            Block old = block("old content");
            Block garbage = block("garbage");
            one.putAll(List.of(old, garbage));
            place.pass(Duration.ofHours(3));
            Pins pins = new Pins(records, one);
            // the collection of the other node has begun, and has listed the pins
            BlockStore.Lease collection = other.lease();
            pins.add(old.cid(), Pins.Kind.DIRECT, one);
            other.delete(List.of(old.cid().hash(), garbage.cid().hash()));
            collection.close();
            assertThat(one.find(old.cid())).as("acknowledged and pinned").isEqualTo(old.data());
            assertThat(one.has(garbage.cid())).isFalse();
            place.pass(Duration.ofHours(3));
            collect(other, records);
            assertThat(other.has(old.cid())).isTrue();
            pins.remove(old.cid());
            collect(other, records);
            assertThat(one.has(old.cid())).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3", "sql"})
    void whatExistedAndIsPutAgainWhileACollectionRunsStays(String kind) throws Exception {
        try (Place place = place(kind);
                BlockStore one = place.open(node(), SHORT);
                BlockStore other = place.open(node(), SHORT)) {
            Block old = block("put again");
            one.put(old);
            place.pass(Duration.ofHours(3));
            try (BlockStore.Lease collection = other.lease()) {
                one.put(old);
                other.delete(List.of(old.cid().hash()));
            }
            assertThat(one.find(old.cid())).isEqualTo(old.data());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3", "sql"})
    void anImportThatTakesLongerThanTheGraceIsKept(String kind) throws Exception {
        NodeEnvironment importing = node();
        try (Place place = place(kind);
                BlockStore one = place.open(importing, SHORT);
                BlockStore other = place.open(node(), SHORT);
                Datastore records = new MapDatastore()) {
            Block early = block("early");
            Block late = block("late");
            BlockStore.Lease lease = one.lease();
            one.put(early);
            for (int halfHours = 0; halfHours < 6; halfHours++) { // the lease would end after one hour
                place.pass(Duration.ofMinutes(30));
                importing.runTimers();
                collect(other, records);
            }
            one.put(late);
            lease.keep(List.of());
            new Pins(records, one).add(early.cid(), Pins.Kind.DIRECT, one);
            lease.close();
            place.pass(Duration.ofHours(2));
            collect(other, records);
            assertThat(other.find(early.cid())).isEqualTo(early.data());
            assertThat(other.has(late.cid()))
                    .as("no pin, and no lease any more")
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3", "sql"})
    void theLeaseOfANodeThatIsGoneEndsAndTheNodeIsToldIfItComesBack(String kind) throws Exception {
        NodeEnvironment asleep = node();
        try (Place place = place(kind);
                BlockStore one = place.open(asleep, SHORT);
                BlockStore other = place.open(node(), SHORT);
                Datastore records = new MapDatastore()) {
            BlockStore.Lease lease = one.lease();
            one.put(block("half of an import"));
            place.pass(Duration.ofMinutes(50));
            collect(other, records);
            assertThat(other.usage().blocks()).isEqualTo(1);
            place.pass(Duration.ofMinutes(15));
            collect(other, records);
            assertThat(other.usage().blocks()).isZero();
            assertThatThrownBy(() -> lease.keep(List.of()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("a lease has ended in the store");
            assertThatThrownBy(() -> one.put(block("the other half"))).isInstanceOf(StoreException.class);
            lease.close();
            one.put(block("a new beginning"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3", "sql"})
    void aPinIsNotAcknowledgedIfItsLeaseEndedMeanwhile(String kind) throws Exception {
        NodeEnvironment asleep = node();
        try (Place place = place(kind);
                BlockStore one = place.open(asleep, SHORT);
                BlockStore other = place.open(node(), SHORT);
                Datastore records = new MapDatastore()) {
            Block old = block("old");
            one.put(old);
            place.pass(Duration.ofHours(3));
            Datastore sleeping = new MapDatastore() {
                @Override
                public void write(List<Change> batch) {
                    try { // the node sleeps, and wakes up when a collection of the other one has listed the pins
                        place.pass(Duration.ofHours(3));
                        collect(other, records);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                    super.write(batch);
                }
            };
            assertThatThrownBy(() -> new Pins(sleeping, one).add(old.cid(), Pins.Kind.DIRECT, one))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("a lease has ended in the store");
        }
    }

    /** The pin would not be whole, and nothing that a pin may keep is told apart from the rest then. */
    @ParameterizedTest
    @ValueSource(strings = {"s3", "sql"})
    void aNodeThatSleepsWhileItFetchesWhatItPinsDoesNotEndTheCollectionsOfOthers(String kind) throws Exception {
        try (Place place = place(kind);
                BlockStore one = place.open(node(), SHORT);
                BlockStore other = place.open(node(), SHORT);
                Datastore records = new MapDatastore()) {
            Block root = Block.of(Multicodec.DAG_CBOR, new DagCbor().encode(new Node.Sequence(List.of())));
            one.put(root);
            BlockSource sleeping = new BlockSource() {
                @Override
                public byte[] get(Cid cid) throws IOException {
                    byte[] data = one.get(cid);
                    try {
                        place.pass(Duration.ofHours(3));
                        collect(other, records);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                    one.put(root);
                    return data;
                }
            };
            assertThatThrownBy(() -> new Pins(records, one).add(root.cid(), Pins.Kind.RECURSIVE, sleeping))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("a lease has ended in the store");
            assertThat(new Pins(records, one).list()).isEmpty();
            place.pass(Duration.ofHours(3));
            collect(other, records);
            assertThat(other.usage().blocks()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3", "sql"})
    void aNodeWhoseClockIsWrongRemovesNothingThatIsYoung(String kind) throws Exception {
        for (Duration wrong : List.of(Duration.ofDays(400), Duration.ofDays(-400))) {
            try (Place place = place(kind);
                    BlockStore one = place.open(node(), SharedStoreLimits.DEFAULT);
                    BlockStore other = place.open(new NodeEnvironment(wrong), SharedStoreLimits.DEFAULT);
                    Datastore records = new MapDatastore()) {
                Block young = block("young");
                one.put(young);
                place.pass(Duration.ofHours(20));
                collect(other, records);
                assertThat(one.has(young.cid())).as("clock wrong by " + wrong).isTrue();
                other.put(block("by the other one"));
                place.pass(Duration.ofHours(6));
                collect(other, records);
                assertThat(one.has(young.cid())).isFalse();
                assertThat(one.has(block("by the other one").cid())).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3", "sql"})
    void aDamagedBlockCountsAsMissingAndIsHealedByTheNextPut(String kind) throws Exception {
        try (Place place = place(kind);
                BlockStore one = place.open(node(), SharedStoreLimits.DEFAULT);
                BlockStore other = place.open(node(), SharedStoreLimits.DEFAULT)) {
            Block block = block("content");
            Block whole = block("whole");
            one.putAll(List.of(block, whole));
            place.damage(block.cid());
            assertThat(one.find(block.cid())).isNull();
            assertThat(one.size(block.cid())).isEqualTo(-1);
            assertThat(one.missing(List.of(block.cid(), whole.cid()))).containsExactly(block.cid());
            one.put(block);
            assertThat(one.find(block.cid())).isEqualTo(block.data());
            assertThat(one.size(block.cid())).isEqualTo(block.size());
            assertThat(other.find(block.cid())).isEqualTo(block.data());
        }
    }
}
