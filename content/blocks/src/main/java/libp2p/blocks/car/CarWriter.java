package libp2p.blocks.car;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import libp2p.ipld.Block;
import libp2p.ipld.BlockSink;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Varint;

/** Writes a CAR of version 1: a header with roots, and the blocks in the order they are put. One thread at a time. */
public final class CarWriter implements BlockSink {
    private final OutputStream out;

    /** Writes the header; blocks. The caller closes the stream. */
    public CarWriter(OutputStream out, List<Cid> roots) throws IOException {
        this.out = out;
        byte[] header = header(roots);
        Varint.encode(header.length, out);
        out.write(header);
    }

    static byte[] header(List<Cid> roots) {
        List<Node> links = new ArrayList<>();
        roots.forEach(root -> links.add(new Node.Link(root)));
        SequencedMap<String, Node> map = new LinkedHashMap<>();
        map.put("roots", new Node.Sequence(links));
        map.put("version", Node.of(1));
        return new DagCbor().encode(new Node.Mapping(map));
    }

    /** Writes a section; blocks whose CIDs carry their data are left out, as every reader has them. */
    @Override
    public void put(Block block) throws IOException {
        if (block.cid().hash().code() == Multicodec.IDENTITY) {
            return;
        }
        Cid cid = block.cid();
        int length = cid.size() + block.size();
        ByteBuffer head = ByteBuffer.allocate(Varint.size(length) + cid.size());
        Varint.encode(length, head);
        cid.writeTo(head);
        out.write(head.array());
        out.write(block.data());
    }
}
