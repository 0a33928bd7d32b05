package libp2p.node;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.node.host.Exit;
import libp2p.node.host.HostOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p debug idle}: holds connections open, each with a host of its own, until its input ends. */
@Command(
        name = "idle",
        description = "Holds connections open until standard input ends.",
        mixinStandardHelpOptions = true)
final class IdleCommand implements Callable<Integer> {
    @Mixin
    private HostOptions options = new HostOptions();

    @Parameters(paramLabel = "MULTIADDR", description = "Address of the peer.")
    private String address = "";

    @Option(names = "--count", defaultValue = "100", description = "Connections to hold.")
    private int count;

    @Override
    public Integer call() throws Exception {
        PeerAddress peer = PeerAddress.parse(address);
        List<Host> hosts = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                Host host = options.host().start();
                hosts.add(host);
                host.connect(peer);
            }
            options.output().event("idle", "holding " + count + " connections", "count", count);
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
        } finally {
            hosts.forEach(Host::close);
        }
        return Exit.DONE;
    }
}
