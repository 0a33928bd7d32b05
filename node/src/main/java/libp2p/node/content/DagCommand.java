package libp2p.node.content;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import libp2p.blocks.car.CarReader;
import libp2p.blocks.car.CarV2Writer;
import libp2p.ipld.Block;
import libp2p.ipld.Node;
import libp2p.node.control.ControlClient;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.MultipartBody;
import libp2p.node.control.Query;
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
    private static String linked(Node.Mapping object) {
        return object.get("Cid") instanceof Node.Mapping link ? ContentCommand.text(link, "/") : "";
    }

    /** {@code p2p dag get}. */
    @Command(name = "get", description = "Writes a value to the standard output.", mixinStandardHelpOptions = true)
    static final class Get extends FetchingCommand {
        @Parameters(paramLabel = "PATH", description = "CID[/PATH], /ipfs/CID[/PATH] or /ipns/NAME[/PATH].")
        private String path = "";

        @Option(names = "--output-codec", defaultValue = "dag-json", description = "Default: ${DEFAULT-VALUE}.")
        private String output = "dag-json";

        @Override
        void run(ControlClient node) throws IOException {
            Query query = peersQuery().argument(path).option("output-codec", output);
            node.bytes(ControlHandler.KUBO + "dag/get", query, bytes());
            System.out.flush();
        }
    }

    /** {@code p2p dag put}. */
    @Command(name = "put", description = "Stores a value.", mixinStandardHelpOptions = true)
    static final class Put extends StoreCommand {
        @Parameters(paramLabel = "FILE", arity = "0..1", defaultValue = "-", description = "- is the standard input.")
        private String file = "-";

        @Option(names = "--input-codec", defaultValue = "dag-json", description = "Default: ${DEFAULT-VALUE}.")
        private String input = "dag-json";

        @Option(names = "--store-codec", defaultValue = "dag-cbor", description = "Default: ${DEFAULT-VALUE}.")
        private String stored = "dag-cbor";

        @Option(names = "--pin", description = "Pin it.")
        private boolean pin;

        @Override
        boolean acknowledges() {
            return true;
        }

        @Override
        void run(ControlClient node) throws IOException {
            Query query = query().option("input-codec", input)
                    .option("store-codec", stored)
                    .option("pin", pin);
            try (MultipartBody body = upload(LocalFiles.of(List.of(file)))) {
                node.lines(ControlHandler.KUBO + "dag/put", query, body, value -> {
                    String cid = linked(value);
                    event("block", cid, "cid", cid, "bytes", number(value, "Size"));
                });
            }
        }
    }

    /** {@code p2p dag import}. */
    @Command(
            name = "import",
            description = "Stores the blocks of CAR files and pins their roots.",
            mixinStandardHelpOptions = true)
    static final class Import extends StoreCommand {
        @Parameters(paramLabel = "FILE", arity = "0..*", description = "CAR files; the standard input without.")
        private List<String> files = List.of("-");

        @Option(
                names = "--pin-roots",
                negatable = true,
                defaultValue = "true",
                fallbackValue = "true",
                description = "Pin the roots; the default.")
        private boolean pin = true;

        @Mixin
        private ProgressOption progress = new ProgressOption();

        @Override
        boolean acknowledges() {
            return true;
        }

        @Override
        void run(ControlClient node) throws IOException {
            boolean shown = progress.isShown(isJson());
            Query query = query().option("pin-roots", pin).option("stats", true).option("progress", shown);
            try (MultipartBody body = upload(LocalFiles.of(files));
                    Progress line = progress(shown, "importing")) {
                node.lines(ControlHandler.KUBO + "dag/import", query, body, object -> {
                    if (object.get("Root") instanceof Node.Mapping root) {
                        line.close();
                        event("root", "root " + linked(root), "cid", linked(root));
                    } else if (object.get("Stats") instanceof Node.Mapping stats) {
                        long blocks = number(stats, "BlockCount");
                        long bytes = number(stats, "BlockBytesCount");
                        String told = "imported " + blocks + " blocks, " + bytes + " bytes";
                        event("imported", told, "blocks", blocks, "bytes", bytes);
                    } else {
                        line.reach(number(object, "Bytes"));
                    }
                });
            }
        }
    }

    /** {@code p2p dag export}. */
    @Command(
            name = "export",
            description = "Writes everything below a root as a CAR to the standard output or a file.",
            mixinStandardHelpOptions = true)
    static final class Export extends FetchingCommand {
        @Parameters(paramLabel = "PATH", description = "CID[/PATH], /ipfs/CID[/PATH] or /ipns/NAME[/PATH].")
        private String path = "";

        @Option(
                names = {"-o", "--output", "--out"},
                paramLabel = "FILE",
                description = "Where to write it; must not exist.")
        private @Nullable Path out;

        @Option(names = "--car-version", paramLabel = "N", defaultValue = "1", description = "1, or 2 with --output.")
        private int version = 1;

        @Override
        void run(ControlClient node) throws IOException {
            if (version != 1 && (version != 2 || out == null)) {
                throw new IllegalArgumentException("--car-version takes 1, or 2 with --output");
            }
            Query query = peersQuery().argument(path);
            if (out == null) {
                node.bytes(ControlHandler.KUBO + "dag/export", query, bytes());
                System.out.flush();
                return;
            }
            Path target = out.toAbsolutePath();
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(out.toString());
            }
            Path partial = target.resolveSibling("." + target.getFileName() + ".partial");
            boolean done = false;
            try {
                try (OutputStream file = Files.newOutputStream(partial)) {
                    node.bytes(ControlHandler.KUBO + "dag/export", query, file);
                }
                if (version == 2) {
                    indexed(partial, target);
                } else {
                    Files.move(partial, target);
                }
                done = true;
            } finally {
                Files.deleteIfExists(partial);
                if (!done && version == 2) {
                    Files.deleteIfExists(target);
                }
            }
            event(
                    "exported",
                    "exported " + path + ": " + Files.size(target) + " bytes in " + out,
                    "path",
                    path,
                    "bytes",
                    Files.size(target));
        }

        private static void indexed(Path from, Path to) throws IOException {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(from), 1 << 17);
                    FileChannel file = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                CarReader reader = new CarReader(in);
                CarV2Writer car = new CarV2Writer(file, reader.roots());
                for (Block block = reader.next(); block != null; block = reader.next()) {
                    car.put(block);
                }
                car.close();
            }
        }
    }
}
