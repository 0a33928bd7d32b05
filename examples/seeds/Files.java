import java.io.IOException;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.Optional;
import libp2p.HostBuilder;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.files.FileShare;
import libp2p.protocols.files.FolderSource;
import libp2p.system.SystemEnvironment;

/** Seed 004, "Custom Protocol Implementation". */
final class Files implements SeedProgram {
    private final FolderSource source = new FolderSource(SystemEnvironment.shared());
    private final FileShare share = new FileShare(source);

    @Override
    public void prepare(HostBuilder host, SeedOptions options) {
        host.with(share);
    }

    @Override
    public void listen(Host host, SeedOptions options, SeedOutput out) throws IOException {
        byte[] hash = source.add(options.file());
        out.result("Stored file " + options.file() + " with hash " + HexFormat.of().formatHex(hash));
    }

    @Override
    public void dial(Host host, PeerAddress peer, SeedOptions options, SeedOutput out) throws IOException {
        Optional<Long> size;
        try (OutputStream target = java.nio.file.Files.newOutputStream(options.out())) {
            size = share.fetch(peer, HexFormat.of().parseHex(options.hash()), target);
        }
        if (size.isEmpty()) {
            java.nio.file.Files.delete(options.out());
            throw new IOException("file not found");
        }
        out.result(size.get() + " bytes");
    }
}
