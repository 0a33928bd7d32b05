package libp2p.ipld.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import libp2p.ipld.Block;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.Test;

/** Estimates of what values take in memory. */
class FootprintTest {
    private static final DagCbor CBOR = new DagCbor();
    private static final DagJson JSON = new DagJson();

    private static Node sample() {
        SequencedMap<String, Node> map = new LinkedHashMap<>();
        List<Node> numbers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            numbers.add(Node.of(i * i));
            map.put("key " + i, Node.of(-i));
        }
        map.put("bytes", new Node.Bytes(new byte[70_000]));
        map.put("text", Node.of("[,{:".repeat(300)));
        map.put("list", new Node.Sequence(numbers));
        map.put("link", new Node.Link(Cid.parse("bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e")));
        return new Node.Mapping(map);
    }

    private static long ofBlock(Codec codec, Node node) {
        byte[] data = codec.encode(node);
        return Footprint.of(Block.of(codec.code(), data).cid(), data);
    }

    @Test
    void aBlockIsEstimatedAsItsValueIs() {
        long value = Footprint.of(sample());
        assertThat(ofBlock(CBOR, sample())).isBetween(value, value + 20_000);
        assertThat(ofBlock(JSON, sample())).isBetween(value, value + 60_000);
    }

    @Test
    void bytesTakeWhatTheyAreAndSmallNumbersManyTimesThat() {
        byte[] data = new byte[1 << 20];
        assertThat(Footprint.of(Block.of(Multicodec.RAW, data).cid(), data)).isZero();
        assertThat(ofBlock(CBOR, new Node.Bytes(data))).isBetween(1L << 20, (1L << 20) + 1000);
        long numbers = ofBlock(CBOR, new Node.Sequence(Collections.nCopies(100_000, Node.of(1))));
        assertThat(numbers).isGreaterThan(50L * 100_000);
    }

    @Test
    void theDataOfANodeOfUnixFsTakesWhatItIsAndItsLinksManyTimesThat() {
        Cid cid = Cid.parse("bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
        List<PbLink> links = new ArrayList<>(Collections.nCopies(1000, new PbLink(cid, "", 1L)));
        byte[] inner = DagPb.write(links, new byte[10]);
        byte[] leaf = DagPb.write(List.of(), new byte[1 << 20]);
        assertThat(Footprint.of(Block.of(Multicodec.DAG_PB, inner).cid(), inner))
                .isBetween(5L * inner.length, 8L * inner.length);
        assertThat(Footprint.of(Block.of(Multicodec.DAG_PB, leaf).cid(), leaf)).isBetween(1L << 20, (1L << 20) + 1000);
    }

    @Test
    void noBlockIsEstimatedToTakeMoreThanItsReaderMakes() {
        byte[] nulls = new byte[IpldLimits.BLOCK_BYTES];
        assertThat(Footprint.ofCbor(nulls)).isLessThan(2L * IpldLimits.NODES * 100 + nulls.length);
    }

    @Test
    void malformedBlocksAreEstimatedToo() {
        byte[] cbor = CBOR.encode(sample());
        byte[] json = JSON.encode(sample());
        Random random = new Random(1);
        for (int i = 0; i < 3000; i++) {
            for (byte[] good : List.of(cbor, json)) {
                byte[] bad = new byte[random.nextInt(good.length)];
                System.arraycopy(good, 0, bad, 0, bad.length);
                for (int j = 0; j < 5 && bad.length > 0; j++) {
                    bad[random.nextInt(bad.length)] = (byte) random.nextInt();
                }
                long code = good == cbor ? Multicodec.DAG_CBOR : Multicodec.DAG_JSON;
                assertThat(Footprint.of(Block.of(code, bad).cid(), bad)).isNotNegative();
            }
        }
        assertThat(Footprint.ofCbor("\u007f".getBytes(StandardCharsets.US_ASCII)))
                .isPositive();
    }
}
