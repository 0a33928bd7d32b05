package libp2p.ipld.unixfs;

/** The types of UnixFS nodes, with their numbers in protobuf. */
public enum UnixFsType {
    /** A chunk of a file; only below a file. */
    RAW,
    DIRECTORY,
    FILE,
    /** Of old times; has no content. */
    METADATA,
    SYMLINK,
    /** A piece of a directory with many entries. */
    HAMT_SHARD
}
