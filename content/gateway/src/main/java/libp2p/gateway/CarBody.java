package libp2p.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import libp2p.blocks.car.CarWriter;
import libp2p.ipld.Block;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.ipld.codec.Codec;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.traversal.CountedBlocks;
import libp2p.ipld.traversal.OpenLinks;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.ipld.unixfs.UnixFsType;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a CAR: whatever a reader of the path and of the entity loads, in this order, is what another reader
 * needs to do the same. One thread at a time.
 */
final class CarBody implements BlockSource {
    private final BlockSource source;
    private final CarParameters parameters;
    private final Budget budget;
    private final SentBlocks seen = new SentBlocks();
    private final List<Cid> before = new ArrayList<>();
    private @Nullable CarWriter car;
    private @Nullable Cid last;

    CarBody(BlockSource source, CarParameters parameters, Budget budget) {
        this.source = new CountedBlocks(source, budget);
        this.parameters = parameters;
        this.budget = budget;
    }

    /**
     * Loads a block for the reader, who asks for a block as often as it is reached, and sends it. Blocks that are not
     * sent again count too.
     */
    @Override
    public byte[] get(Cid cid) throws IOException {
        byte[] data = source.get(cid);
        last = cid;
        if (seen.add(cid) || parameters.duplicates()) {
            if (car == null) {
                before.add(cid);
            } else {
                car.put(Block.trusted(cid, data));
            }
        }
        return data;
    }

    @Override
    public void prefetch(List<Cid> cids) {
        source.prefetch(cids);
    }

    /**
     * Writes what was loaded before, and then what the scope wants below the end of the path, if the path leads there.
     */
    void writeTo(OutputStream out, Cid root, @Nullable Cid end) throws IOException {
        try (seen) {
            write(out, root, end);
        }
    }

    private void write(OutputStream out, Cid root, @Nullable Cid end) throws IOException {
        CarWriter writer = new CarWriter(out, List.of(root));
        for (Cid cid : before) { // loaded again, so that a long path does not hold all of its blocks in memory
            writer.put(Block.trusted(cid, source.get(cid)));
        }
        before.clear();
        car = writer;
        if (end == null) {
            return;
        }
        // Of a path that ends inside a block, that block was the last one that was loaded on the way.
        byte[] data = last != null && end.equals(last) ? source.get(end) : get(end);
        switch (parameters.scope()) {
            case BLOCK -> {}
            case ENTITY -> entity(end, data);
            case ALL -> all(end, data);
        }
    }

    private void entity(Cid end, byte[] data) throws IOException {
        if (end.codec() != Multicodec.DAG_PB) {
            return;
        }
        UnixFsReader reader = new UnixFsReader(new Below(end, data));
        UnixFsType type;
        try {
            type = reader.type(end);
        } catch (ContentException e) { // no UnixFS: the block is all there is
            return;
        }
        if (type == UnixFsType.FILE) {
            file(reader, end);
        } else if (type == UnixFsType.DIRECTORY) {
            reader.list(end, entry -> true);
        }
    }

    /** The blocks below one that is loaded: nothing below it is the block itself. */
    private final class Below implements BlockSource {
        private final Cid root;
        private final byte[] data;

        Below(Cid root, byte[] data) {
            this.root = root;
            this.data = data;
        }

        @Override
        public byte[] get(Cid cid) throws IOException {
            return cid.equals(root) ? data : CarBody.this.get(cid);
        }

        @Override
        public void prefetch(List<Cid> cids) {
            source.prefetch(cids);
        }
    }

    private void file(UnixFsReader reader, Cid end) throws IOException {
        long size = reader.size(end);
        long from = parameters.from() < 0 ? Math.max(0, size + parameters.from()) : parameters.from();
        long to = parameters.to() < 0 ? size + parameters.to() : Math.min(parameters.to(), size - 1);
        if (from > to) {
            return;
        }
        try (InputStream in = reader.open(end, from, to - from + 1)) {
            byte[] buffer = new byte[1 << 16];
            int count = in.read(buffer);
            while (count >= 0) {
                count = in.read(buffer);
            }
        }
    }

    /** Everything below a block that is loaded, depth first; without duplicates each link is followed once. */
    private void all(Cid end, byte[] data) throws IOException {
        OpenLinks open = new OpenLinks(end, cid -> links(cid, source.get(cid)), (links, from) -> {}, SentBlocks.LINKS);
        open.next(); // the block itself
        open.enter(end, links(end, data));
        seen.holds(open.held());
        for (Cid cid = open.next(); cid != null; cid = open.next()) {
            if (!parameters.duplicates() && seen.contains(cid)) {
                continue;
            }
            if (open.depth() > budget.depth()) {
                throw new ContentException("deeper than " + budget.depth() + " links, at " + cid);
            }
            open.enter(cid, links(cid, get(cid)));
            seen.holds(open.held());
        }
    }

    private static List<Cid> links(Cid cid, byte[] data) throws ContentException {
        List<Cid> links = new ArrayList<>();
        Codec codec = Codec.of(cid.codec());
        if (codec == null) {
            return links;
        }
        try {
            codec.links(data, links::add);
        } catch (MalformedException e) {
            throw new ContentException(cid + ": " + e.getMessage(), e);
        }
        return links;
    }
}
