package libp2p.ipld.unixfs;

import java.io.IOException;
import java.util.List;
import libp2p.ipld.Block;
import libp2p.ipld.BlockSink;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.PbLink;
import libp2p.multiformats.Cid;
import libp2p.multiformats.HashFunction;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;

/** Makes blocks as the options of an import say, and hands them to the sink. */
final class BlockMaker {
    private final ImportOptions options;
    private final BlockSink sink;

    BlockMaker(ImportOptions options, BlockSink sink) {
        this.options = options;
        this.sink = sink;
    }

    /** A raw block. */
    Imported raw(byte[] data) throws IOException {
        return put(Multicodec.RAW, data, true, data.length, data.length);
    }

    /** A DAG-PB block without links. */
    Imported leaf(byte[] block, long fileSize) throws IOException {
        return put(Multicodec.DAG_PB, block, true, fileSize, block.length);
    }

    /** A DAG-PB block of a file. */
    Imported file(List<PbLink> links, byte[] data, long fileSize) throws IOException {
        return node(links, data, true, fileSize);
    }

    /** A DAG-PB block of a directory or of a symbolic link. */
    Imported other(List<PbLink> links, byte[] data) throws IOException {
        return node(links, data, false, 0);
    }

    private Imported node(List<PbLink> links, byte[] data, boolean isFile, long fileSize) throws IOException {
        byte[] block = DagPb.write(links, data);
        long cumulative = block.length;
        for (PbLink link : links) {
            cumulative += link.tsize();
        }
        return put(Multicodec.DAG_PB, block, isFile, fileSize, cumulative);
    }

    private Imported put(long codec, byte[] data, boolean isFile, long fileSize, long cumulative) throws IOException {
        if (options.inlineBytes() > 0 && data.length <= options.inlineBytes()) {
            return new Imported(Cid.v1(codec, Multihash.identity(data)), isFile, fileSize, cumulative);
        }
        Multihash hash = Block.hash(options.hash(), data);
        boolean old = options.cidVersion() == 0
                && codec == Multicodec.DAG_PB
                && options.hash() == HashFunction.SHA2_256
                && options.inlineBytes() == 0;
        Cid cid = old ? Cid.v0(hash) : Cid.v1(codec, hash);
        sink.put(Block.trusted(cid, data));
        return new Imported(cid, isFile, fileSize, cumulative);
    }
}
