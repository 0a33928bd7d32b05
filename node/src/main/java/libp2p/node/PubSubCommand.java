package libp2p.node;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import libp2p.HostBuilder;
import libp2p.core.host.Host;
import libp2p.node.host.Exit;
import libp2p.node.host.HostOptions;
import libp2p.node.host.Output;
import libp2p.node.pubsub.PubSubPeer;
import libp2p.node.pubsub.PubSubTool;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p pubsub}: topics from the command line. */
@Command(
        name = "pubsub",
        description = "Subscribes to topics, publishes to them, shows the peers of each.",
        mixinStandardHelpOptions = true,
        subcommands = {
            PubSubCommand.Sub.class,
            PubSubCommand.Pub.class,
            PubSubCommand.Peers.class,
            PubSubCommand.Topics.class,
            PubSubCommand.Peer.class
        })
final class PubSubCommand {
    /** The common part of the commands: a host with pubsub and some peers. */
    abstract static class Base implements Callable<Integer> {
        @Mixin
        HostOptions options = new HostOptions();

        @Option(
                names = "--peer",
                paramLabel = "MULTIADDR",
                arity = "1..*",
                description = "A peer to connect to; repeatable.")
        List<String> peers = List.of();

        @Option(names = "--listen", paramLabel = "MULTIADDR", arity = "1..*", description = "Addresses to listen on.")
        List<String> listen = List.of();

        @Option(
                names = "--wait",
                paramLabel = "SECONDS",
                defaultValue = "15",
                description = "How long peers are waited for; default: ${DEFAULT-VALUE}.")
        int wait;

        @Override
        public final Integer call() throws Exception {
            options.pubsub.want();
            HostBuilder builder = options.host();
            if (!listen.isEmpty()) {
                builder.listen(listen.toArray(String[]::new));
            }
            try (Host host = builder.start()) {
                Output output = options.output();
                if (!listen.isEmpty()) {
                    Server.announce(output, host);
                }
                PubSubTool tool = new PubSubTool(host, output::event);
                tool.connect(peers);
                run(tool);
            }
            return Exit.DONE;
        }

        Duration waiting() {
            return Duration.ofSeconds(wait);
        }

        abstract void run(PubSubTool tool) throws Exception;
    }

    @Command(name = "sub", description = "Prints the messages of a topic.", mixinStandardHelpOptions = true)
    static final class Sub extends Base {
        @Parameters(paramLabel = "TOPIC")
        private String topic = "";

        @Option(names = "--count", defaultValue = "0", description = "Ends after so many messages; 0: never.")
        private int count;

        @Option(
                names = "--scores",
                paramLabel = "SECONDS",
                defaultValue = "0",
                description = "Prints the scores of the peers of the topic every so often; 0: never.")
        private int scores;

        @Override
        void run(PubSubTool tool) throws Exception {
            tool.subscribe(topic, count, Duration.ofSeconds(scores));
        }
    }

    @Command(
            name = "pub",
            description = "Publishes a message; succeeds when a peer has taken it.",
            mixinStandardHelpOptions = true)
    static final class Pub extends Base {
        @Parameters(index = "0", paramLabel = "TOPIC")
        private String topic = "";

        @Parameters(index = "1", paramLabel = "DATA")
        private String data = "";

        @Override
        void run(PubSubTool tool) throws Exception {
            tool.publish(topic, data, waiting());
        }
    }

    @Command(name = "peers", description = "Shows the peers of a topic.", mixinStandardHelpOptions = true)
    static final class Peers extends Base {
        @Parameters(paramLabel = "TOPIC")
        private String topic = "";

        @Option(names = "--scores", description = "Shows what they are worth to this host, part by part.")
        private boolean scores;

        @Override
        void run(PubSubTool tool) throws Exception {
            if (scores) {
                tool.scores(topic, waiting());
            } else {
                tool.peers(topic, waiting());
            }
        }
    }

    @Command(name = "topics", description = "Shows the topics of the peers.", mixinStandardHelpOptions = true)
    static final class Topics extends Base {
        @Override
        void run(PubSubTool tool) throws Exception {
            tool.topics(waiting());
        }
    }

    @Command(
            name = "peer",
            description = "A node of mixed networks for tests: takes orders from standard input.",
            mixinStandardHelpOptions = true)
    static final class Peer implements Callable<Integer> {
        @Mixin
        private HostOptions options = new HostOptions();

        @Option(names = "--listen", arity = "1..*", description = "Addresses to listen on.")
        private List<String> listen = List.of("/ip4/127.0.0.1/tcp/0");

        @Option(names = "--router", defaultValue = "gossipsub", description = "gossipsub or floodsub.")
        private String router = "gossipsub";

        @Option(names = "--version-of-gossipsub", defaultValue = "1.3", description = "The newest that is spoken.")
        private String version = "1.3";

        @Option(names = "--no-flood", description = "Own messages go to the mesh, not to all peers of the topic.")
        private boolean noFlood;

        @Option(names = "--degree", defaultValue = "0", description = "Peers in a mesh; 0: the default.")
        private int degree;

        @Option(names = "--quiet", description = "Count messages instead of printing them.")
        private boolean quiet;

        @Option(names = "--partial", description = "Messages of the topic travel in parts; the order parts GROUP BITS.")
        private boolean partial;

        @Override
        public Integer call() throws Exception {
            options.json = true;
            String topic = options.pubsub.onlyTopic();
            Output output = options.output();
            PubSubPeer peer = new PubSubPeer(topic, quiet, partial, output::event);
            HostBuilder builder = options.host()
                    .listen(listen.toArray(String[]::new))
                    .with(peer.extended(PubSubPeer.family(router, version, !noFlood, degree)));
            try (Host host = builder.start()) {
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
                peer.run(host, in, () -> Server.announce(output, host));
            }
            return Exit.DONE;
        }
    }
}
