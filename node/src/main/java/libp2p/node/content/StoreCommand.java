package libp2p.node.content;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import libp2p.HostBuilder;
import libp2p.Limits;
import libp2p.core.environment.Environment;
import libp2p.denylist.DenylistLimits;
import libp2p.denylist.Denylists;
import libp2p.node.host.HostCommand;
import libp2p.node.host.LimitsOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command on content that needs no peer, and so no host. */
abstract non-sealed class StoreCommand extends ContentCommand {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The data directory; default: $P2P_DATA, else p2p in $XDG_DATA_HOME or ~/.local/share.")
    private @Nullable Path data;

    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean json;

    @Option(
            names = "--limits",
            paramLabel = LimitsOption.CHOICE,
            defaultValue = LimitsOption.DEFAULT,
            description = "Limits of this process, where no node runs: see p2p limits.")
    private String limits = LimitsOption.DEFAULT;

    @Override
    final @Nullable Path data() {
        return data;
    }

    @Override
    final boolean isJson() {
        return json;
    }

    @Override
    final Limits limits() {
        return LimitsOption.read(limits);
    }

    @Override
    final HostBuilder host() throws IOException {
        throw new IOException("this command asks no peer");
    }

    @Override
    final boolean hasPeers() {
        return false;
    }

    @Override
    final void refuseOptionsOfHosts(Path folder) {
        if (!limits.equals(LimitsOption.DEFAULT)) {
            throw HostCommand.ofNode(folder, "--limits");
        }
    }

    @Override
    final Denylists denylists(Environment environment, Limits limits) throws IOException {
        return Denylists.open(environment, List.of(), List.of(), limits.of(DenylistLimits.class));
    }
}
