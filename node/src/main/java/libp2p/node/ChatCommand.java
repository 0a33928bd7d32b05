package libp2p.node;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import libp2p.node.pubsub.PubSubTool;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p chat}: lines to and from all subscribers of a topic. */
@Command(name = "chat", description = "Talks with all subscribers of a topic.", mixinStandardHelpOptions = true)
final class ChatCommand extends PubSubCommand.Base {
    @Parameters(paramLabel = "TOPIC")
    private String topic = "";

    @Option(names = "--name", description = "Your name; default: that of the user.")
    private String name = System.getProperty("user.name", "me");

    @Override
    void run(PubSubTool tool) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        boolean person =
                !isJson() && System.console() != null && System.console().isTerminal();
        tool.chat(topic, name, in, person ? System.out : null);
    }
}
