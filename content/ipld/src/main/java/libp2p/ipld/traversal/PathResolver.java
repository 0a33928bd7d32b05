package libp2p.ipld.traversal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.ipld.Node;
import libp2p.ipld.codec.Codec;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import org.jspecify.annotations.Nullable;

/**
 * Follows paths such as {@code bafy…/docs/readme.md}: names of UnixFS directories, keys and indexes of other blocks.
 */
public final class PathResolver {
    /** Elements that a path may have. */
    private static final int ELEMENTS = 1024;

    /**
     * Target of a path.
     *
     * @param cid the last block
     * @param node the value inside that block, or null if it is the whole block
     * @param roots the roots of all elements, the first and the last included
     */
    public record Resolved(Cid cid, @Nullable Node node, List<Cid> roots) {}

    private final BlockSource source;
    private final UnixFsReader unixfs;

    /** Loads the blocks that a path leads through from {@code source}. */
    public PathResolver(BlockSource source) {
        this.source = source;
        unixfs = new UnixFsReader(source);
    }

    /** The CID at the start of a path, which may begin with {@code /ipfs/} or {@code ipfs://}. */
    public static Cid root(String path) {
        String first = elements(path).getFirst();
        return Cid.parse(first);
    }

    /** The elements of a path behind its CID. */
    public static List<String> rest(String path) {
        List<String> all = elements(path);
        return all.subList(1, all.size());
    }

    private static List<String> elements(String path) {
        String bare = path.startsWith("ipfs://") ? path.substring(7) : path;
        if (bare.startsWith("/ipfs/")) {
            bare = bare.substring(6);
        }
        List<String> elements =
                Arrays.stream(bare.split("/")).filter(part -> !part.isEmpty()).toList();
        if (elements.isEmpty() || elements.size() > ELEMENTS) {
            throw new MalformedException("a path of " + elements.size() + " elements, needed are 1 to " + ELEMENTS);
        }
        return elements;
    }

    /**
     * Follows a path; blocks.
     *
     * @throws ContentException naming the element that is not there
     */
    public Resolved resolve(Cid root, List<String> path) throws IOException {
        List<Cid> roots = new ArrayList<>(List.of(root));
        Cid cid = root;
        Node inside = null;
        for (int i = 0; i < path.size(); i++) {
            String element = path.get(i);
            if (inside == null && cid.codec() == Multicodec.DAG_PB) {
                UnixFsReader.Entry entry = unixfs.find(cid, element);
                if (entry == null) {
                    throw missing(element, cid);
                }
                cid = entry.cid();
                roots.add(cid);
                continue;
            }
            Node node = inside == null ? decode(cid) : inside;
            Node next = node.get(element);
            if (next == null) {
                throw missing(element, cid);
            }
            if (next instanceof Node.Link link) {
                cid = link.cid();
                roots.add(cid);
                inside = null;
            } else {
                inside = next;
            }
        }
        return new Resolved(cid, inside, roots);
    }

    /** As {@link #resolve(Cid, List)}, with the CID in the path. */
    public Resolved resolve(String path) throws IOException {
        return resolve(root(path), rest(path));
    }

    private Node decode(Cid cid) throws IOException {
        try {
            return Codec.of(cid).decode(source.get(cid));
        } catch (MalformedException e) {
            throw new ContentException(cid + ": " + e.getMessage(), e);
        }
    }

    private static ContentException missing(String element, Cid cid) {
        return new ContentException("no " + MalformedException.quote(element) + " in " + cid);
    }
}
