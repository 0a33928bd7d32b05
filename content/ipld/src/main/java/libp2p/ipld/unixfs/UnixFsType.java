package libp2p.ipld.unixfs;

/** The types of UnixFS nodes, with their numbers in protobuf. */
public enum UnixFsType {
    /** A chunk of a file; only below a file. */
    RAW,
    /** A directory in one block. */
    DIRECTORY,
    /** A file, or an inner node of one. */
    FILE,
    /** Of old times; has no content. */
    METADATA,
    /** A symbolic link, whose target is the data. */
    SYMLINK,
    /** A piece of a directory with many entries. */
    HAMT_SHARD
}
