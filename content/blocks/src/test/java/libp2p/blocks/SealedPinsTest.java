package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pins that their datastore has lost are missed, and nothing is collected then. */
class SealedPinsTest {
    /** Bytes of a slot of the seal, and where the first of its sets stands in it. */
    private static final int SLOT = 112;

    private static final int STATE = 16;

    private final Environment environment = SystemEnvironment.shared();
    private final MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);

    @TempDir
    private Path folder;

    /** What a disk has, and how it fails. */
    private static final class Disk implements Datastore {
        private final MemoryDatastore below = new MemoryDatastore();
        private boolean isFailing;
        private boolean isFailingAfterwards;
        private int syncs;

        @Override
        public byte[] get(byte[] key) throws IOException {
            return below.get(key);
        }

        @Override
        public void write(List<Change> batch) throws IOException {
            if (isFailing) {
                throw new IOException("the process ends before the write");
            }
            below.write(batch);
            if (isFailingAfterwards) {
                throw new IOException("the process ends after the write");
            }
        }

        @Override
        public Entries scan(Scan scan) throws IOException {
            return below.scan(scan);
        }

        @Override
        public void sync() {
            syncs++;
        }

        /** The datastore as it is now. */
        Disk copy() throws IOException {
            Disk copy = new Disk();
            try (Entries entries = below.scan(new byte[0])) {
                for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
                    copy.below.put(entry.key(), entry.value());
                }
            }
            return copy;
        }

        @Override
        public void close() {}
    }

    private static Block block(int number) {
        return Block.of(Multicodec.RAW, new byte[] {(byte) number, 5});
    }

    @BeforeEach
    void storeBlocks() throws IOException {
        for (int i = 0; i < 20; i++) {
            store.put(block(i));
        }
    }

    private Path file() {
        return folder.resolve("pinset");
    }

    private Pins open(Datastore disk) throws IOException {
        return Pins.sealed(environment, disk, store, file());
    }

    private void pin(Pins pins, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            pins.add(block(i).cid(), Pins.Kind.RECURSIVE, store);
        }
    }

    private Pins begun(Disk disk) throws IOException {
        Pins pins = new Pins(disk, store);
        pin(pins, 0, 1); // of a former version
        return open(disk);
    }

    private void assertCollects(Pins pins) throws IOException {
        assertThat(pins.doubt()).isNull();
        assertThat(new GarbageCollector(store, pins).collect().broken()).isEmpty();
    }

    private void assertRefuses(Pins pins) throws IOException {
        long before = store.usage().blocks();
        assertThatThrownBy(() -> new GarbageCollector(store, pins).collect())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("nothing was removed")
                .hasMessageContaining("--accept-pins");
        assertThat(store.usage().blocks()).isEqualTo(before);
    }

    @Test
    void pinsThatAreAllThereAreReliedOnAfterEveryChangeAndRestart() throws IOException {
        Disk disk = new Disk();
        Pins pins = begun(disk);
        pin(pins, 1, 5);
        pins.remove(block(2).cid());
        pins.add(block(2).cid(), Pins.Kind.DIRECT, store);
        pins.add(block(2).cid(), Pins.Kind.RECURSIVE, store); // once more, otherwise
        pins.remove(block(3).cid());
        pins.remove(block(3).cid());
        assertCollects(pins);
        Pins again = open(disk);
        pin(again, 1, 2);
        assertCollects(again);
        assertCollects(open(disk));
        assertThat(store.usage().blocks()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void pinsThatAreRolledBackAreNoticedAtTheStart(int lost) throws IOException {
        Disk disk = new Disk();
        Pins pins = begun(disk);
        pin(pins, 1, 10 - lost);
        Disk older = disk.copy();
        pin(pins, 10 - lost, 10);
        Pins back = open(older);
        assertRefuses(back);
        pin(back, 15, 16); // another does not make it right
        assertRefuses(back);
        assertRefuses(open(older));
        Disk mended = older.copy();
        Pins whole = open(mended);
        whole.remove(block(15).cid());
        pin(whole, 10 - lost, 10); // those that are missing do
        assertThat(whole.doubt()).isNull();
        assertThat(open(mended).doubt()).isNull();
        back.accept();
        assertCollects(back);
        assertCollects(open(older));
    }

    @Test
    void pinsThatComeBackAreNoticedToo() throws IOException {
        Disk disk = new Disk();
        Pins pins = begun(disk);
        pin(pins, 1, 5);
        Disk older = disk.copy();
        pins.remove(block(2).cid());
        assertRefuses(open(older));
    }

    @Test
    void pinsThatAreLostWhileTheStoreIsOpenAreNoticedByTheNextCollection() throws IOException {
        Disk disk = new Disk();
        Pins pins = begun(disk);
        pin(pins, 1, 5);
        try (Datastore.Entries entries = disk.scan(new byte[] {'p'})) {
            disk.below.delete(entries.next().key());
        }
        assertRefuses(pins);
    }

    @Test
    void aFileOfPinsThatIsEmptyBesideAFullStoreIsNoticed() throws IOException {
        assertRefuses(open(new Disk())); // blocks, and nothing that tells of pins
        Disk disk = new Disk();
        Pins pins = open(disk);
        pins.accept();
        assertThat(pins.doubt()).isNull();
        pin(pins, 0, 3);
        assertRefuses(open(new Disk()));
    }

    /** The file cannot be made, as on a full disk. */
    @Test
    void aStoreOfAFormerVersionIsCollectedAlthoughTheSealCannotBeWritten() throws IOException {
        Disk disk = new Disk();
        pin(new Pins(disk, store), 0, 1);
        Pins pins = Pins.sealed(
                environment, disk, store, folder.resolve("no folder").resolve("pinset"));
        assertCollects(pins);
        assertThat(store.usage().blocks()).isEqualTo(1);
    }

    @Test
    void anEmptyStoreHasNoPins() throws IOException {
        MemoryBlockStore empty = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        Disk disk = new Disk();
        assertThat(Pins.sealed(environment, disk, empty, file()).doubt()).isNull();
        empty.put(block(1)); // not pinned, as it was asked for
        Pins pins = Pins.sealed(environment, disk, empty, file());
        assertThat(new GarbageCollector(empty, pins).collect().removed()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aProcessThatEndsBetweenTheTwoWritesStopsNoCollection(boolean isWritten) throws IOException {
        Disk disk = new Disk();
        Pins pins = begun(disk);
        pin(pins, 1, 5);
        disk.isFailing = !isWritten;
        disk.isFailingAfterwards = isWritten;
        assertThatThrownBy(() -> pin(pins, 5, 6)).isInstanceOf(IOException.class);
        disk.isFailing = false;
        disk.isFailingAfterwards = false;
        Disk left = disk.copy();
        assertThat(open(left).doubt()).isNull();
        assertThat(open(left).has(block(5).cid())).isEqualTo(isWritten);
        pin(pins, 6, 8); // the same process goes on
        assertCollects(pins);
        assertThat(store.usage().blocks()).isEqualTo(isWritten ? 8 : 7);
    }

    /** As when the caller was interrupted: what is read then may not be durable. */
    @Test
    void thatAPinIsGoneIsSaidOnceThatIsDurable() throws IOException {
        Disk disk = new Disk();
        Pins pins = new Pins(disk, store);
        pin(pins, 0, 2);
        disk.isFailingAfterwards = true;
        assertThatThrownBy(() -> pins.remove(block(1).cid())).isInstanceOf(IOException.class);
        disk.isFailingAfterwards = false;
        assertThat(disk.syncs).isZero();
        assertThat(pins.remove(block(1).cid())).isFalse();
        assertThat(disk.syncs).isEqualTo(1);
        pin(pins, 0, 2);
        assertThat(disk.syncs).as("only where it is needed").isEqualTo(1);
    }

    /** The write ends at each byte of the file; the datastore has taken the change then. */
    @Test
    void aSealThatIsTornStopsNoCollectionAndIsMended() throws IOException {
        Disk disk = new Disk();
        Pins pins = begun(disk);
        for (int changes = 1; changes <= 2; changes++) { // the file has two slots
            pin(pins, changes, changes + 1);
            byte[] before = Files.readAllBytes(file());
            Disk older = disk.copy();
            pin(pins, changes + 10, changes + 11);
            byte[] after = Files.readAllBytes(file());
            for (int i = 0; i <= after.length; i++) {
                byte[] torn = before.clone();
                System.arraycopy(after, 0, torn, 0, i);
                Files.write(file(), torn);
                assertThat(open(disk).doubt()).as("torn at " + i).isNull();
                assertThat(open(older.copy()).doubt())
                        .as("the pins that were seen are missed, torn at " + i)
                        .isNotNull();
            }
            Files.write(file(), after);
        }
    }

    /** The seal stands beside pins that are whole, and is not needed to tell so; beside older ones it is. */
    @Test
    void damageOfTheSealIsNoticedWhereItMatters() throws IOException {
        Disk disk = new Disk();
        Pins pins = begun(disk);
        pin(pins, 1, 4);
        Disk older = disk.copy();
        pin(pins, 4, 6);
        byte[] whole = Files.readAllBytes(file());
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;
            Files.write(file(), damaged);
            assertThat(open(older.copy()).doubt()).as("byte " + i).isNotNull();
            assertThat(open(disk.copy()).doubt()).as("byte " + i).isNull();
        }
        Files.write(file(), new byte[whole.length]);
        assertRefuses(open(disk));
    }

    /** As former versions wrote it: before the datastore, and then a mark that was not forced. */
    private void writeFormerSeal(Disk before, Disk after, boolean isMarked) throws IOException {
        Files.deleteIfExists(file());
        open(before); // generation 1
        ByteBuffer seal = ByteBuffer.allocate(SLOT * 2);
        byte[] first = Files.readAllBytes(file());
        seal.put(first, 0, 2 * SLOT);
        Files.delete(file());
        open(after);
        byte[] second = Files.readAllBytes(file());
        ByteBuffer slot = ByteBuffer.allocate(SLOT);
        slot.put(second, SLOT, 8).putLong(2);
        slot.put(first, SLOT + STATE, 40).put(second, SLOT + STATE, 40);
        slot.put(Multihash.sha256(Arrays.copyOf(slot.array(), 96)).digest(), 0, 8);
        slot.putLong(isMarked ? 2 : 0);
        seal.put(0, slot.array());
        Files.write(file(), seal.array());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theSealOfAFormerVersionIsUnderstoodAndGoesOn(boolean isMarked) throws IOException {
        Disk before = new Disk();
        pin(new Pins(before, store), 0, 3);
        Disk after = before.copy();
        pin(new Pins(after, store), 3, 4);
        writeFormerSeal(before, after, isMarked);
        assertThat(open(after.copy()).doubt()).isNull();
        writeFormerSeal(before, after, isMarked);
        assertThat(open(before.copy()).doubt() == null)
                .as("a crash may have left the pins before")
                .isEqualTo(!isMarked);
        writeFormerSeal(before, after, isMarked);
        Disk disk = after.copy();
        Pins pins = open(disk);
        pin(pins, 5, 6);
        pin(pins, 6, 7);
        assertThat(open(disk).doubt()).isNull();
        assertRefuses(open(after.copy()));
    }
}
