package libp2p.node;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import libp2p.HostBuilder;
import libp2p.core.host.Host;
import libp2p.node.discovery.DiscoveryOptions;
import libp2p.node.host.Exit;
import libp2p.node.host.ListeningOptions;
import libp2p.node.host.Output;
import libp2p.node.pubsub.PubSubOptions;
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
            PubSubCommand.Topics.class
        })
final class PubSubCommand {
    /** The common part of the commands: a host with pubsub and some peers. */
    abstract static class Base implements Callable<Integer> {
        @Mixin
        private ListeningOptions options = new ListeningOptions();

        @Mixin
        private PubSubOptions pubsub = new PubSubOptions();

        @Mixin
        private DiscoveryOptions discovery = new DiscoveryOptions();

        @Option(
                names = "--peer",
                paramLabel = "MULTIADDR",
                arity = "1..*",
                description = "A peer to connect to; repeatable.")
        List<String> peers = List.of();

        @Option(names = "--listen", paramLabel = "MULTIADDR", arity = "1..*", description = "Addresses to listen on.")
        List<String> listen = List.of();

        @Override
        public final Integer call() throws Exception {
            HostBuilder builder = options.host();
            discovery.install(builder, options.privateNetwork());
            pubsub.want();
            pubsub.install(builder);
            discovery.installLast(builder);
            if (!listen.isEmpty()) {
                builder.listen(listen.toArray(String[]::new));
            }
            try (Host host = builder.start()) {
                Output output = options.output();
                if (!listen.isEmpty()) {
                    Server.announce(output, host);
                }
                options.nat().follow(host);
                discovery.follow(host, output::event);
                PubSubTool tool = new PubSubTool(host, output::event);
                tool.connect(peers);
                run(tool);
            }
            return Exit.DONE;
        }

        /** Whether events are printed as JSON. */
        final boolean isJson() {
            return options.json;
        }

        abstract void run(PubSubTool tool) throws Exception;
    }

    /** The common part of the commands that wait for peers. */
    abstract static class Waiting extends Base {
        @Option(
                names = "--wait",
                paramLabel = "SECONDS",
                defaultValue = "15",
                description = "How long peers are waited for; default: ${DEFAULT-VALUE}.")
        private int wait;

        final Duration waiting() {
            return Duration.ofSeconds(wait);
        }
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
    static final class Pub extends Waiting {
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
    static final class Peers extends Waiting {
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
    static final class Topics extends Waiting {
        @Override
        void run(PubSubTool tool) throws Exception {
            tool.topics(waiting());
        }
    }
}
