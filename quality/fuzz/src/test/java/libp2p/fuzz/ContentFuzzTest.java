package libp2p.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import libp2p.blocks.car.CarReader;
import libp2p.ipld.Block;
import libp2p.ipld.BlockSource;
import libp2p.ipld.Node;
import libp2p.ipld.codec.Codec;
import libp2p.ipld.codec.DagCbor;
import libp2p.ipld.codec.DagJson;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.PlainJson;
import libp2p.ipld.unixfs.UnixFsNode;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.ipld.unixfs.UnixFsType;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;

/** Blocks of every codec, nodes of UnixFS and archives. */
class ContentFuzzTest {
    @FuzzTest
    void dagCbor(byte[] data) {
        DagCbor codec = new DagCbor();
        Node node = decode(codec, data);
        if (node != null) {
            assertThat(codec.encode(node)).isEqualTo(data); // strict: there is one way to write a value
        }
        try {
            Node lenient = codec.decodeLenient(data);
            assertThat(codec.decode(codec.encode(lenient))).isEqualTo(lenient);
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void dagJson(byte[] data) {
        DagJson codec = new DagJson();
        Node node = decode(codec, data);
        if (node != null) {
            try {
                assertThat(codec.decode(codec.encode(node))).isEqualTo(node);
            } catch (MalformedException refused) { // half of a surrogate pair can be escaped, but not written
                assertThat(refused.getMessage()).isNotEmpty();
            }
        }
    }

    @FuzzTest
    void plainJson(byte[] data) {
        try {
            Node node = PlainJson.decode(data);
            String text = PlainJson.text(node);
            assertThat(PlainJson.text(PlainJson.decode(text.getBytes(StandardCharsets.UTF_8))))
                    .isEqualTo(text);
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void dagPb(byte[] data) {
        DagPb codec = new DagPb();
        Node node = decode(codec, data);
        if (node != null) {
            byte[] canonical = codec.encode(node);
            assertThat(codec.encode(codec.decode(canonical))).isEqualTo(canonical);
        }
    }

    private static Node decode(Codec codec, byte[] data) {
        try {
            return codec.decode(data);
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
            return null;
        }
    }

    @FuzzTest
    void unixFs(byte[] data) {
        try {
            UnixFsNode node = UnixFsNode.read(data);
            assertThat(node.metadata().permissions()).isBetween(-1, 07777);
            if (node.type() == UnixFsType.HAMT_SHARD) {
                listAsItsOwnChild(data);
            }
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    /** Every link of the shard leads to the shard itself, so that only its reader can end. */
    private static void listAsItsOwnChild(byte[] shard) {
        Cid root = Cid.v1(Multicodec.DAG_PB, Multihash.sha256(shard));
        int[] loads = {0};
        BlockSource itself = cid -> {
            assertThat(++loads[0]).isLessThan(100);
            return shard;
        };
        try {
            new UnixFsReader(itself).list(root);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void car(byte[] data) {
        try {
            CarReader reader = new CarReader(new ByteArrayInputStream(data));
            for (Block block = reader.next(); block != null; block = reader.next()) {
                assertThat(Block.matches(block.cid().hash(), block.data())).isTrue();
            }
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
