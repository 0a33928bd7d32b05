package libp2p.ipfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.Pins;
import libp2p.core.environment.Environment;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The content of a folder, and what it tells of changes. */
class RepositoryTest {
    private final Environment environment = SystemEnvironment.shared();

    @TempDir
    private Path folder;

    private static Block block(int number) {
        return Block.of(Multicodec.RAW, new byte[] {(byte) number, 1, 2, 3});
    }

    /** Notes what it hears. */
    private static final class Heard implements Repository.Observer {
        final List<Multihash> stored = new ArrayList<>();
        final List<Multihash> removed = new ArrayList<>();
        final List<Cid> pinned = new ArrayList<>();

        @Override
        public void stored(List<Multihash> hashes) {
            stored.addAll(hashes);
        }

        @Override
        public void removed(Collection<Multihash> hashes) {
            removed.addAll(hashes);
        }

        @Override
        public void pinned(Cid cid, Pins.Kind kind) {
            pinned.add(cid);
        }
    }

    @Test
    void blocksAndPinsAreThereAfterClosingAndOpening() throws IOException {
        try (Repository repository = Repository.open(environment, folder, BlockStoreLimits.DEFAULT)) {
            repository.blocks().put(block(1));
            repository.pins().add(block(1).cid(), Pins.Kind.RECURSIVE, repository.blocks());
            assertThatThrownBy(() -> Repository.open(environment, folder, BlockStoreLimits.DEFAULT))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another process");
        }
        try (Repository repository = Repository.open(environment, folder, BlockStoreLimits.DEFAULT)) {
            assertThat(repository.collectGarbage().kept()).isEqualTo(1);
            assertThat(repository.blocks().has(block(1).cid())).isTrue();
        }
    }

    @Test
    void whatIsStoredPinnedAndRemovedIsTold() throws IOException {
        Heard heard = new Heard();
        try (Repository repository = Repository.inMemory(environment, BlockStoreLimits.DEFAULT)) {
            repository.observe(heard);
            BlockStore blocks = repository.blocks();
            blocks.putAll(List.of(block(1), block(2), block(3)));
            repository.pins().add(block(1).cid(), Pins.Kind.DIRECT, blocks);
            try (BlockStore.Lease lease = blocks.lease()) {
                lease.keep(List.of(block(2).cid().hash()));
                repository.collectGarbage();
            }
            repository.ignore(heard);
            blocks.put(block(4));
        }
        assertThat(heard.stored)
                .containsExactly(
                        block(1).cid().hash(),
                        block(2).cid().hash(),
                        block(3).cid().hash());
        assertThat(heard.pinned).containsExactly(block(1).cid());
        assertThat(heard.removed)
                .as("a lease kept the other")
                .containsExactly(block(3).cid().hash());
    }
}
