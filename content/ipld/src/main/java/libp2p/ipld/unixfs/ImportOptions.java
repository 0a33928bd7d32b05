package libp2p.ipld.unixfs;

import libp2p.ipld.IpldLimits;
import libp2p.multiformats.HashFunction;

/**
 * Options by which files become blocks. Equal options give equal CIDs everywhere; {@link #V0_2015} and {@link #V1_2025}
 * are the profiles of IPIP-499.
 *
 * @param cidVersion 0 or 1; 1 is taken where 0 cannot say the hash or the codec
 * @param hash function of the CIDs
 * @param rawLeaves whether chunks are raw blocks, and not files of UnixFS
 * @param chunker its name, see {@link Chunker#parse}
 * @param fileLinks links of a node of a file, at least 2
 * @param trickle whether files are laid out for reading from the start, and not balanced
 * @param sizing how the size of a directory is estimated
 * @param shardAbove estimated bytes above which a directory becomes shards
 * @param directoryLinks entries above which a directory becomes shards; 0 for no such bound
 * @param fanout of shards: a power of two from 8 to 1024
 * @param inlineBytes blocks up to this size go into their CID; 0 for none, at most 128
 */
public record ImportOptions(
        int cidVersion,
        HashFunction hash,
        boolean rawLeaves,
        String chunker,
        int fileLinks,
        boolean trickle,
        DirectorySizing sizing,
        int shardAbove,
        int directoryLinks,
        int fanout,
        int inlineBytes) {
    /** Ways to estimate the size of a directory. */
    public enum DirectorySizing {
        /** The bytes of names and CIDs. */
        LINKS,
        /** The bytes of the block. */
        BLOCK
    }

    private static final int SHARD_ABOVE = 262_144;

    /** Kubo's behaviour without options: unixfs-v0-2015. */
    public static final ImportOptions V0_2015 = new ImportOptions(
            0, HashFunction.SHA2_256, false, "size-262144", 174, false, DirectorySizing.LINKS, SHARD_ABOVE, 0, 256, 0);

    /** The profile of new content: unixfs-v1-2025, which is also Helia's default. */
    public static final ImportOptions V1_2025 = new ImportOptions(
            1, HashFunction.SHA2_256, true, "size-1048576", 1024, false, DirectorySizing.BLOCK, SHARD_ABOVE, 0, 256, 0);

    /** Checks the ranges. */
    public ImportOptions {
        if (cidVersion != 0 && cidVersion != 1) {
            throw new IllegalArgumentException("cidVersion must be 0 or 1, not " + cidVersion);
        }
        if (fileLinks < 2 || fileLinks > 8192) {
            throw new IllegalArgumentException(fileLinks + " links of a file node, allowed are 2 to 8192");
        }
        if (inlineBytes < 0 || inlineBytes > IpldLimits.IDENTITY_BYTES) {
            throw new IllegalArgumentException(
                    inlineBytes + " bytes inline, allowed are 0 to " + IpldLimits.IDENTITY_BYTES);
        }
        UnixFsNode.checkFanout(fanout);
        Chunker.parse(chunker);
    }

    /** With another CID version. */
    public ImportOptions withCidVersion(int value) {
        return new ImportOptions(
                value,
                hash,
                rawLeaves,
                chunker,
                fileLinks,
                trickle,
                sizing,
                shardAbove,
                directoryLinks,
                fanout,
                inlineBytes);
    }

    /** With another hash function. */
    public ImportOptions withHash(HashFunction value) {
        return new ImportOptions(
                cidVersion,
                value,
                rawLeaves,
                chunker,
                fileLinks,
                trickle,
                sizing,
                shardAbove,
                directoryLinks,
                fanout,
                inlineBytes);
    }

    /** With or without raw leaves. */
    public ImportOptions withRawLeaves(boolean value) {
        return new ImportOptions(
                cidVersion,
                hash,
                value,
                chunker,
                fileLinks,
                trickle,
                sizing,
                shardAbove,
                directoryLinks,
                fanout,
                inlineBytes);
    }

    /** With another chunker. */
    public ImportOptions withChunker(String value) {
        return new ImportOptions(
                cidVersion,
                hash,
                rawLeaves,
                value,
                fileLinks,
                trickle,
                sizing,
                shardAbove,
                directoryLinks,
                fanout,
                inlineBytes);
    }

    /** With another number of links of a file node. */
    public ImportOptions withFileLinks(int value) {
        return new ImportOptions(
                cidVersion,
                hash,
                rawLeaves,
                chunker,
                value,
                trickle,
                sizing,
                shardAbove,
                directoryLinks,
                fanout,
                inlineBytes);
    }

    /** Laid out for reading from the start, or balanced. */
    public ImportOptions withTrickle(boolean value) {
        return new ImportOptions(
                cidVersion,
                hash,
                rawLeaves,
                chunker,
                fileLinks,
                value,
                sizing,
                shardAbove,
                directoryLinks,
                fanout,
                inlineBytes);
    }

    /** With other rules for shards. */
    public ImportOptions withShards(DirectorySizing estimate, int above, int links, int newFanout) {
        return new ImportOptions(
                cidVersion,
                hash,
                rawLeaves,
                chunker,
                fileLinks,
                trickle,
                estimate,
                above,
                links,
                newFanout,
                inlineBytes);
    }

    /** With small blocks inside their CIDs. */
    public ImportOptions withInline(int value) {
        return new ImportOptions(
                cidVersion,
                hash,
                rawLeaves,
                chunker,
                fileLinks,
                trickle,
                sizing,
                shardAbove,
                directoryLinks,
                fanout,
                value);
    }
}
