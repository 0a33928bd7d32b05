package libp2p.node.content;

import libp2p.node.control.Query;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How {@code p2p add} lays files out in blocks. Public, so that its help shows them on demand. */
public final class LayoutOptions {
    @Option(names = "--profile", description = "unixfs_v0_2015 (the default, as Kubo's) or unixfs_v1_2025.")
    private @Nullable String profile;

    @Option(names = "--cid-version", paramLabel = "N", description = "0 or 1; 1 has raw leaves unless told otherwise.")
    private @Nullable Integer cidVersion;

    @Option(names = "--raw-leaves", arity = "0..1", fallbackValue = "true", description = "Chunks are raw blocks.")
    private @Nullable Boolean rawLeaves;

    @Option(names = "--chunker", description = "size-N, rabin, rabin-AVERAGE, rabin-MIN-AVERAGE-MAX or buzhash.")
    private @Nullable String chunker;

    @Option(names = "--hash", description = "sha2-256, sha2-512, sha3-512, blake2b-256, blake3, …")
    private @Nullable String hash;

    @Option(names = "--max-file-links", paramLabel = "N", description = "Links of a node of a file.")
    private @Nullable Integer fileLinks;

    @Option(names = "--trickle", description = "Lay files out for reading from the start.")
    private boolean trickle;

    @Option(names = "--inline-limit", paramLabel = "BYTES", description = "Blocks up to this size go into their CID.")
    private @Nullable Integer inline;

    /** Adds them to a request. */
    Query addTo(Query query) {
        option(query, "profile", profile);
        option(query, "cid-version", cidVersion);
        option(query, "raw-leaves", rawLeaves);
        option(query, "chunker", chunker);
        option(query, "hash", hash);
        option(query, "max-file-links", fileLinks);
        if (inline != null) {
            query.option("inline", true).option("inline-limit", inline);
        }
        return query.option("trickle", trickle);
    }

    private static void option(Query query, String name, @Nullable Object value) {
        if (value != null) {
            query.option(name, value);
        }
    }
}
