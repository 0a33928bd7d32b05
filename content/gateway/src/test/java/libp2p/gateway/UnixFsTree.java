package libp2p.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import libp2p.blocks.BlockStore;
import libp2p.ipld.Block;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.PbLink;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;

/** Small files and folders in a store. */
final class UnixFsTree {
    private final BlockStore store;

    UnixFsTree(BlockStore store) {
        this.store = store;
    }

    BlockStore store() {
        return store;
    }

    Cid file(String text) throws IOException {
        return put(Multicodec.RAW, text.getBytes(StandardCharsets.UTF_8));
    }

    Cid folder(Map<String, Cid> entries) throws IOException {
        List<PbLink> links = new ArrayList<>();
        new TreeMap<>(entries).forEach((name, cid) -> links.add(new PbLink(cid, name, 1)));
        return put(Multicodec.DAG_PB, DagPb.write(links, new byte[] {8, 1}));
    }

    private Cid put(long codec, byte[] data) throws IOException {
        Block block = Block.of(codec, data);
        store.put(block);
        return block.cid();
    }
}
