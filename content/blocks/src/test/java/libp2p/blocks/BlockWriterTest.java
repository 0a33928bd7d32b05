package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks that a writer has flushed are in the store, whatever went wrong on the way. */
class BlockWriterTest {
    private static Block block(int number) {
        return Block.of(Multicodec.RAW, new byte[] {(byte) number, (byte) (number >> 8)});
    }

    /** A store that fails in a batch, as when there is no memory for it. */
    private static final class Failing implements BlockStore {
        private final BlockStore below = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        private final Cid fatal;
        private final boolean later;
        private final Throwable cause;

        Failing(Cid fatal, boolean later, Throwable cause) {
            this.fatal = fatal;
            this.later = later;
            this.cause = cause;
        }

        private void fail() {
            if (cause instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) cause;
        }

        @Override
        public void putAll(List<Block> blocks) throws IOException {
            begin(blocks).await();
        }

        @Override
        public Writing begin(List<Block> blocks) throws IOException {
            boolean fails = blocks.stream().anyMatch(block -> block.cid().equals(fatal));
            if (fails && !later) {
                fail();
            }
            return () -> {
                if (fails) {
                    fail();
                }
                below.putAll(blocks);
            };
        }

        @Override
        public byte[] find(Cid cid) throws IOException {
            return below.find(cid);
        }

        @Override
        public int size(Cid cid) throws IOException {
            return below.size(cid);
        }

        @Override
        public List<Cid> missing(List<Cid> cids) throws IOException {
            return below.missing(cids);
        }

        @Override
        public List<Multihash> delete(Collection<Multihash> hashes) throws IOException {
            return below.delete(hashes);
        }

        @Override
        public void forEach(Visitor visitor) throws IOException {
            below.forEach(visitor);
        }

        @Override
        public Usage usage() throws IOException {
            return below.usage();
        }

        @Override
        public Lease lease() {
            return below.lease();
        }

        @Override
        public void close() throws IOException {
            below.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBatchThatEndsByAnErrorIsNotCalledWritten(boolean later) throws IOException {
        for (Throwable cause : List.of(new OutOfMemoryError("simulated"), new IllegalStateException("broken"))) {
            BlockStore store = new Failing(block(7).cid(), later, cause);
            Pins pins = new Pins(new MemoryDatastore(), store);
            try (BlockWriter writer = new BlockWriter(SystemEnvironment.shared(), store)) {
                for (int i = 0; i < 2000; i++) { // the fatal one is in the first of two batches
                    writer.put(block(i));
                }
                assertThatThrownBy(() -> pins.add(block(1999).cid(), Pins.Kind.RECURSIVE, writer))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining(cause.getMessage());
            }
            assertThat(pins.list()).isEmpty();
        }
    }

    @Test
    void whatWasFlushedIsThere() throws IOException {
        BlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        try (BlockWriter writer = new BlockWriter(SystemEnvironment.shared(), store)) {
            for (int i = 0; i < 3000; i++) {
                writer.put(block(i));
            }
            writer.flush();
        }
        assertThat(store.usage().blocks()).isEqualTo(3000);
    }

    /** A later batch would come beside a collection that has not seen it, and without a lease. */
    @Test
    void nothingIsOnItsWayAnyMoreOnceAWriterIsClosed() throws IOException {
        BlockStore store = new Failing(block(-1).cid(), true, new IllegalStateException());
        BlockWriter writer = new BlockWriter(SystemEnvironment.shared(), store);
        for (int i = 0; i < 3000; i++) {
            writer.put(block(i));
        }
        writer.close();
        assertThat(store.usage().blocks()).as("two batches").isEqualTo(2048);
    }
}
