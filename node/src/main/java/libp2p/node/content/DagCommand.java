package libp2p.node.content;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import libp2p.blocks.BlockWriter;
import libp2p.blocks.Pins;
import libp2p.blocks.car.CarReader;
import libp2p.blocks.car.CarV2Writer;
import libp2p.blocks.car.CarWriter;
import libp2p.exchange.fetch.Fetcher;
import libp2p.ipld.Block;
import libp2p.ipld.BlockSink;
import libp2p.ipld.Node;
import libp2p.ipld.codec.Codec;
import libp2p.ipld.codec.DagJson;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.traversal.DagWalk;
import libp2p.ipld.traversal.PathResolver;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p dag}. */
@Command(
        name = "dag",
        description = "Values and whole graphs of blocks.",
        mixinStandardHelpOptions = true,
        subcommands = {DagCommand.Get.class, DagCommand.Put.class, DagCommand.Import.class, DagCommand.Export.class})
public final class DagCommand {
    private static final int MOST = 8 << 20;

    private static Codec codec(String name) {
        Multicodec code = Multicodec.of(name);
        Codec codec = code == null ? null : Codec.of(code.code());
        if (codec == null) {
            throw new IllegalArgumentException("no codec " + name + "; there are raw, dag-pb, dag-cbor and dag-json");
        }
        return codec;
    }

    /** {@code p2p dag get}. */
    @Command(name = "get", description = "Writes a value to the standard output.", mixinStandardHelpOptions = true)
    static final class Get extends ContentCommand {
        @Parameters(paramLabel = "CID[/PATH]")
        private String path = "";

        @Option(names = "--output-codec", defaultValue = "dag-json", description = "Default: ${DEFAULT-VALUE}.")
        private String output = "dag-json";

        @Mixin
        private PeerOptions peers = new PeerOptions();

        @Override
        void run(ContentContext context) throws IOException {
            Codec codec = codec(output);
            try (Fetcher fetcher = peers.fetcher(context)) {
                PathResolver.Resolved found = new PathResolver(fetcher).resolve(path);
                Node node =
                        found.node() == null ? Codec.of(found.cid()).decode(fetcher.get(found.cid())) : found.node();
                context.out().write(codec.encode(node));
                if (codec instanceof DagJson) {
                    context.out().println();
                }
                context.out().flush();
                fetcher.flush();
            }
        }
    }

    /** {@code p2p dag put}. */
    @Command(name = "put", description = "Stores a value.", mixinStandardHelpOptions = true)
    static final class Put extends ContentCommand {
        @Parameters(paramLabel = "FILE", arity = "0..1", defaultValue = "-", description = "- is the standard input.")
        private String file = "-";

        @Option(names = "--input-codec", defaultValue = "dag-json", description = "Default: ${DEFAULT-VALUE}.")
        private String input = "dag-json";

        @Option(names = "--store-codec", defaultValue = "dag-cbor", description = "Default: ${DEFAULT-VALUE}.")
        private String stored = "dag-cbor";

        @Option(names = "--pin", description = "Pin it.")
        private boolean pin;

        @Override
        void run(ContentContext context) throws IOException {
            byte[] bytes = file.equals("-")
                    ? context.in().readNBytes(MOST)
                    : Files.readAllBytes(context.folder().resolve(file));
            Codec codec = codec(stored);
            String text = input.endsWith("json") ? new String(bytes, StandardCharsets.UTF_8).strip() : "";
            byte[] read = text.isEmpty() ? bytes : text.getBytes(StandardCharsets.UTF_8);
            Block block = Block.of(codec.code(), codec.encode(codec(input).decode(read)));
            context.blocks().put(block);
            if (pin) {
                context.store().pins().add(block.cid(), Pins.Kind.RECURSIVE, context.blocks());
            }
            event(context.out(), "block", block.cid().toString(), "cid", block.cid(), "bytes", block.size());
        }
    }

