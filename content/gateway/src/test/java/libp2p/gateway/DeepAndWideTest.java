package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.http.HttpResponse;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.PbLink;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Blocks as wide as they may be, each below the other: the answers to one request for fourteen of them had filled a heap
 * of 128 MiB. What is forgotten on the way is read again.
 */
class DeepAndWideTest {
    private static final int LEVELS = 12;

    /** Links of a block beside that to the next: more than a reader holds are in two blocks. */
    private static final int WIDTH = 40_000;

    private static final Cid EMPTY = Cid.parse("bafkqaaa");

    /** Files of a file and a byte, made when they are read. */
    private static final class Levels implements BlockSource {
        private final List<Cid> levels = new ArrayList<>();
        private final int[] reads = new int[LEVELS + 1];

        Levels() {
            levels.add(Block.of(Multicodec.RAW, new byte[1]).cid());
            for (int i = 1; i <= LEVELS; i++) {
                levels.add(Block.of(Multicodec.DAG_PB, level(i)).cid());
            }
        }

        private byte[] level(int i) {
            List<PbLink> links = new ArrayList<>(List.of(new PbLink(levels.get(i - 1), "", 1)));
            ProtobufWriter node =
                    new ProtobufWriter().uint64(1, 2).uint64(3, i + 1).uint64(4, i);
            for (int k = 0; k < WIDTH; k++) {
                links.add(new PbLink(EMPTY, "", 0));
                node.uint64(4, 0);
            }
            links.add(new PbLink(levels.getFirst(), "", 1));
            return DagPb.write(links, node.uint64(4, 1).toByteArray());
        }

        @Override
        public byte[] get(Cid cid) throws IOException {
            int level = levels.indexOf(cid);
            if (level < 0) {
                throw new BlockNotFoundException(cid, "it was not made");
            }
            reads[level]++;
            return level == 0 ? new byte[1] : level(level);
        }
    }

    private static HttpResponse get(BlockSource source, Cid root, String query) {
        Gateway gateway =
                new Gateway(new MemoryBlockStore(BlockStoreLimits.DEFAULT), GatewayOptions.DEFAULT.withSource(source));
        return Fixtures.get(gateway, "127.0.0.1", "/ipfs/" + root + query);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?format=car", "?filename=x.bin"})
    void linksOnTheWayAreForgottenAndReadAgain(String query) throws IOException {
        Levels source = new Levels();
        HttpResponse response = get(source, source.levels.getLast(), query);
        Arrays.fill(source.reads, 0);
        response.body().writeTo(OutputStream.nullOutputStream());
        assertThat(Arrays.stream(source.reads, 5, LEVELS - 1).boxed().toList())
                .as("reads of blocks in the middle: on the way down, and back")
                .isNotEmpty()
                .allMatch(reads -> reads == 2);
        assertThat(source.reads[1]).as("reads of the last").isEqualTo(1);
    }

    @Test
    void theNamesOfDirectoriesInsideEachOtherMakeNoPathOfMegabytes() throws IOException {
        Map<Cid, byte[]> blocks = new HashMap<>();
        Cid cid = EMPTY;
        for (int i = 0; i < 3; i++) {
            byte[] folder = DagPb.write(List.of(new PbLink(cid, "n".repeat(1_900_000), 1)), new byte[] {8, 1});
            cid = Block.of(Multicodec.DAG_PB, folder).cid();
            blocks.put(cid, folder);
        }
        HttpResponse response = get(blocks::get, cid, "?format=tar");
        assertThat(response.status()).isEqualTo(200);
        assertThatThrownBy(() -> response.body().writeTo(OutputStream.nullOutputStream()))
                .isInstanceOf(ContentException.class)
                .hasMessageContaining("more than 4096 characters");
    }
}
