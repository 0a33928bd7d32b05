import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.discovery.namespace.TopicDiscovery;
import libp2p.kad.Dht;
import libp2p.kad.DhtDiscovery;
import libp2p.kad.Kad;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.Topic;

/** Hosts that find each other over a DHT, because they are subscribed to the same topic. */
static Host chatter(String... bootstrap) throws IOException {
    return Libp2p.host()
            .listen("/ip4/127.0.0.1/tcp/0")
            .bootstrap(bootstrap)
            .with(Kad.server().withPrefix("/chat-example"), GossipSub.create())
            .with(new TopicDiscovery(
                    host -> new DhtDiscovery(host.find(Dht.class).orElseThrow()), TopicDiscovery.Options.DEFAULT))
            .start();
}

void main() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    try (Host first = chatter();
            Host ada = chatter(first.fullAddresses().getFirst().toString());
            Host bob = chatter(first.fullAddresses().getFirst().toString())) {
        GossipSub.on(bob).join("room").subscribe(message -> {
            String name = ada.peerId().equals(message.author()) ? "Ada" : "a stranger";
            heard.add(name + ": " + new String(message.data(), UTF_8));
        });
        Topic room = GossipSub.on(ada).join("room");
        room.publish("hello".getBytes(UTF_8), 1, Deadline.after(ada.environment(), Duration.ofSeconds(60)));
        System.out.println(heard.take()); // Ada: hello
    }
}
