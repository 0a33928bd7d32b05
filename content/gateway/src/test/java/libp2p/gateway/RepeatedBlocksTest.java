package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.blocks.car.CarReader;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipld.Block;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.unixfs.DirectoryImporter;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.ipld.unixfs.Imported;
import libp2p.ipld.unixfs.Metadata;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives with and without the blocks that a reader reaches again (dups of the trustless gateway specification). */
class RepeatedBlocksTest {
    private static final int CHUNK = 1000;

    private final MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
    private Cid file;
    private Cid zeros;
    private Cid ones;
    private Cid directory;

    /** A file of the chunks 0 0 1 0. */
    @BeforeEach
    void put() throws IOException {
        byte[] data = new byte[4 * CHUNK];
        Arrays.fill(data, 2 * CHUNK, 3 * CHUNK, (byte) 1);
        ImportOptions options = ImportOptions.V1_2025.withChunker("size-" + CHUNK);
        Imported imported = new FileImporter(options, store).add(new ByteArrayInputStream(data));
        file = imported.cid();
        zeros = Block.of(Multicodec.RAW, new byte[CHUNK]).cid();
        ones = Block.of(Multicodec.RAW, Arrays.copyOfRange(data, 2 * CHUNK, 3 * CHUNK))
                .cid();
        DirectoryImporter importer = new DirectoryImporter(options, store, Metadata.NONE);
        importer.add("file", imported);
        directory = importer.finish().cid();
    }

    private List<Cid> blocks(String path, String query) throws IOException {
        HttpResponse response = new Gateway(store, GatewayOptions.DEFAULT.withBudget(Budget.STRANGER))
                .handle(HttpRequest.of("GET", "/ipfs/" + path + "?format=car&" + query, Map.of()));
        assertThat(response.status()).isEqualTo(200);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        response.body().writeTo(body);
        List<Cid> blocks = new ArrayList<>();
        CarReader car = new CarReader(new ByteArrayInputStream(body.toByteArray()));
        for (Block block = car.next(); block != null; block = car.next()) {
            blocks.add(block.cid());
        }
        return blocks;
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "all"})
    void aBlockThatFollowsItselfIsSentAgainWhereDuplicatesAreWanted(String scope) throws IOException {
        assertThat(blocks(file.toString(), "dag-scope=" + scope + "&car-dups=y"))
                .containsExactly(file, zeros, zeros, ones, zeros);
        assertThat(blocks(directory + "/file", "dag-scope=" + scope + "&car-dups=y"))
                .containsExactly(directory, file, zeros, zeros, ones, zeros);
        assertThat(blocks(directory + "/file", "dag-scope=" + scope + "&car-dups=n"))
                .containsExactly(directory, file, zeros, ones);
    }

    @Test
    void aRangeHoldsWhatItsReaderReaches() throws IOException {
        assertThat(blocks(file.toString(), "dag-scope=entity&car-dups=y&entity-bytes=500:1500"))
                .containsExactly(file, zeros, zeros);
        assertThat(blocks(file.toString(), "dag-scope=entity&car-dups=y&entity-bytes=500:999"))
                .containsExactly(file, zeros);
    }

    @Test
    void aBlockInWhichThePathEndsIsSentOnce() throws IOException {
        DagCbor codec = new DagCbor();
        Block map =
                Block.of(codec.code(), codec.encode(Node.list(Node.list(new Node.Link(zeros), new Node.Link(zeros)))));
        store.put(map);
        assertThat(blocks(map.cid() + "/0", "dag-scope=all&car-dups=y")).containsExactly(map.cid(), zeros, zeros);
        assertThat(blocks(map.cid() + "/0", "dag-scope=block&car-dups=y")).containsExactly(map.cid());
        assertThat(blocks(map.cid().toString(), "dag-scope=entity&car-dups=y")).containsExactly(map.cid());
    }
}
