package libp2p.ipld.unixfs;

import libp2p.ipld.codec.PbLink;
import libp2p.multiformats.Cid;

/**
 * The outcome of an import.
 *
 * @param cid of the root
 * @param isFile whether it is a file, and no directory or symbolic link
 * @param fileSize bytes of the content; 0 for directories and symbolic links
 * @param cumulativeSize bytes of all blocks, repeated ones counted again: what links tell as Tsize
 */
public record Imported(Cid cid, boolean isFile, long fileSize, long cumulativeSize) {
    PbLink link(String name) {
        return new PbLink(cid, name, cumulativeSize);
    }
}
