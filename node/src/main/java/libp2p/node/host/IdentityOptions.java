package libp2p.node.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import libp2p.HostBuilder;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a host that may be known from before: by its key, and in the network that it joins. */
public class IdentityOptions extends HostOptions {
    /** The key file that was named, or null. */
    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Key file; made if it is not there. Without it: a new key.")
    @Nullable
    public Path key;

    /** The data directory, or null. */
    @Everyday
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder that keeps the key and what is known of peers; one process at a time.")
    @Nullable
    public Path data;

    /** Peers to begin with. */
    @Everyday
    @Option(
            names = "--bootstrap",
            paramLabel = "MULTIADDR",
            description = "A peer to connect to at the start, and when there are few; repeatable.")
    public List<String> bootstrap = List.of();

    @Override
    public HostBuilder host() throws IOException {
        HostBuilder builder = super.host().bootstrap(bootstrap.toArray(String[]::new));
        return data == null ? builder : builder.dataDirectory(data);
    }

    /** The identity of the key file or the data directory, which is made if it is missing; else a new one. */
    @Override
    public final Identity identity(Environment environment) throws IOException {
        Path file = key == null && data != null ? data.resolve("node.key") : key;
        return file == null ? super.identity(environment) : Identity.loadOrCreate(file, keyType(), environment);
    }
}
