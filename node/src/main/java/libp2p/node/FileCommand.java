package libp2p.node;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import libp2p.HostBuilder;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.node.host.Output;
import libp2p.protocols.files.FileExchange;
import libp2p.protocols.files.FileShare;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p file}. */
@Command(
        name = "file",
        description = "Gets a file by its SHA-256 from a peer that shares it (p2p node --share FILE).",
        mixinStandardHelpOptions = true)
final class FileCommand extends DialCommand {
    @Parameters(index = "1", paramLabel = "SHA256", description = "In hexadecimal.")
    private String hash = "";

    @Option(names = "--out", required = true, paramLabel = "PATH", description = "Where to write it; must not exist.")
    private Path out = Path.of("");

    @Option(
            names = "--whole",
            description = "By /fileshare/1.0.0, which sends files whole; else by /ipfs-kit/file/1.0.0, which goes on"
                    + " where an earlier attempt was cut.")
    private boolean whole;

    private final FileShare share = new FileShare(sha256 -> null);
    private final FileExchange exchange = new FileExchange(sha256 -> null);

    @Override
    void prepare(HostBuilder builder) {
        builder.with(share).with(exchange);
    }

    @Override
    void run(Host host, PeerAddress peer, Output output) throws Exception {
        byte[] sha256 = HexFormat.of().parseHex(hash);
        if (Files.exists(out)) {
            throw new IOException(out + " exists");
        }
        FileExchange.Fetched fetched = whole ? shared(peer, sha256) : exchange.fetch(peer, sha256, out);
        output.event(
                "file",
                fetched.size() + " bytes in " + out + ", " + fetched.resumed() + " of them from before",
                "bytes",
                fetched.size(),
                "resumed",
                fetched.resumed());
    }

    private FileExchange.Fetched shared(PeerAddress peer, byte[] sha256) throws IOException {
        Path part = out.resolveSibling(out.getFileName() + ".part");
        try (OutputStream target = Files.newOutputStream(part)) {
            Optional<Long> size = share.fetch(peer, sha256, target);
            if (size.isEmpty()) {
                throw new IOException("the peer does not have it");
            }
            Files.move(part, out);
            return new FileExchange.Fetched(size.get(), 0);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
