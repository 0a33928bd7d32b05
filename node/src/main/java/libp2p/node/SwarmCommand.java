package libp2p.node;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import libp2p.node.control.Controls;
import libp2p.node.control.NodeControl;
import libp2p.node.control.NodeControl.OpenConnection;
import libp2p.node.host.DataFolder;
import libp2p.node.host.Exit;
import libp2p.node.host.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p swarm}: the connections of the node that runs on a data directory, with the words of {@code ipfs swarm}. */
@Command(
        name = "swarm",
        description = "Shows and changes the connections of the node that runs on a data directory.",
        subcommands = {
            SwarmCommand.Peers.class,
            SwarmCommand.Addresses.class,
            SwarmCommand.Connect.class,
            SwarmCommand.Disconnect.class
        },
        mixinStandardHelpOptions = true)
final class SwarmCommand {
    private SwarmCommand() {}

    /** The common part of the commands. */
    abstract static class OnNode implements Callable<Integer> {
        @Mixin
        private DataFolder data = new DataFolder();

        @Option(names = "--json", description = "Print one JSON object per line.")
        private boolean json;

        abstract void run(NodeControl node, Output output) throws IOException;

        @Override
        public final Integer call() throws IOException {
            run(Controls.running(data.path()), new Output(json, System.out));
            return Exit.DONE;
        }
    }

    @Command(
            name = "peers",
            description = "Prints the open connections, each as the address of the peer.",
            mixinStandardHelpOptions = true)
    static final class Peers extends OnNode {
        @Option(
                names = {"-v", "--verbose"},
                description = "With direction, multiplexer, round-trip time and the protocols of open streams.")
        private boolean verbose;

        @Override
        void run(NodeControl node, Output output) throws IOException {
            for (OpenConnection connection : node.connections()) {
                String direction = connection.direction().name().toLowerCase(Locale.ROOT);
                String roundTrip = connection.roundTrip() == null
                        ? ""
                        : connection.roundTrip().toNanos() / 1000 / 1000.0 + "ms";
                String address = connection.address() + "/p2p/" + connection.peer();
                String details = " " + direction + " " + connection.muxer() + " " + roundTrip + " "
                        + String.join(" ", connection.protocols());
                output.event(
                        "peer",
                        verbose ? address + details.stripTrailing() : address,
                        "peer",
                        connection.peer(),
                        "addr",
                        connection.address(),
                        "direction",
                        direction,
                        "muxer",
                        connection.muxer(),
                        "latency",
                        roundTrip,
                        "streams",
                        connection.protocols());
            }
        }
    }

    @Command(
            name = "addrs",
            description = "Prints the addresses that the node knows of peers.",
            mixinStandardHelpOptions = true)
    static final class Addresses extends OnNode {
        @Override
        void run(NodeControl node, Output output) throws IOException {
            node.knownAddresses().forEach((peer, addresses) -> {
                StringBuilder human = new StringBuilder(peer + " (" + addresses.size() + ")");
                addresses.forEach(address -> human.append("\n  ").append(address));
                output.event("addrs", human.toString(), "peer", peer, "addrs", addresses);
            });
        }
    }

    @Command(name = "connect", description = "Connects to peers.", mixinStandardHelpOptions = true)
    static final class Connect extends OnNode {
        @Parameters(arity = "1..*", paramLabel = "MULTIADDR", description = "Addresses that end in /p2p/ID.")
        private List<String> peers = List.of();

        @Override
        void run(NodeControl node, Output output) throws IOException {
            for (String peer : peers) {
                String id = node.connect(peer);
                output.event("connected", "connected to " + id, "peer", id);
            }
        }
    }

    @Command(name = "disconnect", description = "Closes the connections with peers.", mixinStandardHelpOptions = true)
    static final class Disconnect extends OnNode {
        @Parameters(arity = "1..*", paramLabel = "PEER", description = "Peer ids, or addresses that end in /p2p/ID.")
        private List<String> peers = List.of();

        @Override
        void run(NodeControl node, Output output) throws IOException {
            for (String peer : peers) {
                String id = node.disconnect(peer);
                output.event("disconnected", "disconnected from " + id, "peer", id);
            }
        }
    }
}
