package libp2p.ipld.unixfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import libp2p.core.testing.ContentBombs;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.PbLink;
import libp2p.ipld.selector.Selector;
import libp2p.ipld.selector.SelectorWalk;
import libp2p.ipld.selector.Selectors;
import libp2p.ipld.traversal.Budget;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Few blocks that are reached on very many ways: a reader stops after about as many steps as there are blocks. */
class BombsTest {
    /** Gives the blocks of a bomb, a few hundred times in all. */
    private static final class Counted implements BlockSource {
        private final ContentBombs.Bomb bomb;
        private int left = 300;

        Counted(ContentBombs.Bomb bomb) {
            this.bomb = bomb;
        }

        @Override
        public byte[] get(Cid cid) {
            assertThat(--left).as("blocks that may still be read").isPositive();
            return bomb.blocks().get(cid);
        }
    }

    @TempDir
    private Path folder;

    @Test
    void theBombIsAsSmallAsTheOneThatWasFound() {
        ContentBombs.Bomb bomb = ContentBombs.shards(8, true);
        assertThat(bomb.blocks()).hasSize(9);
        assertThat(bomb.bytes()).isBetween(90_000L, 100_000L);
    }

    @ParameterizedTest
    @CsvSource({"8, true", "8, false", "2, true", "2, false"})
    void aDirectoryWhoseBucketsAllHoldTheSameShardIsMalformed(int levels, boolean names) {
        ContentBombs.Bomb bomb = ContentBombs.shards(levels, names);
        assertThatThrownBy(() -> new UnixFsReader(new Counted(bomb)).list(bomb.root(), entry -> true))
                .isInstanceOf(ContentException.class)
                .hasMessageContaining(names ? "its hash does not lead" : "is empty");
        Path target = folder.resolve("out");
        assertThatThrownBy(() -> new TreeExporter(new Counted(bomb), bytes -> {}).export(bomb.root(), target))
                .isInstanceOf(ContentException.class);
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void aTreeOfThirtyBlocksAndAThousandMillionFilesIsWrittenUpToTheLimit() throws IOException {
        ContentBombs.Bomb bomb = ContentBombs.directories(30);
        Path target = folder.resolve("out");
        assertThatThrownBy(() -> new TreeExporter(bomb.blocks()::get, bytes -> {}, 200).export(bomb.root(), target))
                .isInstanceOf(ContentException.class)
                .hasMessageContaining("more than 200 files and directories");
        try (Stream<Path> written = Files.walk(target)) {
            assertThat(written.count()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unixfs", "unixfs-preload"})
    void aSelectorMeetsTheSameEnd(String view) {
        for (boolean names : List.of(true, false)) {
            ContentBombs.Bomb bomb = ContentBombs.shards(8, names);
            Selector all = new Selector.InterpretAs(view, new Selector.ExploreAll(Selectors.MATCH));
            SelectorWalk walk = new SelectorWalk((path, cid) -> bomb.blocks().get(cid), Budget.STRANGER);
            assertThatThrownBy(() -> walk.walk(bomb.root(), all, visit -> {})).isInstanceOf(ContentException.class);
            assertThat(walk.blocks()).isLessThan(20);
        }
    }

    @Test
    void aShardIsReadWhereItBelongsAndRefusedUnderAnotherBucket() throws IOException {
        String name = "name";
        int first = Hamt.bucket(Hamt.hash(name), 0, 256);
        int second = Hamt.bucket(Hamt.hash(name), 1, 256);
        assertThat(names(first, second, name)).containsExactly(name);
        assertThatThrownBy(() -> names(first ^ 1, second, name)).isInstanceOf(ContentException.class);
        assertThatThrownBy(() -> names(first, second ^ 1, name)).isInstanceOf(ContentException.class);
    }

    private static List<String> names(int first, int second, String name) throws IOException {
        Map<Cid, byte[]> blocks = new HashMap<>();
        Cid file = put(blocks, Multicodec.RAW, new byte[] {1});
        Cid inner = put(blocks, Multicodec.DAG_PB, shard(second, Hamt.prefix(second, 256) + name, file));
        Cid root = put(blocks, Multicodec.DAG_PB, shard(first, Hamt.prefix(first, 256), inner));
        return new UnixFsReader(blocks::get)
                .list(root).stream().map(UnixFsReader.Entry::name).toList();
    }

    private static byte[] shard(int bucket, String name, Cid cid) {
        byte[] bits = new byte[32];
        bits[31 - bucket / 8] = (byte) (1 << bucket % 8);
        return DagPb.write(List.of(new PbLink(cid, name, 1)), UnixFsNode.shard(bits, 256, Metadata.NONE));
    }

    private static Cid put(Map<Cid, byte[]> blocks, long codec, byte[] data) {
        Cid cid = Cid.v1(codec, Multihash.sha256(data));
        blocks.put(cid, data);
        return cid;
    }
}
