package libp2p.exchange.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import libp2p.blocks.car.CarWriter;
import libp2p.ipld.Block;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.ipld.codec.Codec;
import libp2p.ipld.traversal.Budget;
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
    private final Set<Cid> seen = new HashSet<>();
    private final List<Block> before = new ArrayList<>();
    private @Nullable CarWriter car;
    private @Nullable Cid last;
    private long blocks;
    private long bytes;

    CarBody(BlockSource source, CarParameters parameters, Budget budget) {
        this.source = source;
        this.parameters = parameters;
        this.budget = budget;
    }

    @Override
    public byte[] get(Cid cid) throws IOException {
        byte[] data = source.get(cid);
        boolean again = last != null && last.equals(cid);
        last = cid;
        if (!again && (seen.add(cid) || parameters.duplicates())) {
            blocks++;
            bytes += data.length;
            if (blocks > budget.blocks() || bytes > budget.bytes()) {
                throw new ContentException("more blocks or bytes than a request may have");
            }
            Block block = Block.trusted(cid, data);
            if (car == null) {
                before.add(block);
            } else {
                car.put(block);
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
        CarWriter writer = new CarWriter(out, List.of(root));
        for (Block block : before) {
            writer.put(block);
        }
        before.clear();
        car = writer;
        if (end != null) {
            switch (parameters.scope()) {
                case BLOCK -> get(end);
                case ENTITY -> entity(end);
                case ALL -> all(end, 0);
            }
        }
    }

    private void entity(Cid end) throws IOException {
        UnixFsReader reader = new UnixFsReader(this);
        if (end.codec() != Multicodec.DAG_PB) {
            get(end);
            return;
        }
        get(end);
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

    private void all(Cid cid, int depth) throws IOException {
        if (depth > budget.depth()) {
            throw new ContentException("deeper than " + budget.depth() + " links");
        }
        if (depth > 0) { // a value inside a block: the block has been loaded on the way, what it links to has not
            if (!parameters.duplicates() && seen.contains(cid)) {
                return;
            }
            last = null;
        }
        byte[] data = get(cid);
        Codec codec = Codec.of(cid.codec());
        if (codec == null) {
            return;
        }
        List<Cid> links = new ArrayList<>();
        try {
            codec.links(data, links::add);
        } catch (MalformedException e) {
            throw new ContentException(cid + ": " + e.getMessage(), e);
        }
        for (Cid link : links) {
            all(link, depth + 1);
        }
    }
}
