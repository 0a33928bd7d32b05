package libp2p.ipld.unixfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.codec.PbLink;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import org.jspecify.annotations.Nullable;

/**
 * Reads files, directories and symbolic links out of blocks. Everything is checked as far as it is read; nothing is
 * kept but the way from the root to where the reader is. Thread-safe if the source is.
 */
public final class UnixFsReader {
    /**
     * An entry of a directory.
     *
     * @param name in its directory
     * @param cid of the entry
     * @param tsize bytes of all blocks below the entry, as the directory tells; it is not checked
     */
    public record Entry(String name, Cid cid, long tsize) {}

    /** Gets the entries of a directory. */
    @FunctionalInterface
    public interface EntryVisitor {
        /** @return whether to go on */
        boolean entry(Entry entry) throws IOException;
    }

    private final BlockSource source;

    /** Loads blocks from {@code source}; keeps none. */
    public UnixFsReader(BlockSource source) {
        this.source = source;
    }

    /** The kind of a root: a file, a directory or a symbolic link; raw blocks are files. Blocks. */
    public UnixFsType type(Cid cid) throws IOException {
        if (cid.codec() == Multicodec.RAW) {
            return UnixFsType.FILE;
        }
        UnixFsType type = node(cid).type();
        return type == UnixFsType.RAW ? UnixFsType.FILE : type == UnixFsType.HAMT_SHARD ? UnixFsType.DIRECTORY : type;
    }

    /** The UnixFS node of a DAG-PB root; blocks. */
    public UnixFsNode node(Cid cid) throws IOException {
        if (cid.codec() != Multicodec.DAG_PB) {
            throw new ContentException("unixfs: " + cid + " is of " + Multicodec.name(cid.codec()));
        }
        return parse(cid, source.get(cid));
    }

    static UnixFsNode parse(Cid cid, byte[] block) throws ContentException {
        if (cid.codec() != Multicodec.DAG_PB) {
            throw new ContentException("unixfs: " + cid + " is of " + Multicodec.name(cid.codec()));
        }
        try {
            return UnixFsNode.read(block);
        } catch (MalformedException e) {
            throw new ContentException(cid + ": " + e.getMessage(), e);
        }
    }

    /** Bytes of a file; blocks. */
    public long size(Cid cid) throws IOException {
        return cid.codec() == Multicodec.RAW
                ? source.get(cid).length
                : Math.max(0, node(cid).fileSize());
    }

    /** The bytes of a file from the start; blocks while it is read. */
    public InputStream open(Cid cid) throws IOException {
        return open(cid, 0, Long.MAX_VALUE);
    }

    /**
     * A range of a file; blocks while it is read. A range beyond the end is empty.
     *
     * @param offset of the first byte
     * @param length bytes at most
     */
    public InputStream open(Cid cid, long offset, long length) throws IOException {
        return new FileStream(source, cid, offset, length);
    }

    /** The target of a symbolic link, as it stands; blocks. */
    public String target(Cid cid) throws IOException {
        UnixFsNode node = node(cid);
        if (node.type() != UnixFsType.SYMLINK || node.data() == null) {
            throw new ContentException("unixfs: " + cid + " is no symbolic link");
        }
        return new String(node.data(), StandardCharsets.UTF_8);
    }

    /** The entries of a directory in the order of its blocks, of repeated names the first only; blocks. */
    public List<Entry> list(Cid cid) throws IOException {
        List<Entry> entries = new ArrayList<>();
        list(cid, entries::add);
        return entries;
    }

    /** As {@link #list(Cid)}, one by one. */
    public void list(Cid cid, EntryVisitor visitor) throws IOException {
        UnixFsNode node = directory(cid);
        DirectoryCursor cursor = new DirectoryCursor(this, cid, node);
        boolean repeats = node.type() == UnixFsType.DIRECTORY; // in shards each name has one place
        Set<String> seen = new HashSet<>();
        long count = 0;
        for (Entry entry = cursor.next(); entry != null; entry = cursor.next()) {
            if (count == IpldLimits.DIRECTORY_ENTRIES) {
                throw new ContentException(
                        "directory " + cid + ": more than " + IpldLimits.DIRECTORY_ENTRIES + " entries");
            }
            if (!repeats || seen.add(entry.name())) {
                count++;
                if (!visitor.entry(entry)) {
                    return;
                }
            }
        }
    }

    /**
     * The entries of a directory one by one, repeated names again; blocks.
     *
     * @throws ContentException if it is no directory
     */
    public DirectoryCursor cursor(Cid cid) throws IOException {
        return new DirectoryCursor(this, cid, directory(cid));
    }

    private UnixFsNode directory(Cid cid) throws IOException {
        UnixFsNode node = node(cid);
        if (node.type() != UnixFsType.DIRECTORY && node.type() != UnixFsType.HAMT_SHARD) {
            throw notDirectory(cid);
        }
        return node;
    }

    void announce(List<Cid> cids) {
        source.prefetch(cids);
    }

    UnixFsNode child(Cid parent, UnixFsNode shard, Cid cid, int level) throws IOException {
        if (level >= Hamt.levels(shard.fanout())) {
            throw new ContentException("directory: shards deeper than a hash has bits, below " + parent);
        }
        UnixFsNode child = node(cid);
        if (child.type() != UnixFsType.HAMT_SHARD || child.fanout() != shard.fanout()) {
            throw new ContentException("directory: " + cid + " is no shard like its parent " + parent);
        }
        return child;
    }

    /** The entry of a directory with a name, or null; reads only the shards on the way. Blocks. */
    public @Nullable Entry find(Cid cid, String name) throws IOException {
        UnixFsNode node = node(cid);
        if (node.type() == UnixFsType.DIRECTORY) {
            for (PbLink link : node.links()) {
                if (name.equals(link.nameOrEmpty())) {
                    return new Entry(name, link.hash(), link.tsize());
                }
            }
            return null;
        }
        if (node.type() != UnixFsType.HAMT_SHARD) {
            throw notDirectory(cid);
        }
        long hash = Hamt.hash(name);
        Cid at = cid;
        for (int level = 0; ; level++) {
            PbLink link = bucket(node, Hamt.prefix(Hamt.bucket(hash, level, node.fanout()), node.fanout()));
            if (link == null) {
                return null;
            }
            String rest = link.nameOrEmpty().substring(Hamt.width(node.fanout()));
            if (!rest.isEmpty()) {
                return rest.equals(name) ? new Entry(name, link.hash(), link.tsize()) : null;
            }
            node = child(at, node, link.hash(), level + 1);
            at = link.hash();
        }
    }

    private static @Nullable PbLink bucket(UnixFsNode shard, String prefix) {
        for (PbLink link : shard.links()) {
            if (link.nameOrEmpty().startsWith(prefix)) {
                return link;
            }
        }
        return null;
    }

    private static ContentException notDirectory(Cid cid) {
        return new ContentException("unixfs: " + cid + " is no directory");
    }
}
