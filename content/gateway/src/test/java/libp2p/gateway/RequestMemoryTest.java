package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.resource.LimitExceededException;
import libp2p.http.HttpResponse;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSource;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.PbLink;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.Test;

/** The memory of requests for content that strangers have made: the tests of this module run in 128 MiB. */
class RequestMemoryTest {
    private static final int WIDE = 30_000;

    private static Gateway gateway(BlockSource source) {
        return new Gateway(new MemoryBlockStore(BlockStoreLimits.DEFAULT), GatewayOptions.DEFAULT.withSource(source));
    }

    private static void head(ByteArrayOutputStream out, int major, int value) {
        if (value < 24) {
            out.write(major << 5 | value);
        } else if (value < 256) {
            out.write(major << 5 | 24);
            out.write(value);
        } else if (value < 1 << 16) {
            out.write(major << 5 | 25);
            out.write(value >>> 8);
            out.write(value);
        } else {
            out.write(major << 5 | 26);
            out.write(value >>> 24);
            out.write(value >>> 16);
            out.write(value >>> 8);
            out.write(value);
        }
    }

    private static void link(ByteArrayOutputStream out, Cid cid) {
        byte[] bytes = cid.toBytes();
        head(out, 6, 42);
        head(out, 2, bytes.length + 1);
        out.write(0);
        out.writeBytes(bytes);
    }

    /** Blocks of links to values that are in the links themselves: none of them is stored, and each has its own CID. */
    private static Cid tree(Map<Cid, byte[]> blocks, int wide, int parts) {
        List<Cid> all = new ArrayList<>();
        int number = 0;
        for (int part = 0; part < parts; part++) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            head(out, 4, wide);
            for (int i = 0; i < wide; i++, number++) {
                byte[] cid = {1, 0x55, 0, 3, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
                link(out, Cid.fromBytes(cid));
            }
            Block block = Block.of(Multicodec.DAG_CBOR, out.toByteArray());
            blocks.put(block.cid(), block.data());
            all.add(block.cid());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        head(out, 4, parts);
        all.forEach(cid -> link(out, cid));
        Block root = Block.of(Multicodec.DAG_CBOR, out.toByteArray());
        blocks.put(root.cid(), root.data());
        return root.cid();
    }

    private static BlockSource over(Map<Cid, byte[]> blocks) {
        return cid -> {
            byte[] data = blocks.get(cid);
            if (data == null) {
                throw new BlockNotFoundException(cid, "it was not made");
            }
            return data;
        };
    }

    private static long archive(Gateway gateway, Cid root) throws IOException {
        HttpResponse response = Fixtures.get(gateway, "127.0.0.1", "/ipfs/" + root + "?format=car");
        long[] sent = {0};
        response.body().writeTo(new OutputStream() {
            @Override
            public void write(int b) {
                sent[0]++;
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                sent[0] += length;
            }
        });
        return sent[0];
    }

    @Test
    void archivesOfManyTinyBlocksFitIntoMemoryOrAreBrokenOff() throws IOException {
        Map<Cid, byte[]> blocks = new HashMap<>();
        Cid many = tree(blocks, WIDE, 8);
        Cid million = tree(blocks, WIDE, 33);
        Gateway gateway = gateway(over(blocks));
        long whole = archive(gateway, many);
        assertThat(whole).isGreaterThan(8L * WIDE * 7);
        for (int i = 0; i < 2; i++) {
            try {
                assertThat(archive(gateway, million)).isGreaterThan(4 * whole);
            } catch (LimitExceededException full) {
                assertThat(full).hasMessageContaining("archives");
            }
        }
        assertThat(archive(gateway, many)).as("what was taken is given back").isEqualTo(whole);
    }

    @Test
    void valuesOnTheWayAreNotHeldWhileABlockIsWaitedFor() throws Exception {
        Map<Cid, byte[]> blocks = new HashMap<>();
        Block missing = Block.of(Multicodec.RAW, "missing".getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        head(out, 4, 2);
        link(out, missing.cid());
        int values = 100_000;
        head(out, 4, values);
        for (int i = 0; i < values; i++) {
            head(out, 0, 1_000_000 + i);
        }
        Block wide = Block.of(Multicodec.DAG_CBOR, out.toByteArray());
        blocks.put(wide.cid(), wide.data());
        int requests = 16;
        CountDownLatch waiting = new CountDownLatch(requests);
        CountDownLatch end = new CountDownLatch(1);
        BlockSource source = cid -> {
            if (cid.equals(missing.cid())) {
                waiting.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            return over(blocks).get(cid);
        };
        Gateway gateway = gateway(source);
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    int status = Fixtures.get(gateway, "127.0.0.1", "/ipfs/" + wide.cid() + "/0/x/y")
                            .status();
                    synchronized (statuses) {
                        statuses.add(status);
                    }
                } catch (Throwable e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                    waiting.countDown();
                }
            }));
        }
        waiting.await();
        end.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(statuses).containsOnly(404);
    }

    @Test
    void aPageOfADirectoryIsChargedWithTheEntriesThatItHolds() throws IOException {
        int entries = 60_000;
        List<PbLink> links = new ArrayList<>();
        for (int i = 0; i < entries; i++) {
            links.add(new PbLink(Cid.parse("bafkqaaa"), Integer.toString(i, 36), 0));
        }
        Block folder = Block.of(Multicodec.DAG_PB, DagPb.write(links, new byte[] {8, 1}));
        HttpResponse page = Fixtures.get(
                gateway(over(Map.of(folder.cid(), folder.data()))), "127.0.0.1", "/ipfs/" + folder.cid() + "/");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.memory()).isGreaterThan(entries * 150L);
    }
}
