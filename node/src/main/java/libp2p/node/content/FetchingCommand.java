package libp2p.node.content;

import java.io.IOException;
import java.nio.file.Path;
import libp2p.HostBuilder;
import libp2p.Limits;
import libp2p.core.environment.Environment;
import libp2p.denylist.DenylistLimits;
import libp2p.denylist.Denylists;
import libp2p.node.control.Query;
import libp2p.node.host.HostCommand;
import libp2p.node.host.IdentityOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** A command on content that gets from peers what is not here. */
abstract non-sealed class FetchingCommand extends ContentCommand {
    @Mixin
    private IdentityOptions options = new IdentityOptions();

    @Mixin
    private PeerOptions peers = new PeerOptions();

    @Mixin
    private DenylistOptions denylists = new DenylistOptions();

    /** A query with the peers that were named. */
    final Query peersQuery() {
        return peers.addTo(query());
    }

    @Override
    final @Nullable Path data() {
        return options.data;
    }

    @Override
    final boolean isJson() {
        return options.json;
    }

    @Override
    final Limits limits() {
        return options.limits();
    }

    @Override
    final HostBuilder host() throws IOException {
        return options.host();
    }

    @Override
    final boolean hasPeers() {
        return !options.bootstrap.isEmpty();
    }

    @Override
    final void refuseOptionsOfHosts(Path folder) {
        HostCommand.refuseOptionsOfHosts(spec(), folder);
        if (denylists.isNamed()) {
            throw HostCommand.ofNode(folder, "--denylist");
        }
    }

    @Override
    final Denylists denylists(Environment environment, Limits limits) throws IOException {
        return denylists.open(environment, limits.of(DenylistLimits.class));
    }
}
