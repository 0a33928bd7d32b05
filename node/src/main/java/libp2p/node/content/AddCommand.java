package libp2p.node.content;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import libp2p.blocks.BlockWriter;
import libp2p.blocks.Pins;
import libp2p.ipld.BlockSink;
import libp2p.ipld.unixfs.DirectoryImporter;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.ipld.unixfs.Imported;
import libp2p.ipld.unixfs.Metadata;
import libp2p.ipld.unixfs.TreeImporter;
import libp2p.multiformats.HashFunction;
import libp2p.multiformats.Multicodec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p add}. */
@Command(
        name = "add",
        description = "Adds files and directories, and pins them. Equal options give the CIDs that Kubo gives.",
        mixinStandardHelpOptions = true)
public final class AddCommand extends ContentCommand {
    private enum Profile {
        UNIXFS_V0_2015,
        UNIXFS_V1_2025
    }

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files and directories; - for the standard input.")
    private List<String> paths = List.of();

    @Option(names = "--profile", description = "unixfs_v0_2015 (the default, as Kubo's) or unixfs_v1_2025.")
    private Profile profile = Profile.UNIXFS_V0_2015;

    @Option(names = "--cid-version", paramLabel = "N", description = "0 or 1; 1 has raw leaves unless told otherwise.")
    @Nullable
    private Integer cidVersion;

    @Option(names = "--raw-leaves", arity = "0..1", fallbackValue = "true", description = "Chunks are raw blocks.")
    @Nullable
    private Boolean rawLeaves;

    @Option(names = "--chunker", description = "size-N, rabin, rabin-AVERAGE, rabin-MIN-AVERAGE-MAX or buzhash.")
    @Nullable
    private String chunker;

    @Option(names = "--hash", description = "sha2-256, sha2-512, sha3-512, blake2b-256, blake3, …")
    @Nullable
    private String hash;

    @Option(names = "--max-file-links", paramLabel = "N", description = "Links of a node of a file.")
    @Nullable
    private Integer fileLinks;

    @Option(names = "--trickle", description = "Lay files out for reading from the start.")
    private boolean trickle;

    @Option(names = "--inline-limit", paramLabel = "BYTES", description = "Blocks up to this size go into their CID.")
    private int inline;

    @Option(names = "--hidden", description = "Names that begin with a dot too.")
    private boolean hidden;

    @Option(names = "--wrap", description = "Put the paths into a directory.")
    private boolean wrap;

    @Option(names = "--preserve-mode", description = "Tell permissions.")
    private boolean mode;

    @Option(names = "--preserve-mtime", description = "Tell the times of the last change.")
    private boolean mtime;

    @Option(names = "--only-hash", description = "Only say the CIDs.")
    private boolean onlyHash;

    @Option(names = "--no-pin", description = "Do not pin.")
    private boolean noPin;

    private ImportOptions options() {
        ImportOptions options = profile == Profile.UNIXFS_V1_2025 ? ImportOptions.V1_2025 : ImportOptions.V0_2015;
        if (cidVersion != null) {
            options = options.withCidVersion(cidVersion).withRawLeaves(cidVersion == 1);
        }
        if (hash != null) {
            Multicodec codec = Multicodec.of(hash);
            HashFunction function = codec == null ? null : HashFunction.of(codec.code());
            if (function == null) {
                throw new IllegalArgumentException("no hash function " + hash);
            }
            options = options.withHash(function);
            if (function != HashFunction.SHA2_256) {
                options = options.withCidVersion(1).withRawLeaves(true);
            }
        }
        if (rawLeaves != null) {
            options = options.withRawLeaves(rawLeaves);
        }
        if (chunker != null) {
            options = options.withChunker(chunker);
        }
        if (fileLinks != null) {
            options = options.withFileLinks(fileLinks);
        }
        return options.withTrickle(trickle).withInline(inline);
    }

    @Override
    void run(ContentContext context) throws IOException {
        ImportOptions options = options();
        try (BlockWriter writer = new BlockWriter(context.environment(), context.blocks());
                Progress progress = progress(context, onlyHash ? "hashing" : "adding")) {
            BlockSink sink = block -> {
                if (!onlyHash) {
                    writer.put(block);
                }
                progress.add(block.size());
            };
            Told told = new Told(context, progress, writer);
            List<Imported> roots = new ArrayList<>();
            DirectoryImporter wrapping = new DirectoryImporter(options, sink, Metadata.NONE);
            for (String path : paths) {
                String name = path.equals("-") ? "-" : name(context.folder().resolve(path));
                Imported root = path.equals("-")
                        ? standardInput(context, options, sink, told)
                        : new TreeImporter(options, sink, hidden, mode, mtime, (added, what) -> told.add(added, what))
                                .add(context.folder().resolve(path), name);
                roots.add(root);
                if (wrap) {
                    wrapping.add(name, root);
                }
            }
            if (wrap) {
                Imported root = wrapping.finish();
                roots = List.of(root);
                told.add("", root);
            }
            told.flush();
            if (!noPin && !onlyHash) {
                for (Imported root : roots) {
                    context.store().pins().add(root.cid(), Pins.Kind.RECURSIVE, writer);
                }
            }
        }
        context.out().flush();
    }

    private static Imported standardInput(ContentContext context, ImportOptions options, BlockSink sink, Told told)
            throws IOException {
        Imported root = new FileImporter(options, sink).add(context.in());
        told.add("-", root);
        return root;
    }

    private static String name(Path path) {
        Path last = path.normalize().getFileName();
        return last == null ? "root" : last.toString();
    }

    /** Says what was added once its blocks are durable. */
    private final class Told {
        private static final int AT_ONCE = 1024;

        private record Added(String path, Imported imported) {}

        private final ContentContext context;
        private final Progress progress;
        private final BlockWriter writer;
        private final List<Added> added = new ArrayList<>();

        Told(ContentContext context, Progress progress, BlockWriter writer) {
            this.context = context;
            this.progress = progress;
            this.writer = writer;
        }

        void add(String path, Imported imported) throws IOException {
            added.add(new Added(path, imported));
            if (added.size() == AT_ONCE) {
                flush();
            }
        }

        void flush() throws IOException {
            writer.flush();
            progress.close(); // an event begins its own line
            for (Added one : added) {
                event(
                        context.out(),
                        "added",
                        "added " + one.imported.cid() + " " + one.path,
                        "cid",
                        one.imported.cid(),
                        "bytes",
                        one.imported.isFile() ? one.imported.fileSize() : one.imported.cumulativeSize(),
                        "path",
                        one.path);
            }
            added.clear();
        }
    }
}
