package libp2p.node.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.ipld.Block;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.PbLink;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.traversal.DagWalk;
import libp2p.ipld.unixfs.TarOutput;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.Test;

/** Large directories, each in another one: the blocks above the place of a walk have no room in a small memory. */
class DeepDirectoriesTest {
    private static final int LEVELS = 5;
    private static final int ENTRIES = 35_000;
    private static final byte[] DIRECTORY = {8, 1};

    private final Map<Cid, byte[]> blocks = new HashMap<>();
    private final Map<Cid, Integer> asked = new HashMap<>();

    private byte[] get(Cid cid) {
        asked.merge(cid, 1, Integer::sum);
        return blocks.get(cid);
    }

    private Cid directories() {
        Cid empty = Cid.parse("bafkqaaa");
        Cid below = empty;
        for (int level = 0; level < LEVELS; level++) {
            List<PbLink> links = new ArrayList<>();
            links.add(new PbLink(below, "00000", 1L));
            for (int i = 1; i < ENTRIES; i++) {
                links.add(new PbLink(empty, "%05x".formatted(i), 1L));
            }
            Block block = Block.of(Multicodec.DAG_PB, DagPb.write(links, DIRECTORY));
            blocks.put(block.cid(), block.data());
            below = block.cid();
        }
        blocks.put(empty, new byte[0]);
        return below;
    }

    @Test
    void anArchiveHasAllEntriesThoughDirectoriesAreForgottenOnTheWay() throws Exception {
        Cid root = directories();
        Map<String, Integer> names = new HashMap<>();
        OutputStream heads = new OutputStream() {
            private final ByteArrayOutputStream head = new ByteArrayOutputStream();

            @Override
            public void write(int b) {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] source, int offset, int length) {
                head.write(source, offset, length);
                if (head.size() >= TarOutput.BLOCK) {
                    names.merge(
                            head.toString(StandardCharsets.US_ASCII)
                                    .substring(0, 100)
                                    .strip(),
                            1,
                            Integer::sum);
                    head.reset();
                }
            }
        };
        new TarOutput(this::get, heads).write(root, "root");
        names.keySet().removeIf(name -> !name.startsWith("root"));
        assertThat(names).hasSize(LEVELS * ENTRIES + 1);
        assertThat(names.values()).containsOnly(1);
        assertThat(asked.get(root)).isGreaterThan(2); // it was read again
    }

    @Test
    void aWalkVisitsEachBlockOnceThoughLinksAreForgottenOnTheWay() throws Exception {
        Cid root = directories();
        List<Cid> visited = new ArrayList<>();
        new DagWalk(this::get, Budget.OWN).walk(root, block -> visited.add(block.cid()));
        assertThat(visited).hasSize(LEVELS + 1).doesNotHaveDuplicates().startsWith(root);
        assertThat(asked.get(root)).isEqualTo(2);
    }
}
