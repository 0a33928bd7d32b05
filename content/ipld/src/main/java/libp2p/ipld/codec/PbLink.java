package libp2p.ipld.codec;

import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * A link of a DAG-PB node.
 *
 * @param hash what it leads to
 * @param name its name, or null if it has none, which is not the same as an empty one; text that is not UTF-8 is
 *     refused
 * @param tsize bytes of all blocks below, as its writer believed: unsigned, a hint only; −1 if it is not told
 */
public record PbLink(Cid hash, @Nullable String name, long tsize) {
    /** The name, empty if there is none. */
    public String nameOrEmpty() {
        return name == null ? "" : name;
    }
}