    /** {@code p2p dag import}. */
    @Command(
            name = "import",
            description = "Stores the blocks of CAR files and pins their roots.",
            mixinStandardHelpOptions = true)
    static final class Import extends ContentCommand {
        @Parameters(paramLabel = "FILE", arity = "0..*", description = "CAR files; the standard input without.")
        private List<String> files = List.of("-");

        @Option(names = "--no-pin", description = "Do not pin the roots.")
        private boolean noPin;

        @Override
        void run(ContentContext context) throws IOException {
            for (String file : files) {
                if (file.equals("-")) {
                    one(context, context.in());
                } else {
                    try (InputStream in = Files.newInputStream(context.folder().resolve(file))) {
                        one(context, in);
                    }
                }
            }
        }

        private void one(ContentContext context, InputStream file) throws IOException {
            CarReader car = new CarReader(new BufferedInputStream(file, 1 << 17));
            long blocks = 0;
            long bytes = 0;
            try (BlockWriter writer = new BlockWriter(context.environment(), context.blocks());
                    Progress progress = progress(context, "importing")) {
                for (Block block = car.next(); block != null; block = car.next()) {
                    writer.put(block);
                    blocks++;
                    bytes += block.size();
                    progress.add(block.size());
                }
                writer.flush();
                progress.close();
                for (Cid root : car.roots()) {
                    if (!noPin) {
                        context.store().pins().add(root, Pins.Kind.RECURSIVE, context.blocks());
                    }
                    event(context.out(), "root", "root " + root, "cid", root);
                }
            }
            event(
                    context.out(),
                    "imported",
                    "imported " + blocks + " blocks, " + bytes + " bytes",
                    "blocks",
                    blocks,
                    "bytes",
                    bytes);
        }
    }

    /** {@code p2p dag export}. */
    @Command(
            name = "export",
            description = "Writes everything below a root as a CAR to the standard output or a file.",
            mixinStandardHelpOptions = true)
    static final class Export extends ContentCommand {
        @Parameters(paramLabel = "CID")
        private String cid = "";

        @Option(names = "--out", paramLabel = "FILE", description = "Where to write it; must not exist.")
        @Nullable
        private Path out;

        @Option(names = "--car-version", paramLabel = "N", defaultValue = "1", description = "1, or 2 with --out.")
        private int version = 1;

        @Mixin
        private PeerOptions peers = new PeerOptions();

        @Override
        void run(ContentContext context) throws IOException {
            Cid root = Cid.parse(cid);
            DagWalk walk;
            try (Fetcher fetcher = peers.fetcher(context)) {
                walk = new DagWalk(fetcher, Budget.OWN);
                if (out == null) {
                    walk(walk, root, context.bytes());
                } else if (version == 1) {
                    try (OutputStream file =
                            Files.newOutputStream(context.folder().resolve(out), StandardOpenOption.CREATE_NEW)) {
                        walk(walk, root, file);
                    }
                } else {
                    try (FileChannel file = FileChannel.open(
                                    context.folder().resolve(out),
                                    StandardOpenOption.CREATE_NEW,
                                    StandardOpenOption.WRITE);
                            CarV2Writer car = new CarV2Writer(file, List.of(root))) {
                        walk.walk(root, car::put);
                    }
                }
                fetcher.flush();
            }
            if (out != null) {
                event(
                        context.out(),
                        "exported",
                        "exported " + walk.blocks() + " blocks, " + walk.bytes() + " bytes",
                        "cid",
                        root,
                        "blocks",
                        walk.blocks(),
                        "bytes",
                        walk.bytes());
            }
        }

        private static void walk(DagWalk walk, Cid root, OutputStream to) throws IOException {
            BufferedOutputStream buffered = new BufferedOutputStream(to, 1 << 17);
            BlockSink car = new CarWriter(buffered, new ArrayList<>(List.of(root)));
            walk.walk(root, car::put);
            buffered.flush();
        }
    }
}
