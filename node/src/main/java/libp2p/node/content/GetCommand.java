package libp2p.node.content;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import libp2p.http.HttpHeaders;
import libp2p.node.control.ControlClient;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.Query;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p get}. */
@Command(
        name = "get",
        description = "Writes a file or directory to the disk, fetching what is not here from peers.",
        mixinStandardHelpOptions = true)
public final class GetCommand extends FetchingCommand {
    @Parameters(
            paramLabel = "PATH",
            description = "The content to get: CID[/PATH], /ipfs/CID[/PATH] or /ipns/NAME[/PATH].")
    private String path = "";

    @Option(
            names = {"-o", "--output", "--out"},
            paramLabel = "FILE",
            description = "Where to write it; must not exist. Default: the last element of the path.")
    private @Nullable Path out;

    @Option(names = "--pin", description = "Pin it.")
    private boolean pin;

    @Option(
            names = "--selector",
            paramLabel = "JSON",
            description =
                    "With --via graphsync: what is fetched first, as DAG-JSON; default: the path, and all below it.")
    private @Nullable String selector;

    @Mixin
    private ProgressOption progress = new ProgressOption();

    @Override
    boolean acknowledges() {
        return pin;
    }

    private Path target() {
        if (out != null) {
            return out;
        }
        List<String> elements = List.of(path.split("/")).stream()
                .filter(element -> !element.isEmpty())
                .toList();
        if (elements.isEmpty()) {
            throw new IllegalArgumentException("a path is of the form CID, /ipfs/CID or /ipns/NAME");
        }
        return Path.of(elements.getLast());
    }

    @Override
    void run(ControlClient node) throws IOException {
        Query query = peersQuery().argument(path).option("pin", pin);
        if (selector != null) {
            query.option("selector", selector);
        }
        Path target = target();
        try (Progress line = progress(progress.isShown(isJson()), "getting");
                TarExtractor archive = new TarExtractor(target, line::add)) {
            HttpHeaders behind = node.bytes(ControlHandler.KUBO + "get", query, archive);
            long bytes = archive.finish();
            line.close();
            String blocks = behind.getOrDefault(FileOperations.BLOCKS, "0");
            String duplicates = behind.getOrDefault(FileOperations.DUPLICATES, "0");
            event(
                    "got",
                    "got " + path + ": " + bytes + " bytes in " + target + " (" + blocks + " blocks from peers, "
                            + duplicates + " twice)",
                    "path",
                    path,
                    "bytes",
                    bytes,
                    "blocks",
                    Long.parseLong(blocks),
                    "duplicates",
                    Long.parseLong(duplicates));
        }
    }
}
