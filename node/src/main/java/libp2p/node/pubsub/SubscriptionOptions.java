package libp2p.node.pubsub;

import java.util.List;
import libp2p.core.host.Host;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.PubSubService;
import picocli.CommandLine.Option;

/** The options about publish and subscribe of a node, which prints what comes. */
public final class SubscriptionOptions extends PubSubOptions {
    @Option(names = "--topic", description = "A topic to subscribe to, whose messages are printed; repeatable.")
    List<String> topics = List.of();

    @Override
    public boolean isUsed() {
        return super.isUsed() || !topics.isEmpty();
    }

    /** Subscribes, and prints what comes. */
    public void follow(Host host, PubSubEvents events) {
        if (!topics.isEmpty()) {
            PubSubService service = GossipSub.on(host);
            topics.forEach(topic -> service.subscribe(topic, message -> print(message, events)));
        }
    }
}
