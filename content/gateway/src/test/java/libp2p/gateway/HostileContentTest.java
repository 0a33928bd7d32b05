package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.blocks.car.CarReader;
import libp2p.blocks.car.CarWriter;
import libp2p.core.testing.ContentBombs;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipld.Block;
import libp2p.ipld.ContentException;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.PbLink;
import libp2p.ipld.traversal.Budget;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.Test;

/** Content that is made to cost its servers and readers. */
class HostileContentTest {
    private final MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);

    private HttpResponse get(Budget budget, String target, String query) {
        return new Gateway(store, GatewayOptions.DEFAULT.withBudget(budget))
                .handle(HttpRequest.of(
                        "GET", query == null ? target : target + "?" + query, Map.of("Host", "127.0.0.1")));
    }

    /** Each block links twice to the next, so that 2³⁰ paths lead to the last. */
    private Cid ladder(int rungs) throws IOException {
        Cid cid = put(DagPb.write(List.of(), new byte[] {8, 1})).cid();
        for (int i = 0; i < rungs; i++) {
            cid = put(DagPb.write(List.of(new PbLink(cid, "a", 1), new PbLink(cid, "b", 1)), new byte[] {8, 1}))
                    .cid();
        }
        return cid;
    }

    private Block put(byte[] data) throws IOException {
        Block block = Block.of(Multicodec.DAG_PB, data);
        store.put(block);
        return block;
    }

    private ContentBombs.Bomb put(ContentBombs.Bomb bomb) throws IOException {
        for (Map.Entry<Cid, byte[]> block : bomb.blocks().entrySet()) {
            store.put(Block.trusted(block.getKey(), block.getValue()));
        }
        return bomb;
    }

    /** Counts and throws away. */
    private static final class Sink extends OutputStream {
        long bytes;

        @Override
        public void write(int b) {
            bytes++;
        }

        @Override
        public void write(byte[] data, int offset, int length) {
            bytes += length;
        }
    }

    @Test
    void aDagOfManyPathsIsSentOnceOrUpToTheBudget() throws IOException {
        Cid root = ladder(30);
        Budget budget = new Budget(10_000, 1 << 20, 1024);
        ByteArrayOutputStream once = new ByteArrayOutputStream();
        get(budget, "/ipfs/" + root, "format=car").body().writeTo(once);
        CarReader car = new CarReader(new ByteArrayInputStream(once.toByteArray()));
        int blocks = 0;
        while (car.next() != null) {
            blocks++;
        }
        assertThat(blocks).isEqualTo(31);
        Sink sink = new Sink();
        HttpResponse twice = get(budget, "/ipfs/" + root, "format=car&car-dups=y");
        assertThatThrownBy(() -> twice.body().writeTo(sink)).isInstanceOf(ContentException.class);
        assertThat(sink.bytes).isLessThan(2 << 20);
    }

    @Test
    void aFileOfManyWaysToOneByteEndsAtTheBudgetAlsoWhereNothingIsSentTwice() throws IOException {
        ContentBombs.Bomb bomb = put(ContentBombs.file(40));
        Budget budget = new Budget(10_000, 1 << 20, 1024);
        for (String duplicates : List.of("n", "y")) {
            Sink sink = new Sink();
            HttpResponse response =
                    get(budget, "/ipfs/" + bomb.root(), "format=car&dag-scope=entity&car-dups=" + duplicates);
            assertThatThrownBy(() -> response.body().writeTo(sink))
                    .isInstanceOf(ContentException.class)
                    .hasMessageContaining("more than 10000 blocks");
            assertThat(sink.bytes).isLessThan(2 << 20);
        }
    }

    @Test
    void aShardOfManyWaysIsMalformedInEveryForm() throws IOException {
        for (boolean names : List.of(true, false)) {
            ContentBombs.Bomb bomb = put(ContentBombs.shards(8, names));
            assertThat(get(Budget.STRANGER, "/ipfs/" + bomb.root() + "/", null).status())
                    .isEqualTo(404);
            for (String duplicates : List.of("n", "y")) {
                HttpResponse response = get(
                        Budget.STRANGER, "/ipfs/" + bomb.root(), "format=car&dag-scope=entity&car-dups=" + duplicates);
                assertThatThrownBy(() -> response.body().writeTo(new Sink())).isInstanceOf(ContentException.class);
            }
        }
    }

    @Test
    void aRuleThatRepeatsTheRequestThousandsOfTimesIsMalformed() {
        Redirects rules = Redirects.parse("/* /" + ":splat".repeat(10_000) + " 302");
        assertThatThrownBy(() -> rules.find(List.of("x".repeat(10_000))))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("more than 16384 characters");
    }

    @Test
    void aDagDeeperThanTheBudgetIsCutShort() throws IOException {
        Cid root = ladder(200);
        HttpResponse response = get(new Budget(10_000, 1 << 20, 100), "/ipfs/" + root, "format=car");
        assertThatThrownBy(() -> response.body().writeTo(new Sink())).isInstanceOf(ContentException.class);
    }

    @Test
    void aShardThatIsItsOwnGrandchildInNameOnlyEndsAtTheDepthOfAHash() throws IOException {
        // 80 levels of shards with one child each: more than a hash has bits for
        Cid cid = put(DagPb.write(List.of(), new byte[] {8, 1})).cid();
        byte[] shard = {8, 5, 18, 1, 1, 40, 34, 48, (byte) 0x80, 2}; // bit 0 set, murmur3, fanout 256
        for (int i = 0; i < 80; i++) {
            cid = put(DagPb.write(List.of(new PbLink(cid, "00", 1)), shard)).cid();
        }
        HttpResponse response = get(Budget.STRANGER, "/ipfs/" + cid + "/", null);
        assertThat(response.status()).isEqualTo(404);
    }

    @Test
    void anArchiveOfManyBlocksStopsAtTheQuotaAndEarlierBlocksStay() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        CarWriter writer = new CarWriter(bomb, List.of());
        for (int i = 0; i < 20_000; i++) {
            writer.put(Block.of(Multicodec.RAW, Integer.toString(i).getBytes(StandardCharsets.US_ASCII)));
        }
        MemoryBlockStore small = new MemoryBlockStore(BlockStoreLimits.DEFAULT.withStoreBytes(10_000));
        Block earlier = Block.of(Multicodec.RAW, new byte[] {42});
        small.put(earlier);
        CarReader car = new CarReader(new ByteArrayInputStream(bomb.toByteArray()));
        List<Block> batch = new ArrayList<>();
        assertThatThrownBy(() -> {
                    for (Block block = car.next(); block != null; block = car.next()) {
                        batch.add(block);
                        if (batch.size() == 100) {
                            small.putAll(batch);
                            batch.clear();
                        }
                    }
                })
                .isInstanceOf(libp2p.core.resource.LimitExceededException.class);
        assertThat(small.usage().bytes()).isLessThanOrEqualTo(10_000);
        assertThat(small.get(earlier.cid())).isEqualTo(earlier.data());
    }
}
